import Mustache

/// Makes any text safe between tags and between quotes of HTML.
///
/// The library looks for `<`, `&` and quotes among characters. A quote with a combining mark after it is another character,
/// and would end an attribute. This looks at scalars.
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
            // HTML cannot hold it.
            case "\0": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
