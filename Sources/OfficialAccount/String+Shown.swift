extension StringProtocol {
    /// The text as a terminal may print it: control characters and marks that turn the direction of writing stand as `\u{1b}`.
    ///
    /// Line breaks are control characters too, so the result is one line. Costs a copy only if there is something to replace.
    package var shown: String { replacingControls { _ in false } }

    /// The same, but line breaks and tabs stay as they are.
    package var shownInLines: String { replacingControls { $0 == "\n" || $0 == "\t" } }

    private func replacingControls(besides isKept: (Unicode.Scalar) -> Bool) -> String {
        guard unicodeScalars.contains(where: { $0.isObeyed && !isKept($0) }) else { return String(self) }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isObeyed, !isKept(scalar) {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    /// Whether a terminal acts on the character instead of printing it.
    fileprivate var isObeyed: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F: true
        // Line and paragraph separators, and marks of direction.
        case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
