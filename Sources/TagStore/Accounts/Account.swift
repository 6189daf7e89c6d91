public import OfficialAccount

/// An official account as the store keeps it.
public struct Account: Sendable, Hashable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case subscription
        case service
    }

    public let appID: AppID
    public let kind: Kind
    /// Whether the account is enterprise-verified. The server answers the tag calls of any other account with 48001.
    public var isCertified: Bool
    /// The SHA-256 of the secret. The secret itself is never kept.
    public var secret: Fingerprint
    /// Whether the secret has been frozen: the server answers token calls with 40243.
    public var isSecretFrozen: Bool
    /// Whether the account has been frozen or closed: the server answers its calls with 50002.
    public var isFrozen: Bool
    /// The addresses that may fetch tokens, as text; empty for any. The server answers others with 40164.
    public var allowedAddresses: [String]
    /// The account's own limits, if they differ from the store's.
    public var limits: LimitOverrides
    /// The account's own quotas by path. Each replaces the server's quota for that path.
    public var quotas: [String: CallQuota]

    /// Throws 40125, 40243 or 50002 unless `secret` may fetch a token.
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
