import HTTPTypes
import OfficialAccount

/// A call of the admin plane. The console makes it, and shows it as a `curl` command.
struct AdminCall: Sendable, Hashable {
    var method: HTTPRequest.Method
    /// The percent-encoded path and query.
    var path: String
    /// The body, which is JSON or lines; nil if the call has no body.
    var body: String?
    /// The name of the file that the `curl` command sends instead of ``body``; nil if the command sends no file.
    var file: String?
    /// Whether every piece of the path has text. With an empty piece, the path would belong to another call.
    let isWhole: Bool

    /// - Parameters:
    ///   - pieces: the pieces of the path, not yet encoded.
    ///   - query: the fields of the query. The call leaves out fields whose value is nil or empty.
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
    ///   - needsToken: whether the command must send the admin token. The command reads the token from the environment.
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
