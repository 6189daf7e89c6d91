public import OfficialAccount

/// The calls that concern followers.
///
/// Source: `doc/service/api/usermanage/userinfo/`.
public struct FollowerCalls: Sendable {
    let caller: any CallSender

    /// Returns a page of up to 10,000 followers of the account.
    ///
    /// Pass the last openid of a page to get the next page. The page after the last one is empty. WeChat allows 500
    /// calls a day.
    ///
    /// Source: `doc/service/api/usermanage/userinfo/api_getfans`.
    ///
    /// - Parameter openID: the last openid of the page before, or nil for the first page.
    /// - Returns: the page, with the number of all followers in `total`.
    /// - Throws: ``CallFailure``. 40003 or 49003 if `openID` has never followed the account.
    public func list(after openID: OpenID? = nil) async throws(CallFailure) -> OpenIDPage {
        try await caller.answer(to: GetFans.self, GetFans.Request(after: openID))
    }

    /// Returns the page that `cursor` asks for, with up to 10,000 followers of the account.
    ///
    /// Unlike ``list(after:)``, this call also works after a page whose last entry is not an openid.
    ///
    /// Source: `doc/service/api/usermanage/userinfo/api_getfans`.
    ///
    /// - Parameter cursor: the `cursor` of the page before, or nil for the first page.
    /// - Returns: the page. The list ends with a page whose `cursor` is nil.
    /// - Throws: ``CallFailure``. 40003 if the server does not accept the cursor.
    public func list(from cursor: String?) async throws(CallFailure) -> OpenIDPage {
        try await caller.answer(to: GetFans.self, GetFans.Request(from: cursor))
    }

    /// Returns the profile of a present or former follower.
    ///
    /// WeChat allows 5,000,000 calls a day.
    ///
    /// Source: `doc/service/api/usermanage/userinfo/api_userinfo`.
    ///
    /// - Parameter openID: the user whose profile to return.
    /// - Returns: the profile. Its `following` is nil for a former follower.
    /// - Throws: ``CallFailure``. 40003 or 49003 if `openID` has never followed the account.
    public func profile(of openID: OpenID) async throws(CallFailure) -> FollowerProfile {
        try await caller.answer(to: UserInfo.self, UserInfo.Request(openID: openID))
    }

    /// Returns the profiles of up to 100 present or former followers.
    ///
    /// Source: `doc/service/api/usermanage/userinfo/api_batchuserinfo`.
    ///
    /// - Parameter openIDs: the users whose profiles to return, 1 to 100 openids.
    /// - Returns: the profiles in the order of the answer, without entries that the client cannot read.
    /// - Throws: ``CallFailure``. 40032 for no openid or more than 100. 40003 or 49003 if an openid has never followed
    ///   the account.
    public func profiles(of openIDs: [OpenID]) async throws(CallFailure) -> [FollowerProfile] {
        try await caller.answer(to: BatchUserInfo.self, BatchUserInfo.Request(openIDs: openIDs)).profiles
    }

    /// Sets the remark of a follower.
    ///
    /// WeChat allows 10,000 calls a day.
    ///
    /// Source: `doc/service/api/usermanage/userinfo/api_updateremark`.
    ///
    /// - Parameters:
    ///   - remark: up to 30 bytes of UTF-8. An empty text removes the remark.
    ///   - openID: the follower.
    /// - Throws: ``CallFailure``. 40092 for a longer remark, 43004 for a former follower. 40003 or 49003 if `openID`
    ///   has never followed the account.
    public func setRemark(_ remark: String, of openID: OpenID) async throws(CallFailure) {
        try await caller.answer(to: UpdateRemark.self, UpdateRemark.Request(openID: openID, remark: remark))
    }

    /// Returns a page of up to 1,000 openids of the blacklist.
    ///
    /// Pass the last openid of a page to get the next page. The page after the last one is empty.
    ///
    /// Source: `doc/service/api/usermanage/userinfo/api_getblacklist`.
    ///
    /// - Parameter openID: the last openid of the page before, or nil for the first page.
    /// - Returns: the page, with the length of the blacklist in `total`.
    /// - Throws: ``CallFailure``. 40003 or 49003 if `openID` has never followed the account.
    public func blacklist(after openID: OpenID? = nil) async throws(CallFailure) -> OpenIDPage {
        try await caller.answer(to: GetBlacklist.self, GetBlacklist.Request(after: openID))
    }

    /// Returns the page that `cursor` asks for, with up to 1,000 openids of the blacklist.
    ///
    /// Unlike ``blacklist(after:)``, this call also works after a page whose last entry is not an openid.
    ///
    /// Source: `doc/service/api/usermanage/userinfo/api_getblacklist`.
    ///
    /// - Parameter cursor: the `cursor` of the page before, or nil for the first page.
    /// - Returns: the page. The list ends with a page whose `cursor` is nil.
    /// - Throws: ``CallFailure``. 40003 if the server does not accept the cursor.
    public func blacklist(from cursor: String?) async throws(CallFailure) -> OpenIDPage {
        try await caller.answer(to: GetBlacklist.self, GetBlacklist.Request(from: cursor))
    }

    /// Puts 1 to 20 followers on the blacklist: all of them, or none.
    ///
    /// Source: `doc/service/api/usermanage/userinfo/api_batchblacklist`.
    ///
    /// - Parameter openIDs: 1 to 20 followers.
    /// - Throws: ``CallFailure``. 40032 for no openid or more than 20. 40003 or 49003 if an openid does not follow the
    ///   account. 45169 if another call is changing one of the followers.
    public func batchBlacklist(_ openIDs: [OpenID]) async throws(CallFailure) {
        try await caller.answer(to: BatchBlacklist.self, BlacklistRequest(openIDs))
    }

    /// Takes 1 to 20 followers off the blacklist: all of them, or none.
    ///
    /// Source: `doc/service/api/usermanage/userinfo/api_batchunblacklist`.
    ///
    /// - Parameter openIDs: 1 to 20 followers.
    /// - Throws: ``CallFailure``, with the codes of ``batchBlacklist(_:)``.
    public func batchUnblacklist(_ openIDs: [OpenID]) async throws(CallFailure) {
        try await caller.answer(to: BatchUnblacklist.self, BlacklistRequest(openIDs))
    }
}
