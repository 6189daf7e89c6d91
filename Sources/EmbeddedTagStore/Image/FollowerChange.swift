import OfficialAccount
import TagStore

/// A change to the set of followers of an account.
struct FollowerChange: Sendable {
    let account: AccountNumber
    /// The ordinal that the first openid in `arrived` gets.
    let firstOrdinal: Ordinal
    /// Openids that follow for the first time, in the order of their new ordinals.
    var arrived: [OpenID] = []
    /// Followers who had left and follow again.
    var returned: [Ordinal] = []
    /// Followers who stop following.
    var left: [Ordinal] = []
    /// The time at which the arrived and returned followers began to follow, in Unix seconds.
    var since: UInt32 = 0

    var isEmpty: Bool { arrived.isEmpty && returned.isEmpty && left.isEmpty }
}

extension World {
    func follow(_ openIDs: [OpenID], of appID: AppID, at now: UnixTime) throws(Refusal) -> FollowerChange {
        let account = try existing(appID)
        var change = FollowerChange(account: account.number, firstOrdinal: Ordinal(account.followers.count))
        change.since = UInt32(clamping: now.seconds)
        var seen = Set<OpenID>(minimumCapacity: openIDs.count)
        for openID in openIDs where seen.insert(openID).inserted {
            if let ordinal = account.followers.ordinal(of: openID) {
                if !account.followers.flags(at: ordinal).contains(.following) { change.returned.append(ordinal) }
            } else {
                change.arrived.append(openID)
            }
        }
        guard account.followers.count + change.arrived.count <= FollowerTable.capacity else {
            throw .tooManyFollowers(limit: FollowerTable.capacity)
        }
        return change
    }

    func unfollow(_ openIDs: [OpenID], of appID: AppID) throws(Refusal) -> FollowerChange {
        let account = try existing(appID)
        var change = FollowerChange(account: account.number, firstOrdinal: Ordinal(account.followers.count))
        for openID in openIDs {
            if let ordinal = account.followers.ordinal(of: openID) { change.left.append(ordinal) }
        }
        return change
    }

    /// Applies the change. A second application of the same change has no effect.
    ///
    /// Throws if the change contradicts the followers of the account. Only a damaged file can cause such a
    /// contradiction.
    func apply(_ change: FollowerChange) throws(DamagedFile) {
        guard Int(change.account) < accounts.count else {
            throw DamagedFile("a change to an account that is not there")
        }
        let account = accounts[Int(change.account)]
        guard !account.isGone else { return }
        for (offset, openID) in change.arrived.enumerated() {
            let place = Int(change.firstOrdinal) + offset
            if place == account.followers.count, place < FollowerTable.capacity {
                account.followers.append(openID, since: change.since)
            } else {
                guard account.followers.ordinal(of: openID) == Ordinal(place) else {
                    throw DamagedFile("a follower is not at the place that the journal states")
                }
                account.followers.setFollowing(true, at: Ordinal(place))
            }
        }
        for ordinal in change.returned + change.left where ordinal >= account.followers.count {
            throw DamagedFile("the journal names follower \(ordinal), who is not there")
        }
        for ordinal in change.returned { account.followers.setFollowing(true, since: change.since, at: ordinal) }
        for ordinal in change.left { account.followers.setFollowing(false, at: ordinal) }
    }
}
