/// Characters that cannot be seen, and may stand around an openid or a cell.
enum Blanks {
    /// Whether a scalar is not seen: white space of every width, marks without any, fillers, and control characters but for NUL.
    static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x80 { return scalar.value <= 0x20 && scalar.value != 0 || scalar.value == 0x7F }
        return scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint
            || scalar.properties.generalCategory == .control || 0xFFF9...0xFFFB ~= scalar.value
            || scalar.value == 0x2800
    }

    /// Whether a scalar is nothing at the ends of a name: white space, and marks that only say how text runs. A variation selector is part
    /// of the emoji before it.
    private static func isAroundNames(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200B, 0x200E, 0x200F, 0x2060, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: scalar.properties.isWhitespace
        }
    }

    /// Whether nothing is left of a name without what is nothing around it.
    static func isBlank(_ text: String) -> Bool {
        if let first = text.utf8.first, 0x21...0x7E ~= first { return false }
        return text.unicodeScalars.allSatisfy(isAroundNames)
    }

    /// A name without what is nothing around it.
    static func trimmed(_ text: String) -> String { trimmed(text, isAroundNames) }

    /// A text without unseen characters around it.
    static func trimmedOfUnseen(_ text: String) -> String { trimmed(text, isUnseen) }

    private static func trimmed(_ text: String, _ isNothing: (Unicode.Scalar) -> Bool) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isNothing($0) }),
            let last = scalars.lastIndex(where: { !isNothing($0) })
        else { return "" }
        return String(scalars[first...last])
    }
}
