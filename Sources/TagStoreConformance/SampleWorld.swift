import OfficialAccount
import TagStore

/// The data that a case starts with: two accounts with followers and a tag. Each case makes its own sample world.
enum SampleWorld {
    static let appID = AppID("wx0000000000000001")
    static let otherAppID = AppID("wx0000000000000002")
    static let start = UnixTime(seconds: 1_700_000_000)
    static let tag = TagID(100)

    static let secret = fingerprint(1)

    static func account(_ appID: AppID) -> Account {
        Account(appID: appID, kind: .service, isCertified: true, secret: secret)
    }

    static func fingerprint(_ number: Int) -> Fingerprint {
        let bytes = (0..<Fingerprint.length).map { UInt8(truncatingIfNeeded: number >> ($0 % 4 * 8)) }
        guard let fingerprint = Fingerprint(bytes) else { preconditionFailure("32 bytes make a fingerprint") }
        return fingerprint
    }

    static func token(_ number: Int, salt: [UInt8] = []) -> NewToken {
        NewToken(fingerprint: fingerprint(number), secret: secret, salt: salt)
    }

    /// Follower `number` of the first account.
    static func follower(_ number: Int) -> OpenID { .numbered("oSampl", number) }

    /// Follower `number` of the other account.
    static func stranger(_ number: Int) -> OpenID { .numbered("oOther", number) }

    static func list(_ openIDs: OpenID...) -> OpenIDList { OpenIDList(openIDs) }

    /// Makes two accounts. Each has one tag, with the id 100. The first account gets `followers` followers, and the
    /// other account gets three.
    static func make(in tested: TestedStore, followers: Int = 60) async throws -> any TagStore {
        let store = await tested.store
        for appID in [appID, otherAppID] {
            try await store.createAccount(account(appID))
            _ = try await store.createTag(named: "first", id: nil, for: appID)
        }
        try await store.follow((0..<followers).map(follower), of: appID, at: start)
        try await store.follow((0..<3).map(stranger), of: otherAppID, at: start)
        return store
    }

    /// Returns the tags of the first account with their followers, to compare them before and after a change.
    static func view(_ store: any TagStore) async throws -> [String] {
        var lines: [String] = []
        for tag in try await store.tags(of: appID) {
            let carriers = try await store.followers(carrying: tag.id, after: nil, for: appID)
            lines.append("\(tag.id) \(tag.name) \(tag.count): \(carriers.map(\.description).joined(separator: " "))")
        }
        return lines
    }
}
