/// Finds the parts of a text that may be a secret with characters such as `=`, `&` or `"` in it.
///
/// Such a character ends a value in one notation, and belongs to the value in another: a `&` ends the field of a form,
/// but not a string of JSON. So the search splits the text once for each notation. The total length of the parts is at
/// most a fixed multiple of the length of the text.
struct SecretFields {
    /// The printable characters that end a value, for each notation. A character that is not printable ASCII ends a
    /// value in every notation.
    private static let notations = [
        // A value that may hold `=`, in any notation, and a word between marks, such as a component of a path.
        "\"'&<>", "\"'`&<>/?,;()[]{} ",
        // Strings in two kinds of quotes, elements of markup, fields of a form, and lines.
        "\"", "'", "<>", "&", "",
    ]

    /// For each byte, the notations in which the byte ends a value, one bit for each, and ``mark``.
    private static let traits: [UInt8] = (UInt8.min...UInt8.max).map { byte in
        var traits: UInt8 = marks.contains(byte) ? mark : 0
        for (number, ends) in notations.enumerated() where !(0x20...0x7E ~= byte) || ends.utf8.contains(byte) {
            traits |= 1 << UInt8(number)
        }
        return traits
    }

    /// The bit of the characters that a passage cannot hold or that may be before a value.
    private static let mark: UInt8 = 0x80
    private static let marks = Array("\"'&<>=:".utf8)

    private let bytes: [UInt8]
    private(set) var places: Set<Range<Int>> = []

    init(of layer: TextLayer) {
        bytes = layer.bytes
        split { _ in true }
        // A program that writes a value escapes each character that would end the value.
        if !layer.isSent { split { !layer.isEscaped($0) } }
    }

    /// Notes the parts between the characters that end a value.
    ///
    /// - Parameter mayEnd: whether the character at a place can end a value.
    private mutating func split(where mayEnd: (Int) -> Bool) {
        var starts = [Int](repeating: 0, count: Self.notations.count)
        // The notations, one bit for each, in which a mark is in the part so far. Only parts with a mark are new.
        var marked: UInt8 = 0
        for place in 0...bytes.count {
            let isAtEnd = place == bytes.count
            let traits = isAtEnd ? ~Self.mark : Self.traits[Int(bytes[place])]
            guard traits != 0 else { continue }
            let ends = isAtEnd || mayEnd(place) ? traits & ~Self.mark : 0
            for number in starts.indices where ends & 1 << UInt8(number) != 0 {
                if marked & 1 << UInt8(number) != 0 { note(starts[number]..<place) }
                starts[number] = place + 1
            }
            marked &= ~ends
            if traits & Self.mark != 0 { marked |= ~ends }
        }
    }

    /// Notes a part, and what follows the first `=` and the first `:` in it, as in a field of a form and in a header.
    private mutating func note(_ part: Range<Int>) {
        guard part.count >= SecretWords.lengths.lowerBound else { return }
        if let field = SecretWords.passage(part, in: bytes) { places.insert(field) }
        for sign in [UInt8(ascii: "="), UInt8(ascii: ":")] {
            guard let place = bytes[part].firstIndex(of: sign) else { continue }
            if let value = SecretWords.passage(place + 1..<part.upperBound, in: bytes) { places.insert(value) }
        }
    }
}
