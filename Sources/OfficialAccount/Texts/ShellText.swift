/// Quotes texts for a POSIX shell.
///
/// It replaces scalars, not characters: a quote with a combining mark is one character in Swift, but the shell still
/// sees the quote.
package enum ShellText {
    /// Returns `text` between single quotes, where a shell reads each character as itself.
    package static func quoted(_ text: String) -> String {
        "'" + text.unicodeScalars.map { $0 == "'" ? #"'\''"# : String($0) }.joined() + "'"
    }

    /// Returns `text` as one word on one line, quoted only if it needs quotes.
    ///
    /// Leaves letters of any script unquoted. Octal numbers in `$'...'` replace line breaks and other control
    /// characters.
    package static func word(_ text: String) -> String {
        if text.unicodeScalars.contains(where: { $0.isObeyed }) { return numbered(text) }
        let isPlain =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy {
                $0.isASCII
                    ? "-_.,:/=@%+".unicodeScalars.contains($0) || $0.properties.isAlphabetic || ("0"..."9").contains($0)
                    : $0.properties.isAlphabetic
            }
        return isPlain ? text : quoted(text)
    }

    /// Returns `text` in `$'...'`, with an octal number for each byte of a character that a terminal would act on.
    private static func numbered(_ text: String) -> String {
        var quoted = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar.isObeyed {
                for byte in String(scalar).utf8 {
                    let digits = String(byte, radix: 8)
                    quoted += "\\\(String(repeating: "0", count: 3 - digits.count))\(digits)".unicodeScalars
                }
            } else {
                if scalar == "'" || scalar == "\\" { quoted.append("\\") }
                quoted.append(scalar)
            }
        }
        return "$'\(String(quoted))'"
    }

    /// Returns `text` escaped for use between double quotes.
    ///
    /// The caller may append `$NAME` to the result inside the quotes.
    package static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { #"\"$`"#.unicodeScalars.contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
