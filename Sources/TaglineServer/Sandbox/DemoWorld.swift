import OfficialAccount
import TagStore

/// The accounts, tags and followers that a sandbox holds from the start. Documentation, tests and examples rely on
/// them.
public enum DemoWorld {
    public struct Credentials: Sendable {
        public let appID: AppID
        public let secret: String
    }

    /// A certified service account with the tag 134 `广东`, the tags 100 to 120, two documented followers and 1,000
    /// more.
    public static let service = Credentials(
        appID: AppID("wx5ad0c4e6b81f2793"), secret: "0f1e2d3c4b5a69788796a5b4c3d2e1f0")
    /// A certified subscription account with tag 100 and 100 followers of its own. In calls of another account, the
    /// server answers their openids with 49003.
    public static let subscription = Credentials(
        appID: AppID("wx7b9e13d5f0a2c486"), secret: "1a2b3c4d5e6f70819203a4b5c6d7e8f9")
    /// A subscription account that is not certified. The server answers its tag calls with 48001.
    public static let uncertified = Credentials(
        appID: AppID("wx2c4e6a8091b3d5f7"), secret: "00112233445566778899aabbccddeeff")

    /// A third-party platform with the permission sets 1, 2 and 7. The service account has granted it set 2, and the
    /// certified subscription account has granted it set 7.
    public static let platform = Credentials(
        appID: AppID("wxfe12dc34ba567890"), secret: "ffeeddccbbaa99887766554433221100")
    /// The token with which the server signs pushes to the demo platform.
    public static let platformMessageToken = "tagline-demo"
    /// The key with which the server encrypts pushes to the demo platform.
    public static let platformEncodingKey = "dGFnbGluZSBkZW1vIGVuY29kaW5nIGtleSAwMTIzNDU"

    /// The tag in the example of WeChat's documentation.
    public static let guangdong = TagID(134)
    /// The two openids in the example of WeChat's documentation.
    public static let documentedOpenIDs = ["ocYxcuAEy30bX0NXmGn4ypqx3tI0", "ocYxcuBt0mRugKZ7tGAHPnUaOW7Y"]
    /// An openid that followed the service account and left. The server answers taggings of it with 40003.
    public static let left = "ocYxcuDemoLeft00000000000001"
    /// A follower with the twenty tags 100 to 119. If a call gives this follower one more tag, the server answers
    /// 45059.
    public static let fullyTagged = follower(1000, prefix: "ocYxcu")

    public static func follower(_ number: Int, prefix: String) -> String {
        let digits = String(number)
        return "\(prefix)DemoFollower\(String(repeating: "0", count: 10 - digits.count))\(digits)"
    }

    /// Puts the demo world into a store. If the store has the world already, or a part of it, adds only the missing
    /// part.
    ///
    /// The store gets all accounts in one change, so that a sandbox starts quickly.
    public static func seed(
        into store: any TagStore, at now: UnixTime, randomBytes: (Int) -> [UInt8] = Surroundings.systemRandomBytes
    ) async throws {
        var missing: [StateRecord] = []
        for (account, followers) in accounts(at: now) where try await store.account(account.account.appID) == nil {
            missing += [.account(account), .followers(followers)]
        }
        if !missing.isEmpty {
            _ = try await store.importState { sink in
                for record in missing { try sink.take(record) }
            }
        }
        try await seedComponent(into: store, at: now, randomBytes)
    }

    /// Returns the records of the accounts and of their followers.
    static func records(at now: UnixTime) -> [StateRecord] {
        accounts(at: now).flatMap { [.account($0.0), .followers($0.1)] }
    }

    /// Restores the first state of the platform, and of the grants that the accounts gave to it. The restored grants
    /// have new refresh tokens.
    static func restoreComponent(
        in store: any TagStore, at now: UnixTime, randomBytes: (Int) -> [UInt8] = Surroundings.systemRandomBytes
    ) async throws {
        try await seedComponent(into: store, at: now, randomBytes, isRestoring: true)
    }

    private static func accounts(at now: UnixTime) -> [(AccountState, [FollowerState])] {
        let serviceTags = (100...120).map { (TagID($0), "演示\($0)") } + [(guangdong, "广东")]
        let serviceFollowers = documentedOpenIDs + (1...1000).map { follower($0, prefix: "ocYxcu") }
        return [
            (state(of: uncertified, .subscription, isCertified: false, tags: []), []),
            (
                state(of: subscription, .subscription, isCertified: true, tags: [(TagID(100), "读者")]),
                (1...100).compactMap { state(of: follower($0, prefix: "ohK2su"), since: now) }
            ),
            (
                state(of: service, .service, isCertified: true, tags: serviceTags),
                serviceFollowers.compactMap { openID in
                    state(of: openID, since: now, tags: openID == fullyTagged ? (100...119).map { TagID($0) } : [])
                } + [state(of: left, since: now, isFollowing: false)].compactMap { $0 }
            ),
        ]
    }

    private static func state(
        of credentials: Credentials, _ kind: Account.Kind, isCertified: Bool, tags: [(id: TagID, name: String)]
    ) -> AccountState {
        let account = Account(
            appID: credentials.appID, kind: kind, isCertified: isCertified, secret: Fingerprint(of: credentials.secret))
        let next = tags.last.map { TagID($0.id.rawValue + 1) } ?? .firstCreated
        return AccountState(
            account: account, nextTagID: next, tags: tags.map { AccountState.Tag(id: $0.id, name: $0.name) })
    }

    private static func state(
        of openID: String, since now: UnixTime, isFollowing: Bool = true, tags: [TagID] = []
    ) -> FollowerState? {
        OpenID(openID).map {
            FollowerState(
                openID: $0, since: now, isFollowing: isFollowing, isBlacklisted: false, tagIDs: tags, remark: "")
        }
    }

    private static var componentSettings: ComponentSettings {
        var settings = ComponentSettings()
        settings.messageToken = platformMessageToken
        settings.encodingKey = platformEncodingKey
        settings.redirectHosts = ["127.0.0.1", "localhost"]
        settings.permissionSets = [1, 2, 7]
        return settings
    }

    private static func seedComponent(
        into store: any TagStore, at now: UnixTime, _ randomBytes: (Int) -> [UInt8], isRestoring: Bool = false
    ) async throws(Refusal) {
        let first = Component(
            appID: platform.appID, secret: Fingerprint(of: platform.secret), settings: componentSettings)
        if try await store.component(platform.appID) == nil {
            try await store.createComponent(first)
        } else if isRestoring {
            try await store.changeComponent(platform.appID, account: nil) { (platform, _) throws(Refusal) in
                platform.settings = first.settings
                platform.isPushing = first.isPushing
                platform.replaceSecret(by: first.secret)
            }
        }
        for (account, sets) in [(service.appID, [2]), (subscription.appID, [7])] {
            let isThere = try await !store.grants(to: platform.appID, of: account).isEmpty
            guard isRestoring || !isThere else { continue }
            let code = Fingerprint(of: Hexadecimal.text(randomBytes(32)))
            let refreshToken = "refreshtoken@@@" + Hexadecimal.text(randomBytes(32))
            try await store.changeComponent(platform.appID, account: account) { (platform, grant) throws(Refusal) in
                // If `grant` were not nil, `authorize` would keep the options that the platform has set in it.
                if isRestoring { grant = nil }
                platform.authorize(
                    &grant, by: account, sets: sets, preAuthCode: nil, code: code, refreshToken: refreshToken, at: now)
            }
        }
    }
}
