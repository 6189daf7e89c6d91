/// A `tagid` as clients send it.
///
/// In the documentation a `tagid` is a number. Some clients send it as a decimal string, and a JSON writer may print a
/// whole number as `1e3` or `134.0`. This type reads the number from each of these forms.
///
/// Any other type is a format error. A number that no tag can have, such as a negative number or a number above 64
/// bits, counts as an unknown tag.
struct LenientTagID: Codable, Sendable, Hashable {
    let tagID: TagID

    init(_ tagID: TagID) {
        self.tagID = tagID
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int.self) {
            tagID = TagID(number)
        } else if let number = try? container.decode(Double.self) {
            guard number == number.rounded(.towardZero) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "tagid is not a whole number")
            }
            tagID = TagID(Int(exactly: number) ?? (number < 0 ? .min : .max))
        } else {
            let digits = try container.decode(String.self)
            guard !digits.isEmpty, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "tagid is not a number")
            }
            tagID = TagID(Int(digits) ?? .max)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(tagID.rawValue)
    }
}
