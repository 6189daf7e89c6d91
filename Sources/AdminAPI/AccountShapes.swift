import TagStore

/// An account, with its settings and how much it holds.
public struct AccountInfo: AdminShape, Hashable {
    public var appID: String
    /// In JSON, the settings are members of the account's own object.
    public var settings: AccountSettings
    /// The number of present followers.
    public var followers: Int
    /// The number of tags that it has created.
    public var tags: Int
    /// True for an account of a sandbox that takes openids such as OPENID1; nil for any other.
    public var relaxed: Bool?
    /// Its secret; nil except in the answer to the call that created the account.
    public var secret: String?

    private enum CodingKeys: String, CodingKey {
        case appID = "appid"
        case followers, tags, relaxed, secret
    }

    public init(
        appID: String, settings: AccountSettings, followers: Int, tags: Int, relaxed: Bool? = nil,
        secret: String? = nil
    ) {
        self.appID = appID
        self.settings = settings
        self.followers = followers
        self.tags = tags
        self.relaxed = relaxed
        self.secret = secret
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        appID = try members.decode(String.self, forKey: .appID)
        settings = try AccountSettings(from: decoder)
        followers = try members.decode(Int.self, forKey: .followers)
        tags = try members.decode(Int.self, forKey: .tags)
        relaxed = try members.decodeIfPresent(Bool.self, forKey: .relaxed)
        secret = try members.decodeIfPresent(String.self, forKey: .secret)
    }

    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(appID, forKey: .appID)
        try settings.encode(to: encoder)
        try members.encode(followers, forKey: .followers)
        try members.encode(tags, forKey: .tags)
        try members.encodeIfPresent(relaxed, forKey: .relaxed)
        try members.encodeIfPresent(secret, forKey: .secret)
    }

    public static var examples: [AccountInfo] {
        var limits = LimitOverrides()
        limits.openIDsPerCall = 100
        limits.tagsPerFollower = 30
        limits.tagsPerAccount = 120
        limits.tagNameBytes = 60
        limits.followersOfDeletableTag = 1_000_000
        let settings = AccountSettings(
            kind: .service, isCertified: true, allowedAddresses: ["192.0.2.7"], limits: limits,
            quotas: ["/cgi-bin/tags/get": CallQuota(perDay: 1000, perMinute: 60)])
        return [
            AccountInfo(appID: "wx5ad0c4e6b81f2793", settings: settings, followers: 1002, tags: 22),
            AccountInfo(
                appID: "wxmine", settings: AccountSettings(kind: .subscription, isCertified: false), followers: 0,
                tags: 0, relaxed: true, secret: "0f1e2d3c4b5a69788796a5b4c3d2e1f0"),
        ]
    }
}

/// Every account of a server.
public struct AccountList: AdminShape, Hashable {
    public var accounts: [AccountInfo]

    public init(accounts: [AccountInfo]) {
        self.accounts = accounts
    }

    public static var examples: [AccountList] { [AccountList(accounts: Array(AccountInfo.examples.prefix(1)))] }
}

/// The account that a call was about.
public struct NamedAccount: AdminShape, Hashable {
    public var appID: String

    enum CodingKeys: String, CodingKey {
        case appID = "appid"
    }

    public init(appID: String) {
        self.appID = appID
    }

    public static var examples: [NamedAccount] { [NamedAccount(appID: "wx5ad0c4e6b81f2793")] }
}

/// A new secret, which the server tells only once.
public struct IssuedSecret: AdminShape, Hashable {
    /// The appid of the account or the third-party platform.
    public var appID: String
    public var secret: String

    enum CodingKeys: String, CodingKey {
        case appID = "appid"
        case secret
    }

    public init(appID: String, secret: String) {
        self.appID = appID
        self.secret = secret
    }

    public static var examples: [IssuedSecret] {
        [IssuedSecret(appID: "wx5ad0c4e6b81f2793", secret: "0f1e2d3c4b5a69788796a5b4c3d2e1f0")]
    }
}

/// The part of a request that chooses the secret of an account or a platform.
public struct SecretWish: Codable, Sendable, Hashable {
    /// Nil to let the server make the secret.
    public var secret: String?

    public init(secret: String? = nil) {
        self.secret = secret
    }
}
