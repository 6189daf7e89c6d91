/// Texts in the quoting of a POSIX shell.
///
/// It replaces scalars, not characters: a quote with a combining mark is one character in Swift, but the shell still
/// sees the quote.
package enum ShellText {
    /// Returns `text` between single quotes, in which nothing is special.
    package static func quoted(_ text: String) -> String {
        "'" + text.unicodeScalars.map { $0 == "'" ? #"'\''"# : String($0) }.joined() + "'"
    }

    /// Returns `text` as one word, quoted only if it needs quotes.
    ///
    /// Leaves letters of any script unquoted.
    package static func word(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy {
                $0.isASCII
                    ? "-_.,:/=@%+".unicodeScalars.contains($0) || $0.properties.isAlphabetic || ("0"..."9").contains($0)
                    : $0.properties.isAlphabetic
            }
        return isPlain ? text : quoted(text)
    }

    /// Returns `text` escaped for use between double quotes.
    ///
    /// The caller may append `$NAME` to it there.
    package static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { #"\"$`"#.unicodeScalars.contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
