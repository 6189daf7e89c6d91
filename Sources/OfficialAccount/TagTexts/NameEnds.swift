/// The characters that have no meaning at the ends of a tag's name.
package enum NameEnds {
    /// Returns whether `scalar` has no meaning at the ends of a name.
    ///
    /// Such scalars are white space of any width, and invisible marks that only control spacing or direction.
    ///
    /// A variation selector has a meaning: it is part of the emoji before it.
    package static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200B, 0x200E, 0x200F, 0x2060, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: scalar.properties.isWhitespace
        }
    }

    /// Returns whether `text` has only characters that have no meaning at the ends of a name.
    package static func isBlank(_ text: String) -> Bool {
        if let first = text.utf8.first, 0x21...0x7E ~= first { return false }
        return text.unicodeScalars.allSatisfy { isBlank($0) }
    }

    /// Returns `text` without the characters at its ends that have no meaning.
    package static func trimmed(_ text: String) -> String { text.trimmed { isBlank($0) } }
}

extension String {
    /// Returns the text without the scalars at its ends for which `isNothing` returns true.
    package func trimmed(_ isNothing: (Unicode.Scalar) -> Bool) -> String {
        guard let first = unicodeScalars.firstIndex(where: { !isNothing($0) }),
            let last = unicodeScalars.lastIndex(where: { !isNothing($0) })
        else { return "" }
        return String(unicodeScalars[first...last])
    }
}
