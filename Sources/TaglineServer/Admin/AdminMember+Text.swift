import AdminAPI
import OfficialAccount
import TagStore

// The forms that the text of a member can have.
extension AdminMember.Text {
    init(pattern: String, words: String, matches: @escaping @Sendable (String) -> Bool) {
        var json = JSONText()
        json.string(pattern)
        schema = [("pattern", String(decoding: json.bytes, as: UTF8.self))]
        self.words = words
        self.matches = matches
    }

    static let appID = AdminMember.Text(of: .identifier, 1...64, words: "1 to 64 letters, digits, - or _")

    static let openID = AdminMember.Text(
        pattern: "^o[A-Za-z0-9_-]{27}$", words: "an openid: \(Refusal.openIDForm)",
        matches: { OpenID($0) != nil })

    static let secret = AdminMember.Text(of: .printable, 16...128, words: "16 to 128 printable ASCII characters")

    /// The secret of a relaxed account of a sandbox.
    static let relaxedSecret = AdminMember.Text(of: .printable, 1...128, words: "1 to 128 printable ASCII characters")

    /// The text of a token.
    static let token = AdminMember.Text(of: .identifier, 1...512, words: "1 to 512 letters, digits, - or _")

    /// The path of a call that the server counts for accounts.
    static let path = path(of: Endpoint.all.filter { !$0.isOfComponent }, such: BatchTagging.endpoint)

    /// The path of a call that the server counts for third-party platforms.
    static let componentPath = path(of: Endpoint.all.filter(\.isOfComponent), such: GetPreAuthCode.endpoint)

    private static func path(of endpoints: [Endpoint], such example: Endpoint) -> AdminMember.Text {
        let paths = endpoints.map(\.path)
        return AdminMember.Text(
            pattern: "^(" + paths.joined(separator: "|") + ")$", words: "the path of an API, such as \(example.path)",
            matches: { text in paths.contains { $0.hasSameBytes(as: text) } })
    }

    static let address = AdminMember.Text(
        schema: [("anyOf", #"[{"format":"ipv4"},{"format":"ipv6"}]"#)], words: "an IP address, version 4 or 6",
        matches: { IPAddress($0) != nil })

    static let rid = AdminMember.Text(
        pattern: "^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$", words: "a rid: three groups of eight hexadecimal digits",
        matches: { RequestID.time(of: $0) != nil })

    /// A name that a person gives: one to a hundred characters.
    static let name = AdminMember.Text(
        schema: [("minLength", "1"), ("maxLength", "100")], words: "1 to 100 characters",
        matches: { 1...100 ~= $0.unicodeScalars.count })

    static let any = AdminMember.Text(schema: [], words: "text", matches: { _ in true })
}
