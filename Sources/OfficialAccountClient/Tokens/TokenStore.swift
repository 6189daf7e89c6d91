import OfficialAccount

/// A token and when it ends.
public struct AccessToken: Sendable, Hashable, Codable, CustomStringConvertible {
    public let text: String
    /// In Unix seconds.
    public let expiresAt: Int64

    public init(text: String, expiresAt: Int64) {
        self.text = text
        self.expiresAt = expiresAt
    }

    /// Never the token itself.
    public var description: String { "token until \(expiresAt)" }
}

/// Where tokens are kept between calls, and between processes that share one.
public protocol TokenStore: Sendable {
    /// The token that was kept for the account; nil if there is none.
    func token(of appID: AppID) async throws -> AccessToken?

    /// Keeps a token in place of the one before.
    func keep(_ token: AccessToken, of appID: AppID) async throws
}

/// Keeps tokens in memory.
public actor MemoryTokenStore: TokenStore {
    private var tokens: [AppID: AccessToken] = [:]

    public init() {}

    public func token(of appID: AppID) -> AccessToken? { tokens[appID] }

    public func keep(_ token: AccessToken, of appID: AppID) { tokens[appID] = token }
}
