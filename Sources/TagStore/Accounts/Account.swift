public import OfficialAccount

/// An official account as the store keeps it.
public struct Account: Sendable, Hashable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case subscription
        case service
    }

    public let appID: AppID
    public let kind: Kind
    /// Whether the account is enterprise-verified. If not, the server answers the account's tag calls with 48001.
    public var isCertified: Bool
    /// The SHA-256 of the secret. The store never keeps the secret itself.
    public var secret: Fingerprint
    /// Whether the secret has been frozen. If so, the server answers token calls with 40243.
    public var isSecretFrozen: Bool
    /// Whether the account has been frozen or closed. If so, the server answers every call of the account with 50002.
    public var isFrozen: Bool
    /// The addresses from which callers may fetch tokens, as text; empty if every address is allowed. The server
    /// answers callers from other addresses with 40164.
    public var allowedAddresses: [String]
    /// The account's own limits. Each replaces the store's limit of the same name.
    public var limits: LimitOverrides
    /// The account's own quotas by path. Each replaces the server's quota for that path.
    public var quotas: [String: CallQuota]

    /// Throws 40125, 40243 or 50002 if a caller with `secret` may not fetch a token.
    public func allowToken(for secret: Fingerprint) throws(Refusal) {
        guard self.secret == secret else {
            throw Refusal(.invalidAppSecret, "the secret does not belong to \(appID)")
        }
        guard !isSecretFrozen else { throw Refusal(.secretFrozen, "the secret of \(appID) has been frozen") }
        guard !isFrozen else { throw Refusal(.userLimited, "the account \(appID) has been frozen") }
    }

    public init(
        appID: AppID, kind: Kind, isCertified: Bool, secret: Fingerprint, isSecretFrozen: Bool = false,
        isFrozen: Bool = false, allowedAddresses: [String] = [], limits: LimitOverrides = LimitOverrides(),
        quotas: [String: CallQuota] = [:]
    ) {
        self.appID = appID
        self.kind = kind
        self.isCertified = isCertified
        self.secret = secret
        self.isSecretFrozen = isSecretFrozen
        self.isFrozen = isFrozen
        self.allowedAddresses = allowedAddresses
        self.limits = limits
        self.quotas = quotas
    }
}
