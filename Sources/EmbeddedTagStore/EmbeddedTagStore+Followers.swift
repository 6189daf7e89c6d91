import OfficialAccount
import TagStore

// Followers.
extension EmbeddedTagStore {
    @discardableResult
    public func follow(_ openIDs: [OpenID], of appID: AppID, at now: UnixTime) async throws(Refusal) -> Int {
        try await change { world throws(Refusal) -> FollowerChange in
            try world.follow(openIDs, of: appID, at: now)
        }
    }

    public func unfollow(_ openIDs: [OpenID], of appID: AppID) async throws(Refusal) {
        _ = try await change { world throws(Refusal) -> FollowerChange in
            try world.unfollow(openIDs, of: appID)
        }
    }

    public func followers(after cursor: OpenID?, of appID: AppID) throws(Refusal) -> OpenIDPage {
        try read { world throws(Refusal) in
            let account = try world.existing(appID)
            return OpenIDPage(
                total: account.followers.following,
                openIDs: account.followers.openIDsFollowing(
                    from: try world.start(after: cursor, account), limit: account.limits.openIDsPerPage))
        }
    }

    public func profiles(of openIDs: [OpenID], for appID: AppID) throws(Refusal) -> [FollowerProfile] {
        try read { world throws(Refusal) in
            let account = try world.existing(appID)
            var profiles: [FollowerProfile] = []
            for openID in openIDs { profiles.append(try world.profile(of: openID, account)) }
            return profiles
        }
    }

    public func setRemark(_ remark: String, of openID: OpenID, for appID: AppID) async throws(Refusal) {
        try await change { world throws(Refusal) -> RemarkChange in
            let account = try world.existing(appID)
            try RemarkRules.judge(remark, limit: account.limits.remarkBytes)
            guard let ordinal = account.followers.ordinal(of: openID) else {
                throw world.whyNotFollowing(openID, account)
            }
            guard account.followers.flags(at: ordinal).contains(.following) else {
                throw .mustFollow(openID)
            }
            return RemarkChange(account: account.number, ordinal: ordinal, remark: remark)
        }
    }

    public func setBlacklisted(_ isBlacklisted: Bool, _ list: OpenIDList?, for appID: AppID) async throws(Refusal) {
        try await changeFollowers(isBlacklisted ? .blacklist : .unblacklist, list, of: appID)
    }

    public func blacklist(after cursor: OpenID?, of appID: AppID) throws(Refusal) -> OpenIDPage {
        try read { world throws(Refusal) in
            let account = try world.existing(appID)
            return OpenIDPage(
                total: account.followers.blacklisted,
                openIDs: account.followers.openIDsBlacklisted(
                    from: try world.start(after: cursor, account), limit: account.limits.openIDsPerBlacklistPage))
        }
    }
}
