/// Reads the body of a tagging call, in the form that nearly every client sends, straight from its bytes.
///
/// For this body, a general JSON decoder takes nine times as many instructions as the scanner. The decoder alone takes
/// two thirds of the instructions that a whole call with the scanner takes. `make bench-check` counts the instructions
/// of the decoder and of the call.
///
/// The form is:
///
/// - an object with `openid_list` and `tagid`, each once, in either order;
/// - in the list, well-formed openids without escapes;
/// - the tag id as digits alone;
/// - blanks wherever JSON allows them.
///
/// The scanner leaves any other body to the general decoder, and only that decoder decides what is an error. Tests
/// mutate bodies and compare what the scanner and the decoder read.
struct BatchTaggingScanner {
    private let bytes: UnsafeRawBufferPointer
    private var place = 0

    /// Returns the openids and the tag id in `bytes`, or nil if the body has another form.
    static func scan(_ bytes: UnsafeRawBufferPointer) -> (openIDs: [OpenID], tagID: TagID)? {
        var scanner = BatchTaggingScanner(bytes: bytes)
        return scanner.scan()
    }

    private init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    private mutating func scan() -> (openIDs: [OpenID], tagID: TagID)? {
        var openIDs: [OpenID]?
        var tagID: TagID?
        guard take(UInt8(ascii: "{")) else { return nil }
        repeat {
            if openIDs == nil, take("\"openid_list\"") {
                guard take(UInt8(ascii: ":")) else { return nil }
                openIDs = list()
                if openIDs == nil { return nil }
            } else if tagID == nil, take("\"tagid\"") {
                guard take(UInt8(ascii: ":")) else { return nil }
                tagID = number()
                if tagID == nil { return nil }
            } else {
                return nil
            }
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")), let openIDs, let tagID else { return nil }
        blanks()
        return place == bytes.count ? (openIDs, tagID) : nil
    }

    private mutating func list() -> [OpenID]? {
        var openIDs: [OpenID] = []
        openIDs.reserveCapacity(50)
        guard take(UInt8(ascii: "[")) else { return nil }
        repeat {
            blanks()
            let end = place + OpenID.length + 2
            guard end <= bytes.count, bytes[place] == UInt8(ascii: "\""), bytes[end - 1] == UInt8(ascii: "\""),
                let openID = OpenID(utf8: UnsafeRawBufferPointer(rebasing: bytes[place + 1..<end - 1]))
            else { return nil }
            openIDs.append(openID)
            place = end
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "]")) ? openIDs : nil
    }

    /// Reads one to fifteen digits, the first of which is not zero.
    private mutating func number() -> TagID? {
        blanks()
        let start = place
        var value = 0
        while place < bytes.count, place - start < 15, 0x30...0x39 ~= bytes[place] {
            value = value * 10 + Int(bytes[place] - 0x30)
            place += 1
        }
        guard place > start, bytes[start] != UInt8(ascii: "0") else { return nil }
        return TagID(value)
    }

    private mutating func blanks() {
        while place < bytes.count,
            bytes[place] == 0x20 || bytes[place] == 0x0A || bytes[place] == 0x0D || bytes[place] == 0x09
        {
            place += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        blanks()
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    private mutating func take(_ text: StaticString) -> Bool {
        blanks()
        let end = place + text.utf8CodeUnitCount
        guard end <= bytes.count else { return false }
        let isThere = text.withUTF8Buffer { bytes[place..<end].elementsEqual($0) }
        if isThere { place = end }
        return isThere
    }
}
