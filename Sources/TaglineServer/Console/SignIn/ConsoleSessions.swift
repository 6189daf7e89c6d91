import Crypto
import Foundation
import HTTPTypes
import Synchronization
import TagStore

/// The sessions of the console, and the token that every form must have.
///
/// If the server has no admin token, everyone who reaches the admin plane may use the console without a session.
final class ConsoleSessions: Sendable {
    static let cookie = "tagline-session"
    /// The most sessions at the same time. One more session ends the oldest session.
    static let most = 32
    /// How long a session lasts.
    static let lifetime = Duration.seconds(12 * 3600)

    private struct Session {
        let digest: Fingerprint
        let endsAt: ContinuousClock.Instant
    }

    /// The admin token; nil if the server has no admin token.
    private let token: AdminToken?
    private let randomBytes: @Sendable (Int) -> [UInt8]
    private let key: SymmetricKey
    private let sessions = Mutex<[Session]>([])

    init(token: AdminToken?, randomBytes: @escaping @Sendable (Int) -> [UInt8]) {
        self.token = token
        self.randomBytes = randomBytes
        key = SymmetricKey(data: Data(randomBytes(32)))
    }

    var areNeeded: Bool { token != nil }

    /// Begins a session if `brought` is the admin token. Returns the value for the session's cookie; nil if `brought`
    /// is wrong.
    func begin(with brought: String, at now: ContinuousClock.Instant = .now) -> String? {
        guard let token, token.isRight(brought) else { return nil }
        let name = Hexadecimal.text(randomBytes(32))
        sessions.withLock { sessions in
            sessions.removeAll { $0.endsAt <= now }
            if sessions.count >= Self.most { sessions.removeFirst() }
            sessions.append(Session(digest: Fingerprint(of: name), endsAt: now + Self.lifetime))
        }
        return name
    }

    /// Returns whether a request whose cookie has the value `session` may use the console.
    func admit(_ session: String?, at now: ContinuousClock.Instant = .now) -> Bool {
        guard areNeeded else { return true }
        guard let digest = session.map({ Fingerprint(of: $0) }) else { return false }
        return sessions.withLock { $0.contains { $0.digest == digest && now < $0.endsAt } }
    }

    func end(_ session: String?) {
        guard let digest = session.map({ Fingerprint(of: $0) }) else { return }
        sessions.withLock { $0.removeAll { $0.digest == digest } }
    }

    // MARK: Forms

    /// Returns the token for the forms of a session. Pages of other sites cannot read it, so the console refuses their
    /// forms.
    func formToken(for session: String?) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Data((session ?? "").utf8), using: key)
        return Hexadecimal.text(Array(code).prefix(16))
    }

    func isRight(_ formToken: String, for session: String?) -> Bool {
        Fingerprint(of: formToken) == Fingerprint(of: self.formToken(for: session))
    }

    // MARK: Cookies

    /// Returns the value of the request's cookie `name`; nil if the request does not have this cookie.
    static func cookie(_ name: String, of request: HTTPRequest) -> String? {
        for header in request.headerFields[values: .cookie] {
            for pair in header.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name else { continue }
                return parts[1].trimmingCharacters(in: .whitespaces)
            }
        }
        return nil
    }
}
