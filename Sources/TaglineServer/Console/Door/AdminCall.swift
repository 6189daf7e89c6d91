import HTTPTypes
import OfficialAccount

/// A call of the admin plane. The console makes it, and shows it as a `curl` command.
struct AdminCall: Sendable, Hashable {
    var method: HTTPRequest.Method
    /// Path and query, percent-encoded.
    var path: String
    /// The body: JSON, or lines; nil for no body.
    var body: String?
    /// The name of the file that the `curl` command sends instead of ``body``; nil for none.
    var file: String?
    /// Whether no piece of the path is empty. With an empty piece, the path would belong to another call.
    let isWhole: Bool

    /// - Parameters:
    ///   - pieces: the pieces of the path, not yet encoded.
    ///   - query: the fields of the query. Fields that are nil or empty are left out.
    init(
        _ method: HTTPRequest.Method, _ pieces: [String], query: [(String, String?)] = [], body: String? = nil
    ) {
        self.method = method
        let text = FormFields.query(query)
        path = pieces.map { "/" + FormFields.encoded($0) }.joined() + (text.isEmpty ? "" : "?" + text)
        self.body = body
        isWhole = pieces.allSatisfy { !$0.isEmpty }
    }

    /// Makes a call whose body is `shape` as JSON.
    init(_ method: HTTPRequest.Method, _ pieces: [String], sending shape: some Encodable) {
        self.init(method, pieces, body: EncodedJSON.text(shape))
    }

    /// Makes a call whose body is a JSON object.
    init(_ method: HTTPRequest.Method, _ pieces: [String], _ fields: (inout JSONText.Fields) -> Void) {
        var json = JSONText()
        json.object(fields)
        self.init(method, pieces, body: String(decoding: json.bytes, as: UTF8.self))
    }

    /// Returns the call as a shell command.
    ///
    /// - Parameters:
    ///   - base: the address of the admin plane, such as `http://127.0.0.1:8090`.
    ///   - needsToken: whether the command must send the admin token. The command reads it from the environment.
    func curl(_ base: String, needsToken: Bool) -> String {
        var words = ["curl -s"]
        let usual: HTTPRequest.Method = body == nil ? .get : .post
        if method != usual { words.append("-X \(method.rawValue)") }
        if needsToken { words.append(#"-H "Authorization: Bearer $TAGLINE_ADMIN_TOKEN""#) }
        if let file { words.append("-T \(ShellText.word(file))") }
        words.append(ShellText.quoted(base + path))
        if let body { words.append("-d \(ShellText.quoted(body))") }
        return words.joined(separator: " ")
    }
}
