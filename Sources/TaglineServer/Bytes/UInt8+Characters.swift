// The characters that the server looks for in the bytes of a text.
extension UInt8 {
    /// Whether JSON counts the character as blank.
    var isBlank: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }

    var isQuote: Bool { self == UInt8(ascii: "\"") || self == UInt8(ascii: "'") || self == UInt8(ascii: "`") }

    var isAlphanumeric: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 || isDigit }

    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }

    var isHexadecimal: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    /// The character in lower case if it is an ASCII letter; otherwise the character itself.
    var inLowerCase: UInt8 { self &- UInt8(ascii: "A") < 26 ? self | 0x20 : self }

    /// Whether openids, tokens and the names of fields may contain the character.
    var isInIdentifier: Bool { isAlphanumeric || self == UInt8(ascii: "-") || self == UInt8(ascii: "_") }
}
