import OfficialAccount
import TagStore

/// A change that has passed every rule and has claimed its followers. From here on, only a failure of the disk or the
/// deletion of its tag or account can stop the change.
struct ClaimedChange: Sendable {
    let account: AccountNumber
    let effect: FollowerEffect<TagSlot>
    /// The followers as in the request, duplicates included: making a change twice does no harm.
    let ordinals: [Ordinal]
}

extension World {
    /// Judges a change in the order that every store promises. If the change meets every rule, claims its followers.
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

    /// Judges a list follower by follower, in the order that decides which refusal the caller gets.
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

    /// Returns whether the change can still be made. An earlier change may have deleted the account or the tag. Then
    /// the slot no longer belongs to that tag.
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

    /// Releases the followers of a change, whether or not it was made.
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
    /// The slot that the change sets; nil if it sets none.
    fileprivate var newSlot: TagSlot? {
        if case .tag(let slot) = self { slot } else { nil }
    }
}
