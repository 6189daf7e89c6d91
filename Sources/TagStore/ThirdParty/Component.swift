public import OfficialAccount

/// A third-party platform, which calls on behalf of the accounts that authorised it.
///
/// For a secret that callers present, the store keeps only the fingerprint. It keeps the text of the message token and
/// of the encoding key, because the server signs and encrypts with them.
public struct Component: Sendable, Hashable, Codable {
    /// The component_appid of the platform.
    public let appID: AppID
    /// The SHA-256 of the component_appsecret.
    public var secret: Fingerprint
    public var settings: ComponentSettings
    /// Whether the server pushes tickets to the platform.
    public var isPushing: Bool
    /// The tickets, oldest first. Expired tickets stay for a while, so that the server can answer them with 61005, and
    /// unknown tickets with 61006.
    public internal(set) var tickets: [ExpiringSecret] = []
    /// The component_access_tokens that callers may still present, oldest first.
    public internal(set) var tokens: [ReplaceableToken] = []
    public internal(set) var preAuthCodes: [ExpiringSecret] = []
    /// The authorization codes that the platform has not used yet.
    public internal(set) var codes: [AuthorizationCode] = []

    public init(appID: AppID, secret: Fingerprint, settings: ComponentSettings, isPushing: Bool = true) {
        self.appID = appID
        self.secret = secret
        self.settings = settings
        self.isPushing = isPushing
    }
}

/// The settings that the owner of a third-party platform has made.
public struct ComponentSettings: Sendable, Hashable, Codable {
    /// The address to which the server pushes tickets and authorisation events; empty if the server pushes nothing.
    public var eventURL = ""
    /// The token with which the server signs pushes.
    public var messageToken = ""
    /// The key with which the server encrypts pushes. It is 43 characters of base64 without padding, which encode 32
    /// bytes.
    public var encodingKey = ""
    /// The hosts that a redirect_uri of the authorisation page may have.
    public var redirectHosts: [String] = []
    /// The addresses from which callers may use the component APIs for the platform, as text; empty if every address is
    /// allowed. The server answers callers from other addresses with 61004.
    public var allowedAddresses: [String] = []
    /// The permission sets of the platform. An account can grant only these sets.
    public var permissionSets: [Int] = []
    /// The platform's own quotas by path, which replace the server's; nil if the platform has no own quotas.
    public var quotas: [String: CallQuota]?

    public init() {}
}

/// A secret that works until it expires. The store knows only the fingerprint.
public struct ExpiringSecret: Sendable, Hashable, Codable {
    public let fingerprint: Fingerprint
    public let expiresAt: UnixTime
}

/// A token that a newer token can replace.
public struct ReplaceableToken: Sendable, Hashable, Codable {
    public let fingerprint: Fingerprint
    public let expiresAt: UnixTime
    /// The time at which the token stops working because a newer token replaced it; nil while the token is the latest.
    public var worksUntil: UnixTime?
}

/// A code with which a third-party platform can fetch an authorisation a single time.
public struct AuthorizationCode: Sendable, Hashable, Codable {
    public let fingerprint: Fingerprint
    /// The account that authorised.
    public let account: AppID
    public let expiresAt: UnixTime
}

/// The permissions that an account has granted to a third-party platform.
public struct Grant: Sendable, Hashable, Codable {
    public let component: AppID
    /// The account that granted the permissions.
    public let account: AppID
    /// False after the account has withdrawn the grant. The store keeps a withdrawn grant, so that the server can
    /// answer 61003.
    public internal(set) var isActive: Bool
    /// The permission sets, ascending.
    public internal(set) var permissionSets: [Int]
    public internal(set) var authorizedAt: UnixTime
    /// The refresh token of the grant. The store keeps the text of this token, because `api_get_authorizer_list`
    /// returns it again. The text is useless without a token of the third-party platform.
    public internal(set) var refreshToken: String
    /// The authorizer_access_tokens that callers may still present, oldest first.
    public internal(set) var tokens: [ReplaceableToken] = []
    /// The options that the platform has set for the account, by name.
    public var options: [String: String] = [:]
}
