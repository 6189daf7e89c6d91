import OfficialAccount

/// A third-party platform, which calls on behalf of the accounts that authorised it.
///
/// Every secret that a caller may present is kept as its fingerprint. The message token and the encoding key are kept
/// as they are, because the server signs and encrypts with them.
public struct Component: Sendable, Hashable, Codable {
    /// Its component_appid.
    public let appID: AppID
    /// The SHA-256 of its component_appsecret.
    public var secret: Fingerprint
    public var settings: ComponentSettings
    /// Whether tickets are pushed.
    public var isPushing: Bool
    /// Oldest first. Expired tickets stay for a while, so that 61005 can be told from 61006.
    public internal(set) var tickets: [ExpiringSecret] = []
    /// Its component_access_tokens that may still be presented, oldest first.
    public internal(set) var tokens: [ReplaceableToken] = []
    public internal(set) var preAuthCodes: [ExpiringSecret] = []
    /// Authorization codes that have not been used.
    public internal(set) var codes: [AuthorizationCode] = []

    public init(appID: AppID, secret: Fingerprint, settings: ComponentSettings, isPushing: Bool = true) {
        self.appID = appID
        self.secret = secret
        self.settings = settings
        self.isPushing = isPushing
    }
}

/// What the owner of a platform has set.
public struct ComponentSettings: Sendable, Hashable, Codable {
    /// Where tickets and authorisation events are pushed; empty for nowhere.
    public var eventURL = ""
    /// The token with which pushes are signed.
    public var messageToken = ""
    /// The key with which pushes are encrypted: 43 characters of base64 without padding, which encode 32 bytes.
    public var encodingKey = ""
    /// The hosts that a redirect_uri of the authorisation page may have.
    public var redirectHosts: [String] = []
    /// The addresses that may call its component APIs, as text; empty for any. Others are answered 61004.
    public var allowedAddresses: [String] = []
    /// The permission sets it has itself. An account can grant no others.
    public var permissionSets: [Int] = []
    /// Its own quotas by path, instead of the server's; nil for none.
    public var quotas: [String: CallQuota]?

    public init() {}
}

/// A secret that works for a while, known by its fingerprint.
public struct ExpiringSecret: Sendable, Hashable, Codable {
    public let fingerprint: Fingerprint
    public let expiresAt: UnixTime
}

/// A token that a newer one replaces.
public struct ReplaceableToken: Sendable, Hashable, Codable {
    public let fingerprint: Fingerprint
    public let expiresAt: UnixTime
    /// When it stops working because a newer one has replaced it; nil while it is the latest.
    public var worksUntil: UnixTime?
}

/// A code with which a platform fetches an authorisation, once.
public struct AuthorizationCode: Sendable, Hashable, Codable {
    public let fingerprint: Fingerprint
    /// The account that authorised.
    public let account: AppID
    public let expiresAt: UnixTime
}

/// What one account allows one platform.
public struct Grant: Sendable, Hashable, Codable {
    public let component: AppID
    /// The authorizer.
    public let account: AppID
    /// False once the account has withdrawn it. A withdrawn grant is kept, so that 61003 can be answered.
    public internal(set) var isActive: Bool
    /// The permission sets, ascending.
    public internal(set) var permissionSets: [Int]
    public internal(set) var authorizedAt: UnixTime
    /// It is kept as it is, because `api_get_authorizer_list` returns it again. It is useless without a token of the
    /// platform.
    public internal(set) var refreshToken: String
    /// The authorizer_access_tokens that may still be presented, oldest first.
    public internal(set) var tokens: [ReplaceableToken] = []
    /// What the platform has set for the account, by name.
    public var options: [String: String] = [:]
}
