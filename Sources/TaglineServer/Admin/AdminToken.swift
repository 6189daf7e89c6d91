import Foundation
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

    /// Returns the token that a request sends; nil for none. The scheme may be written in any case.
    static func brought(by request: HTTPRequest) -> String? {
        let parts = (request.headerFields[.authorization] ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return parts[1].trimmingCharacters(in: .whitespaces)
    }
}
