/// An escape: characters that encode another character, as `%65`, `\u0065`, `&#101;` and `&quot;` do.
///
/// Characters that only look like ASCII count as escapes too, such as `：` and `“`. So do bytes without a meaning of
/// their own: a byte-order mark, and the zeros of UTF-16.
struct TextEscape {
    /// What an escape encodes.
    enum Meaning: Equatable {
        case nothing
        case byte(UInt8)
        case scalar(Unicode.Scalar)
    }

    let meaning: Meaning
    /// The number of bytes of the escape.
    let length: Int

    /// Reads the escape that begins at `place`. Returns nil if no escape begins there. Cost: looks at 12 bytes at most.
    init?(_ bytes: [UInt8], at place: Int) {
        let rest = bytes[place...].prefix(12)
        let found: TextEscape? =
            switch bytes[place] {
            case UInt8(ascii: "%"): Self.ofForm(rest)
            case UInt8(ascii: "\\"): Self.ofString(rest)
            case UInt8(ascii: "&"): Self.ofMarkup(rest)
            case 0: TextEscape(.nothing, 1)
            case 0xE2, 0xE3, 0xEF: Self.lookingLikeASCII(rest)
            default: nil
            }
        guard let found else { return nil }
        self = found
    }

    private init(_ meaning: Meaning, _ length: Int) {
        self.meaning = meaning
        self.length = length
    }

    /// Returns whether an escape can begin with `byte`.
    static func mayBegin(with byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "%"), UInt8(ascii: "\\"), UInt8(ascii: "&"), 0, 0xE2, 0xE3, 0xEF: true
        default: false
        }
    }

    // MARK: Notations

    /// Reads an escape such as `%65`, or such as `%u0065`, which JavaScript's `escape` writes.
    private static func ofForm(_ text: ArraySlice<UInt8>) -> TextEscape? {
        let rest = text.dropFirst()
        if let byte = number(rest.prefix(2), digits: 2...2) { return TextEscape(.byte(UInt8(byte)), 3) }
        guard rest.first == UInt8(ascii: "u") else { return nil }
        return number(rest.dropFirst().prefix(4), digits: 4...4).map { TextEscape(meaning(of: $0), 6) }
    }

    /// Reads an escape in a string of JSON or of a programming language: `\u0065`, `\u{65}`, `\x65`, `\"`, `\n`.
    private static func ofString(_ text: ArraySlice<UInt8>) -> TextEscape? {
        let rest = text.dropFirst(2)
        switch text.dropFirst().first {
        case UInt8(ascii: "u")?:
            if rest.first == UInt8(ascii: "{") {
                let digits = rest.dropFirst().prefix { $0.isHexadecimal }
                guard rest.dropFirst(1 + digits.count).first == UInt8(ascii: "}") else { return nil }
                return number(digits, digits: 1...6).map { TextEscape(meaning(of: $0), 4 + digits.count) }
            }
            return number(rest.prefix(4), digits: 4...4).map { TextEscape(meaning(of: $0), 6) }
        case UInt8(ascii: "x")?: return number(rest.prefix(2), digits: 2...2).map { TextEscape(.byte(UInt8($0)), 4) }
        case UInt8(ascii: "n")?, UInt8(ascii: "r")?: return TextEscape(.byte(UInt8(ascii: "\n")), 2)
        case UInt8(ascii: "t")?, UInt8(ascii: "b")?, UInt8(ascii: "f")?: return TextEscape(.byte(0x20), 2)
        case let byte? where byte.isQuote || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "/"):
            return TextEscape(.byte(byte), 2)
        default: return nil
        }
    }

    private static let entities: [(name: [UInt8], byte: UInt8)] = [
        ("quot", "\""), ("apos", "'"), ("amp", "&"), ("lt", "<"), ("gt", ">"), ("equals", "="), ("colon", ":"),
        ("lowbar", "_"), ("nbsp", " "),
    ].map { (name: String, character: Unicode.Scalar) in (Array(name.utf8), UInt8(ascii: character)) }

    /// Reads an escape of XML or HTML: `&#101;`, `&#x65;`, `&quot;`.
    private static func ofMarkup(_ text: ArraySlice<UInt8>) -> TextEscape? {
        guard let end = text.firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let name = text[(text.startIndex + 1)..<end]
        let length = end + 1 - text.startIndex
        guard name.first == UInt8(ascii: "#") else {
            return entities.first { name.elementsEqual($0.name) }.map { TextEscape(.byte($0.byte), length) }
        }
        let digits = name.dropFirst()
        let code =
            digits.first.map { $0 | 0x20 } == UInt8(ascii: "x")
            ? number(digits.dropFirst(), digits: 1...6) : UInt32(String(decoding: digits, as: UTF8.self))
        return code.map { TextEscape(meaning(of: $0), length) }
    }

    /// Reads a character of three bytes in UTF-8 that people or programs write instead of ASCII.
    private static func lookingLikeASCII(_ text: ArraySlice<UInt8>) -> TextEscape? {
        guard text.count >= 3, let scalar = String(decoding: text.prefix(3), as: UTF8.self).unicodeScalars.first else {
            return nil
        }
        switch scalar.value {
        case 0x200B...0x200D, 0xFEFF: return TextEscape(.nothing, 3)
        default: return ascii(scalar.value).map { TextEscape(.byte($0), 3) }
        }
    }

    /// Returns the ASCII character that looks like the character with this code: `"` for `“`, and `:` for `：`.
    private static func ascii(_ code: UInt32) -> UInt8? {
        switch code {
        case 0x2018, 0x2019: UInt8(ascii: "'")
        case 0x201C, 0x201D: UInt8(ascii: "\"")
        case 0x3000: 0x20
        case 0xFF01...0xFF5E: UInt8(code - 0xFEE0)
        default: nil
        }
    }

    // MARK: Numbers

    private static func meaning(of code: UInt32) -> Meaning {
        if code == 0 { return .nothing }
        if let byte = ascii(code) { return .byte(byte) }
        return .scalar(Unicode.Scalar(code) ?? "?")
    }

    private static func number(_ digits: ArraySlice<UInt8>, digits count: ClosedRange<Int>) -> UInt32? {
        guard count.contains(digits.count), digits.allSatisfy(\.isHexadecimal) else { return nil }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
