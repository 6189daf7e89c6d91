import OfficialAccount
import TagStore

/// The accounts, tags and followers that a sandbox holds from the start. Documentation, tests and examples rely on
/// them.
public enum DemoWorld {
    public struct Credentials: Sendable {
        public let appID: AppID
        public let secret: String
    }

    /// A certified service account: tag 134 `广东` and tags 100–120, two documented and 1,000 more followers.
    public static let service = Credentials(
        appID: AppID("wx5ad0c4e6b81f2793"), secret: "0f1e2d3c4b5a69788796a5b4c3d2e1f0")
    /// A certified subscription account: tag 100, 100 followers of its own, so that 49003 can be seen.
    public static let subscription = Credentials(
        appID: AppID("wx7b9e13d5f0a2c486"), secret: "1a2b3c4d5e6f70819203a4b5c6d7e8f9")
    /// A subscription account that is not certified: every tag call is answered 48001.
    public static let uncertified = Credentials(
        appID: AppID("wx2c4e6a8091b3d5f7"), secret: "00112233445566778899aabbccddeeff")

    /// A third-party platform with sets 1, 2 and 7: the service account granted it set 2, the certified subscription
    /// account only set 7.
    public static let platform = Credentials(
        appID: AppID("wxfe12dc34ba567890"), secret: "ffeeddccbbaa99887766554433221100")
    /// What its pushes are signed and encrypted with.
    public static let platformMessageToken = "tagline-demo"
    public static let platformEncodingKey = "dGFnbGluZSBkZW1vIGVuY29kaW5nIGtleSAwMTIzNDU"

    /// The tag of the documented example.
    public static let guangdong = TagID(134)
    /// The two openids of the documented example.
    public static let documentedOpenIDs = ["ocYxcuAEy30bX0NXmGn4ypqx3tI0", "ocYxcuBt0mRugKZ7tGAHPnUaOW7Y"]
    /// Followed the service account once and left, so that 40003 can be seen.
    public static let left = "ocYxcuDemoLeft00000000000001"
    /// Carries twenty tags, 100–119, so that 45059 can be seen.
    public static let fullyTagged = follower(1000, prefix: "ocYxcu")

    public static func follower(_ number: Int, prefix: String) -> String {
        let digits = String(number)
        return "\(prefix)DemoFollower\(String(repeating: "0", count: 10 - digits.count))\(digits)"
    }

    /// Puts the demo world into a store that does not have it yet. Repeating it changes nothing, also after it was cut
    /// off.
    ///
    /// Cost: the accounts come as one change, because a sandbox is waited for.
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
        try await seedPlatform(into: store, at: now, randomBytes)
    }

    /// The accounts with their followers, as they come into a store.
    static func records(at now: UnixTime) -> [StateRecord] {
        accounts(at: now).flatMap { [.account($0.0), .followers($0.1)] }
    }

    /// Makes the platform and what the accounts grant it what they were, with new tokens.
    static func restorePlatform(
        in store: any TagStore, at now: UnixTime, randomBytes: (Int) -> [UInt8] = Surroundings.systemRandomBytes
    ) async throws {
        try await seedPlatform(into: store, at: now, randomBytes, isRestoring: true)
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

    private static func seedPlatform(
        into store: any TagStore, at now: UnixTime, _ randomBytes: (Int) -> [UInt8], isRestoring: Bool = false
    ) async throws(Refusal) {
        if try await store.platform(platform.appID) == nil {
            var settings = ComponentSettings()
            settings.messageToken = platformMessageToken
            settings.encodingKey = platformEncodingKey
            settings.redirectHosts = ["127.0.0.1", "localhost"]
            settings.permissionSets = [1, 2, 7]
            try await store.createPlatform(
                Component(appID: platform.appID, secret: Fingerprint(of: platform.secret), settings: settings))
        }
        for (account, sets) in [(service.appID, [2]), (subscription.appID, [7])] {
            let isThere = try await !store.grants(to: platform.appID, of: account).isEmpty
            guard isRestoring || !isThere else { continue }
            let code = Fingerprint(of: Hexadecimal.text(randomBytes(32)))
            let refreshToken = "refreshtoken@@@" + Hexadecimal.text(randomBytes(32))
            try await store.changePlatform(platform.appID, account: account) { platform, grant in
                platform.authorize(
                    &grant, by: account, sets: sets, preAuthCode: nil, code: code, refreshToken: refreshToken, at: now)
            }
        }
    }
}
