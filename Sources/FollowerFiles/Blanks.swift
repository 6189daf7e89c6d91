/// Invisible characters, which may stand around an openid or a cell.
enum Blanks {
    /// Returns whether a scalar is invisible: white space of any width, zero-width marks, fillers, and control
    /// characters except NUL.
    static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x80 { return scalar.value <= 0x20 && scalar.value != 0 || scalar.value == 0x7F }
        return scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint
            || scalar.properties.generalCategory == .control || 0xFFF9...0xFFFB ~= scalar.value
            || scalar.value == 0x2800
    }

    /// Returns whether a scalar has no meaning at the ends of a name: white space, and invisible marks that
    /// only control spacing or direction. A variation selector has a meaning: it is part of the emoji before it.
    private static func isAroundNames(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200B, 0x200E, 0x200F, 0x2060, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: scalar.properties.isWhitespace
        }
    }

    /// Returns whether a name has only characters that are meaningless at its ends.
    static func isBlank(_ text: String) -> Bool {
        if let first = text.utf8.first, 0x21...0x7E ~= first { return false }
        return text.unicodeScalars.allSatisfy(isAroundNames)
    }

    /// Returns the name without the meaningless characters at its ends.
    static func trimmed(_ text: String) -> String { trimmed(text, isAroundNames) }

    /// Returns the text without the invisible characters at its ends.
    static func trimmedOfUnseen(_ text: String) -> String { trimmed(text, isUnseen) }

    private static func trimmed(_ text: String, _ isNothing: (Unicode.Scalar) -> Bool) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isNothing($0) }),
            let last = scalars.lastIndex(where: { !isNothing($0) })
        else { return "" }
        return String(scalars[first...last])
    }
}
