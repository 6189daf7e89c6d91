import OfficialAccount

/// An official account as the store keeps it.
public struct Account: Sendable, Hashable {
    public enum Kind: String, Sendable, Codable {
        case subscription
        case service
    }

    public let appID: AppID
    public let kind: Kind
    /// Whether the account is enterprise-verified. Tag calls of any other are answered 48001.
    public let isCertified: Bool
    /// The SHA-256 of the secret. The secret itself is never kept.
    public let secret: Fingerprint

    public init(appID: AppID, kind: Kind, isCertified: Bool, secret: Fingerprint) {
        self.appID = appID
        self.kind = kind
        self.isCertified = isCertified
        self.secret = secret
    }
}
