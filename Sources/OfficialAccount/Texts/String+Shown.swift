extension StringProtocol {
    /// The text in a form that is safe to print on a terminal.
    ///
    /// Escapes such as `\u{1b}` replace control characters and the marks that change the direction of text. Line breaks
    /// and tabs are control characters too, so the result is one line. The property copies the text only if the text
    /// has something to replace.
    package var shown: String { replacingControls { _ in false } }

    /// The text in a form that is safe to print on a terminal, with its line breaks and tabs.
    ///
    /// Use this only for a text whose line breaks the program wrote itself. A line break in any other text could fake a
    /// line of output.
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
    /// Whether a terminal would act on the character instead of printing it.
    var isObeyed: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F: true
        // Line and paragraph separators, and direction marks.
        case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
