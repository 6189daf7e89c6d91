import Foundation
import HTTPTypes
import TagStore

/// What callers of the admin plane must bring as `Authorization: Bearer …`.
struct AdminToken: Sendable {
    private let fingerprint: Fingerprint

    init(_ fingerprint: Fingerprint) {
        self.fingerprint = fingerprint
    }

    /// Whether a token is this one. It compares in constant time.
    func isRight(_ token: String) -> Bool {
        Fingerprint(of: token) == fingerprint
    }

    /// The token that a request brings; nil for none. The scheme may be written in any case.
    static func brought(by request: HTTPRequest) -> String? {
        let parts = (request.headerFields[.authorization] ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return parts[1].trimmingCharacters(in: .whitespaces)
    }
}
