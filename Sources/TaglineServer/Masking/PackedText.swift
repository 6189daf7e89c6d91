/// A piece of base64 in a text, and the text that this piece encodes, as in `Authorization: Basic …`.
struct PackedText {
    /// The place of the base64 in the text around it.
    let place: Range<Int>
    let bytes: [UInt8]

    /// The fewest characters of base64 that can hold a secret.
    private static let shortest = 22

    /// Returns the pieces of `text` that encode text in one of the two alphabets of base64. Cost: linear in the length.
    static func all(in text: [UInt8]) -> [PackedText] {
        var found: [PackedText] = []
        var start = 0
        for place in 0...text.count where place == text.count || !isDigit(text[place]) {
            if place - start >= shortest, let bytes = decoded(text[start..<place]) {
                let padding = text[place...].prefix(2).prefix { $0 == UInt8(ascii: "=") }.count
                found.append(PackedText(place: start..<place + padding, bytes: bytes))
            }
            start = place + 1
        }
        return found
    }

    /// Returns the decoded text; nil if the decoded bytes are not text. The first characters are enough to reject
    /// nearly every word that is not base64.
    private static func decoded(_ word: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (group, count) = (0, 0)
        for character in word {
            group = group << 6 | value(of: character)
            count += 1
            guard count == 4 else { continue }
            for shift in [16, 8, 0] {
                guard let byte = text(group >> shift) else { return nil }
                bytes.append(byte)
            }
            (group, count) = (0, 0)
        }
        // The last characters encode one byte or two.
        for place in 0..<max(0, count - 1) {
            guard let byte = text((group << (6 * (4 - count))) >> (16 - 8 * place)) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// Returns the lowest eight bits of `bits` as a byte; nil if a text does not hold such a byte.
    private static func text(_ bits: Int) -> UInt8? {
        let byte = UInt8(truncatingIfNeeded: bits)
        return 0x20...0x7E ~= byte || byte >= 0x80 || byte.isBlank ? byte : nil
    }

    private static func value(of digit: UInt8) -> Int {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(digit) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(digit) - 97 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(digit) - 48 + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        default: 63
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte.isInIdentifier || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
    }
}
