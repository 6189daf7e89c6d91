public import OfficialAccount

/// The followers who meet a condition, among the followers that one search has looked at.
public struct FoundFollowers: Sendable, Hashable {
    /// The first followers who meet the condition, in the order in which they first followed.
    public var openIDs: [OpenID] = []
    /// The number of followers who meet the condition, including those that ``openIDs`` leaves out.
    public var count = 0
    /// The number of followers that the search has looked at.
    public var lookedAt = 0
    /// The openid after which the next search begins; nil if this search has reached the last follower.
    public var end: OpenID?

    public init() {}
}

extension TagStore {
    /// Reads pages of openids and their profiles, to search in a store that has no search of its own.
    public func followers(
        meeting condition: TagCondition, after cursor: OpenID?, limit: Int, for appID: AppID
    ) async throws(Refusal) -> FoundFollowers {
        var found = FoundFollowers()
        found.end = cursor
        repeat {
            let openIDs = try await openIDs(carrying: condition.base, after: found.end, of: appID)
            for profile in try await profiles(of: openIDs, for: appID) where condition.isMet(by: profile) {
                found.count += 1
                if found.openIDs.count < limit { found.openIDs.append(profile.openID) }
            }
            found.lookedAt += openIDs.count
            found.end = openIDs.count < limits.openIDsPerPage ? nil : openIDs.last
        } while found.end != nil && found.lookedAt < 2 * limits.openIDsPerPage
        return found
    }

    /// Returns a page of openids after `cursor`. The page has the followers who carry `tag`, or all followers if `tag`
    /// is nil.
    ///
    /// Throws what ``followers(carrying:after:for:)`` and ``followers(after:of:)`` throw.
    package func openIDs(carrying tag: TagID?, after cursor: OpenID?, of appID: AppID) async throws(Refusal) -> [OpenID]
    {
        guard let tag else { return try await followers(after: cursor, of: appID).openIDs }
        return try await followers(carrying: tag, after: cursor, for: appID)
    }
}

extension TagCondition {
    fileprivate func isMet(by profile: FollowerProfile) -> Bool {
        guard let carried = profile.following?.tagIDs else { return false }
        return isMet(carried.contains)
    }
}
