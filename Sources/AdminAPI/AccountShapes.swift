package import TagStore

/// An account, with its settings and its numbers of followers and tags.
@dynamicMemberLookup
package struct AccountInfo: AdminShape, AccountObject, Hashable {
    package var appID: String
    /// In JSON, the settings and the members of ``rest`` are members of the account's own object.
    package var settings: AccountSettings
    package var rest: Rest

    /// The members of an account's object other than the appid and the settings.
    package struct Rest: Codable, Sendable, Hashable {
        /// The number of users who follow the account at present.
        package var followers: Int
        /// The number of tags that the account has created.
        package var tags: Int
        /// True for a sandbox's account that accepts openids such as OPENID1; nil for any other account.
        package var relaxed: Bool?
        /// The secret of the account; nil except in the answer to the request that created the account.
        package var secret: String?
    }

    package init(appID: String, settings: AccountSettings, rest: Rest) {
        self.appID = appID
        self.settings = settings
        self.rest = rest
    }

    package init(
        appID: String, settings: AccountSettings, followers: Int, tags: Int, relaxed: Bool? = nil,
        secret: String? = nil
    ) {
        self.init(
            appID: appID, settings: settings,
            rest: Rest(followers: followers, tags: tags, relaxed: relaxed, secret: secret))
    }

    /// Reads or changes a member of ``rest``.
    package subscript<Value>(dynamicMember member: WritableKeyPath<Rest, Value>) -> Value {
        get { rest[keyPath: member] }
        set { rest[keyPath: member] = newValue }
    }

    package static var examples: [AccountInfo] {
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
package struct AccountList: AdminShape, Hashable {
    package var accounts: [AccountInfo]

    package init(accounts: [AccountInfo]) {
        self.accounts = accounts
    }

    package static var examples: [AccountList] { [AccountList(accounts: Array(AccountInfo.examples.prefix(1)))] }
}

/// The account that a request to the admin plane created, changed or removed.
package struct NamedAccount: AdminShape, Hashable {
    package var appID: String

    enum CodingKeys: String, CodingKey {
        case appID = "appid"
    }

    package init(appID: String) {
        self.appID = appID
    }

    package static var examples: [NamedAccount] { [NamedAccount(appID: "wx5ad0c4e6b81f2793")] }
}

/// A new secret, which the server shows only once.
package struct IssuedSecret: AdminShape, Hashable {
    /// The appid of the account or third-party platform that has the secret.
    package var appID: String
    package var secret: String

    enum CodingKeys: String, CodingKey {
        case appID = "appid"
        case secret
    }

    package init(appID: String, secret: String) {
        self.appID = appID
        self.secret = secret
    }

    package static var examples: [IssuedSecret] {
        [IssuedSecret(appID: "wx5ad0c4e6b81f2793", secret: "0f1e2d3c4b5a69788796a5b4c3d2e1f0")]
    }
}

/// The part of a request that chooses the secret of an account or a third-party platform.
package struct SecretWish: Codable, Sendable, Hashable {
    /// The chosen secret; nil to let the server make a secret.
    package var secret: String?

    package init(secret: String? = nil) {
        self.secret = secret
    }
}
