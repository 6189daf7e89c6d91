import OfficialAccount
import TagStore

/// A change to followers. The change meets every rule and has claimed its followers, so no other call can claim them.
/// After the claim, only two things can stop the change: a failure of the disk, or the deletion of the tag or account.
struct ClaimedChange: Sendable {
    let account: AccountNumber
    let effect: FollowerEffect<TagSlot>
    /// The followers in the order of the request, with duplicates. A duplicate does no harm, because the second change
    /// of a follower has no effect.
    let ordinals: [Ordinal]
}

extension World {
    /// Checks a change against the rules. The order of the checks is the same in every store. If the change meets every
    /// rule, claims its followers.
    func claim(
        _ effect: FollowerEffect<TagID?>, _ list: OpenIDList?, for appID: AppID
    ) throws(Refusal) -> ClaimedChange {
        let account = try existing(appID)
        let list = try OpenIDList.judged(list, limit: effect.listLimit(account.limits))
        let claimed = try effect.replacingKey { id throws(Refusal) in try Self.slot(of: id, in: account.tags) }
        let ordinals: [Ordinal]
        if list.malformed == nil, let free = account.followers.ordinals(of: list.openIDs),
            account.followers.accept(
                free, slot: claimed.newSlot, limit: account.limits.tagsPerFollower, retired: account.tags.retired)
        {
            ordinals = free
        } else {
            ordinals = try judge(list, claimed, account)
        }
        account.followers.claim(ordinals)
        return ClaimedChange(account: account.number, effect: claimed, ordinals: ordinals)
    }

    /// Checks the followers of a list against the rules. The order of the checks decides which refusal the caller gets.
    private func judge(
        _ list: OpenIDList, _ effect: FollowerEffect<TagSlot>, _ account: AccountImage
    ) throws(Refusal) -> [Ordinal] {
        var ordinals: [Ordinal] = []
        ordinals.reserveCapacity(list.openIDs.count)
        for openID in list.openIDs { ordinals.append(try following(openID, account)) }
        if let malformed = list.malformed { throw .malformed(malformed.text, position: malformed.position) }
        for ordinal in ordinals where account.followers.flags(at: ordinal).contains(.claimed) {
            throw .inFlight(account.followers.openID(at: ordinal))
        }
        if let slot = effect.newSlot {
            for ordinal in ordinals {
                let word = account.followers.word(at: ordinal)
                guard word.carries(slot) || account.tags.count(in: word) < account.limits.tagsPerFollower else {
                    throw .tooManyTags(account.followers.openID(at: ordinal), limit: account.limits.tagsPerFollower)
                }
            }
        }
        return ordinals
    }

    /// Returns whether the store can still make the change. An earlier change may have deleted the account or the tag.
    /// After the deletion of a tag, its slot no longer belongs to the tag.
    func isStillPossible(_ change: ClaimedChange, for effect: FollowerEffect<TagID?>) -> Bool {
        guard !accounts[Int(change.account)].isGone else { return false }
        guard let key = effect.key, let tag = key else { return true }
        return accounts[Int(change.account)].tags.slot(of: tag) == change.effect.key
    }

    /// Makes a change visible and releases its followers.
    func apply(_ change: ClaimedChange) {
        let account = accounts[Int(change.account)]
        guard !account.isGone else { return }
        switch change.effect {
        case .tag(let slot): account.followers.insert(slot, at: change.ordinals)
        case .untag(let slot): for ordinal in change.ordinals { account.followers.remove(slot, at: ordinal) }
        case .blacklist: for ordinal in change.ordinals { account.followers.setBlacklisted(true, at: ordinal) }
        case .unblacklist: for ordinal in change.ordinals { account.followers.setBlacklisted(false, at: ordinal) }
        }
        release(change)
    }

    /// Releases the followers of a change, even if the store did not make the change.
    func release(_ change: ClaimedChange) {
        let account = accounts[Int(change.account)]
        if !account.isGone { account.followers.release(change.ordinals) }
    }

    private static func slot(of id: TagID?, in tags: TagTable) throws(Refusal) -> TagSlot {
        guard let id else { throw .tagMissing }
        guard let slot = tags.slot(of: id) else { throw .unknownTag(id) }
        return slot
    }
}

extension FollowerEffect where Key == TagSlot {
    /// The slot of the tag that the change adds to followers; nil if the change adds no tag.
    fileprivate var newSlot: TagSlot? {
        if case .tag(let slot) = self { slot } else { nil }
    }
}
