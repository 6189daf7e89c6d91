import Mustache

/// Escapes any text so that it is safe between tags and between quotes of HTML.
///
/// The library looks for `<`, `&` and quotes among characters. It would miss a quote with a combining mark after it,
/// which is another character but still ends an attribute. This type looks at scalars instead.
struct PageEscaping: MustacheContentType {
    static let name = "TAGLINE"

    func escapeText(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            // HTML cannot contain this scalar.
            case "\0": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
