import HTTPTypes
import TagStore

/// The token that callers of the admin plane must send as `Authorization: Bearer …`.
struct AdminToken: Sendable {
    private let fingerprint: Fingerprint

    init(_ fingerprint: Fingerprint) {
        self.fingerprint = fingerprint
    }

    /// Returns whether `token` is this token. Compares in constant time.
    func isRight(_ token: String) -> Bool {
        Fingerprint(of: token) == fingerprint
    }

    /// Returns the token that a request sends; nil if the request has no `Authorization: Bearer`.
    ///
    /// The word `Bearer` can have capital or small letters, and spaces and tabs are allowed around the token.
    static func brought(by request: HTTPRequest) -> String? {
        let parts = (request.headerFields[.authorization] ?? "").split(maxSplits: 1) { $0 == " " || $0 == "\t" }
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1].withoutOuterBlanks)
    }
}
