import OfficialAccount

/// The calls about followers. Source: `doc/service/api/usermanage/userinfo/`.
public struct FollowerCalls: Sendable {
    let caller: any Caller

    /// A page of everyone who follows, from the one after `openID` on.
    public func list(after openID: OpenID? = nil) async throws(CallFailure) -> OpenIDPage {
        try await caller.answer(to: GetFans.self, GetFans.Request(after: openID))
    }

    /// What is known of one who follows or did. Throws 40003 or 49003.
    public func profile(of openID: OpenID) async throws(CallFailure) -> FollowerProfile {
        try await caller.answer(to: UserInfo.self, UserInfo.Request(openID: openID))
    }

    /// What is known of up to 100 who follow or did, in the order of the answer. Throws 40032, 40003 or 49003.
    public func profiles(of openIDs: [OpenID]) async throws(CallFailure) -> [FollowerProfile] {
        try await caller.answer(to: BatchUserInfo.self, BatchUserInfo.Request(openIDs: openIDs)).profiles
    }

    /// Sets the remark of a follower; empty takes it away. Throws 40092, 43004, 40003 or 49003.
    public func setRemark(_ remark: String, of openID: OpenID) async throws(CallFailure) {
        try await caller.answer(to: UpdateRemark.self, UpdateRemark.Request(openID: openID, remark: remark))
    }

    /// A page of the blacklist, from the one after `openID` on.
    public func blacklist(after openID: OpenID? = nil) async throws(CallFailure) -> OpenIDPage {
        try await caller.answer(to: GetBlacklist.self, GetBlacklist.Request(after: openID))
    }

    /// Puts up to 20 followers on the blacklist, or none. Throws 40032, 40003, 49003 or 45169.
    public func batchBlacklist(_ openIDs: [OpenID]) async throws(CallFailure) {
        try await caller.answer(to: BatchBlacklist.self, BlacklistRequest(openIDs))
    }

    /// Takes up to 20 followers off the blacklist, or none. Throws as ``batchBlacklist(_:)`` does.
    public func batchUnblacklist(_ openIDs: [OpenID]) async throws(CallFailure) {
        try await caller.answer(to: BatchUnblacklist.self, BlacklistRequest(openIDs))
    }
}
