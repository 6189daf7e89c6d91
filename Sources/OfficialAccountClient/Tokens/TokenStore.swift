public import OfficialAccount

/// A token and the time at which it ends.
public struct AccessToken: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The `access_token` that calls send.
    public let text: String
    /// The time at which the token ends, in Unix seconds.
    public let expiresAt: Int64

    /// Creates a token.
    ///
    /// - Parameters:
    ///   - text: the `access_token` that calls send.
    ///   - expiresAt: the time at which the token ends, in Unix seconds.
    public init(text: String, expiresAt: Int64) {
        self.text = text
        self.expiresAt = expiresAt
    }

    /// A text for messages, which shows when the token ends but not the token itself.
    public var description: String { "token until \(expiresAt)" }
}

/// Keeps tokens between calls, for one process or for several processes.
///
/// The client reads the store before each call. The client, not the store, checks whether the token has ended. Several
/// processes can fetch a token at the same time, because `stable_token` gives all of them the same token.
public protocol TokenStore: Sendable {
    /// Returns the token that the store keeps for an account.
    ///
    /// - Parameter appID: the account's appid.
    /// - Returns: the token, or nil if the store has no token of the account.
    /// - Throws: any error. The API call then fails with ``CallFailure/tokenStore(_:)``, which shows the error's text.
    func token(of appID: AppID) async throws -> AccessToken?

    /// Keeps a token, which replaces the previous token of the account.
    ///
    /// - Parameters:
    ///   - token: the token.
    ///   - appID: the account's appid.
    /// - Throws: any error. The API call then fails with ``CallFailure/tokenStore(_:)``, which shows the error's text.
    func keep(_ token: AccessToken, of appID: AppID) async throws
}

/// Keeps tokens in memory, for one process.
public actor MemoryTokenStore: TokenStore {
    private var tokens: [AppID: AccessToken] = [:]

    /// Creates a store without tokens.
    public init() {}

    /// Returns the token of an account, or nil if the store has no token of the account.
    public func token(of appID: AppID) -> AccessToken? { tokens[appID] }

    /// Keeps a token, which replaces the previous token of the account.
    public func keep(_ token: AccessToken, of appID: AppID) { tokens[appID] = token }
}
