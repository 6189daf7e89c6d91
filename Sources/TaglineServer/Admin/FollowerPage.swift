import OfficialAccount
import TagStore

/// One page of the followers of an account, with their tags.
struct FollowerPage: Sendable {
    let profiles: [FollowerProfile]
    /// The openid after which the next page begins; nil on the last page.
    let next: OpenID?

    /// Reads a page from the store. Throws ``Refusal`` 45159 for an unknown tag, and 40003 if `cursor` never followed
    /// the account.
    ///
    /// - Parameters:
    ///   - tag: the tag that the followers on the page carry; nil for all followers.
    ///   - cursor: the openid after which the page begins; nil for the first page.
    init(
        of appID: AppID, carrying tag: TagID?, after cursor: OpenID?, limit: Int, in store: any TagStore
    ) async throws(Refusal) {
        let openIDs = try await store.openIDs(carrying: tag, after: cursor, of: appID)
        let page = Array(openIDs.prefix(limit))
        // Omit followers who left the account after the store read the page.
        profiles = try await store.profiles(of: page, for: appID).filter { $0.following != nil }
        next = page.count < openIDs.count || openIDs.count == store.limits.openIDsPerPage ? page.last : nil
    }
}
