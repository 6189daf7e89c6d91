/// The reason why a text is probably not the name of a new tag.
///
/// A program may have written the text instead of the name or id of a tag.
/// Spreadsheets turn the id `107` into `107.0` or `1.07E+02`. They and other programs write a placeholder into a cell
/// that has no value. A program that converts a file to another encoding writes `?` or U+FFFD for each character that
/// this encoding lacks.
enum UnlikelyName: Sendable {
    case number
    case spreadsheetError
    case placeholder
    case lostCharacters

    /// Finds the reason why `text` is unlikely, or returns nil if `text` may be a name.
    ///
    /// The caller has removed the blanks at the ends of `text`. For digits alone the result is nil, even with a leading
    /// zero, because ``TagReference`` decides whether digits may be a name.
    init?(_ text: String) {
        let plain = Self.plain(text)
        if Self.hasLostCharacters(text) {
            self = .lostCharacters
        } else if Self.placeholders.contains(plain.lowercased()) {
            self = .placeholder
        } else if Self.isSpreadsheetError(plain) {
            self = .spreadsheetError
        } else if Self.isNumber(plain), !text.utf8.allSatisfy({ Self.isDigit($0) }) {
            self = .number
        } else {
            return nil
        }
    }

    /// What an unlikely text looks like: a noun with its article.
    var description: String {
        switch self {
        case .number: "a number"
        case .spreadsheetError: "an error of a spreadsheet"
        case .placeholder: "a placeholder"
        case .lostCharacters: "a name whose characters a program could not write"
        }
    }

    /// The texts that programs write for a missing value or for a truth value, in lower case.
    private static let placeholders: Set<String> = [
        "null", "(null)", "<null>", "[null]", "\\n", "nil", "<nil>", "none", "(none)", "undefined", "nan", "-nan",
        "nat", "na", "n/a", "<na>", "inf", "-inf", "+inf", "infinity", "-infinity", "true", "false",
        "[object object]", "-", "--",
    ]

    private static let spreadsheetErrors: Set<String> = [
        "#N/A", "#NA", "#NV", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!",
        "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#ERROR!", "#GETTING_DATA",
    ]

    /// Returns whether a program probably wrote `?` or U+FFFD in `text` for characters that it could not write.
    ///
    /// One `?` among other characters may belong to a name. The text `?` alone is unlikely: a program may have written
    /// it for a name of one character.
    private static func hasLostCharacters(_ text: String) -> Bool {
        var marks = 0
        for scalar in text.unicodeScalars {
            marks = scalar == "?" ? marks + 1 : 0
            if marks == 2 || scalar == "\u{FFFD}" { return true }
        }
        return text == "?"
    }

    /// Returns whether `text` is an error of a spreadsheet, or the `####` of a column that is too narrow.
    private static func isSpreadsheetError(_ text: String) -> Bool {
        let upper = text.uppercased()
        if upper.hasPrefix("ERR:") { return upper.utf8.dropFirst(4).allSatisfy { isDigit($0) } }
        return spreadsheetErrors.contains(upper) || !upper.isEmpty && upper.utf8.allSatisfy { $0 == UInt8(ascii: "#") }
    }

    /// Returns whether `text` is a number with a sign, a fraction, an exponent, groups of digits or a percent sign.
    ///
    /// Ignores the quotes that a spreadsheet puts around a number, as in `'107` and `="107"`.
    private static func isNumber(_ text: String) -> Bool {
        let number = text.trimmed { "='\"".unicodeScalars.contains($0) }
        guard number.utf8.allSatisfy({ $0 < 0x80 }) else { return false }
        return number.wholeMatch(of: #/[+\-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+\-]?[0-9]+)?%?/#) != nil
            || number.wholeMatch(of: #/[+\-]?[0-9]{1,3}([.,' ][0-9]{3})+([.,][0-9]*)?%?/#) != nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    /// Returns `text` in which ASCII characters replace full-width characters, digits of other scripts, dashes, and the
    /// signs between groups of digits.
    private static func plain(_ text: String) -> String {
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { plain.append(Self.plain(scalar)) }
        return String(plain)
    }

    private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0..<0x80: return scalar
        case 0xFF01...0xFF5E: return Unicode.Scalar(UInt8(scalar.value - 0xFEE0))
        case 0x2010...0x2015, 0x2212, 0xFE63: return "-"
        // Narrow spaces, and an apostrophe, between groups of digits.
        case 0xA0, 0x2007, 0x2009, 0x2019, 0x202F, 0x066C: return "'"
        case 0x066B: return "."
        default:
            guard scalar.properties.numericType == .decimal, let digit = scalar.properties.numericValue else {
                return scalar
            }
            return Unicode.Scalar(UInt8(ascii: "0") + UInt8(digit))
        }
    }
}
