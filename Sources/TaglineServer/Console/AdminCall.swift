import HTTPTypes
import OfficialAccount

/// A call of the admin plane: what the console does, and what it shows as a line of curl.
struct AdminCall: Sendable, Hashable {
    var method: HTTPRequest.Method
    /// Path and query, percent-encoded.
    var path: String
    /// JSON, or lines; nil for no body.
    var body: String?
    /// Whether every piece of the path is there; without one it would be the path of another call.
    let isWhole: Bool

    /// - Parameters:
    ///   - pieces: the pieces of the path, not encoded.
    ///   - query: fields of the query; those that are nil or empty are left out.
    init(
        _ method: HTTPRequest.Method, _ pieces: [String], query: [(String, String?)] = [], body: String? = nil
    ) {
        self.method = method
        let text = FormFields.query(query)
        path = pieces.map { "/" + FormFields.encoded($0) }.joined() + (text.isEmpty ? "" : "?" + text)
        self.body = body
        isWhole = pieces.allSatisfy { !$0.isEmpty }
    }

    /// A call with a JSON object for a body.
    init(_ method: HTTPRequest.Method, _ pieces: [String], _ fields: (inout JSONText.Fields) -> Void) {
        var json = JSONText()
        json.object(fields)
        self.init(method, pieces, body: String(decoding: json.bytes, as: UTF8.self))
    }

    /// Returns the call as a command for a shell.
    ///
    /// - Parameters:
    ///   - base: the address of the admin plane, such as `http://127.0.0.1:8090`.
    ///   - needsToken: whether the admin token must be sent; it is taken from the environment.
    func curl(_ base: String, needsToken: Bool) -> String {
        var words = ["curl -s"]
        let usual: HTTPRequest.Method = body == nil ? .get : .post
        if method != usual { words.append("-X \(method.rawValue)") }
        if needsToken { words.append(#"-H "Authorization: Bearer $TAGLINE_ADMIN_TOKEN""#) }
        words.append(ShellText.quoted(base + path))
        if let body { words.append("-d \(ShellText.quoted(body))") }
        return words.joined(separator: " ")
    }
}

/// Texts as a POSIX shell reads them.
enum ShellText {
    /// Returns `text` between single quotes, in which nothing is special.
    static func quoted(_ text: String) -> String {
        // By scalars: a quote with a mark that combines is one character to Swift, and a quote to the shell.
        "'" + text.unicodeScalars.map { $0 == "'" ? #"'\''"# : String($0) }.joined() + "'"
    }

    /// Returns `text` as it stands between double quotes, where `$NAME` may follow it.
    static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { #"\"$`"#.unicodeScalars.contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
