import OfficialAccount

/// Invisible characters, which the reader ignores before and after an openid. ``NameEnds`` has the characters that the
/// reader ignores before and after the name of a tag.
enum Blanks {
    /// Returns whether a scalar is invisible: white space of any width, zero-width marks, fillers, and control
    /// characters except NUL.
    static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x80 { return scalar.value <= 0x20 && scalar.value != 0 || scalar.value == 0x7F }
        return scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint
            || scalar.properties.generalCategory == .control || 0xFFF9...0xFFFB ~= scalar.value
            || scalar.value == 0x2800
    }

    /// Returns the text without the invisible characters at its ends.
    static func trimmedOfUnseen(_ text: String) -> String { text.trimmed(isUnseen) }
}
