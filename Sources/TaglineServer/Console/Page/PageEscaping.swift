import Mustache

/// Escapes any text so that it is safe between tags and between quotes of HTML.
///
/// The Mustache library looks for `<`, `&` and quotes among characters. A quote and a combining mark after it are one
/// character. The library misses this quote, but the quote ends an attribute. This type looks at Unicode scalars
/// instead.
struct PageEscaping: MustacheContentType {
    static let name = "TAGLINE"

    func escapeText(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if let escape = Self.escape(for: scalar) {
                result += escape
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Returns the number of bytes that `character` takes in HTML.
    static func bytes(of character: Character) -> Int {
        character.unicodeScalars.reduce(0) { bytes, scalar in
            bytes + (escape(for: scalar)?.utf8.count ?? width(of: scalar))
        }
    }

    /// Returns the text that replaces `scalar` in HTML; nil if `scalar` needs no escape.
    private static func escape(for scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        case "\"": "&quot;"
        case "'": "&#39;"
        // HTML cannot contain this scalar.
        case "\0": "\u{FFFD}"
        default: nil
        }
    }

    private static func width(of scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0..<0x80: 1
        case 0x80..<0x800: 2
        case 0x800..<0x10000: 3
        default: 4
        }
    }
}
