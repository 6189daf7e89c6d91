import OfficialAccount
import TagStore

/// A tagging that has passed every rule and holds its followers: from here on only the disk can stop it.
struct ClaimedTagging: Sendable {
    let account: AccountNumber
    let slot: TagSlot
    /// As in the request, duplicates included: setting a bit twice is harmless.
    let ordinals: [Ordinal]
}

extension World {
    /// Judges a tagging in the order every store promises and, if nothing speaks against it, claims its followers.
    func claim(_ list: OpenIDList?, tag: TagID?, for appID: AppID, limits: Limits) throws(Refusal) -> ClaimedTagging {
        let account = try existing(appID)
        guard let list else { throw .listMissing(limit: limits.openIDsPerCall) }
        guard 1...limits.openIDsPerCall ~= list.count else {
            throw .listSize(list.count, limit: limits.openIDsPerCall)
        }
        guard let tag else { throw .tagMissing }
        guard let slot = account.tags.slot(of: tag) else { throw .unknownTag(tag) }

        var ordinals: [Ordinal] = []
        ordinals.reserveCapacity(list.openIDs.count)
        for openID in list.openIDs { ordinals.append(try following(openID, account)) }
        if let malformed = list.malformed { throw .malformed(malformed.text, position: malformed.position) }

        for ordinal in ordinals where account.followers.flags(at: ordinal).contains(.claimed) {
            throw .inFlight(account.followers.openID(at: ordinal))
        }
        for ordinal in ordinals {
            let word = account.followers.word(at: ordinal)
            guard word.carries(slot) || word.nonzeroBitCount < limits.tagsPerFollower else {
                throw .tooManyTags(account.followers.openID(at: ordinal), limit: limits.tagsPerFollower)
            }
        }
        for ordinal in ordinals { account.followers.claim(ordinal) }
        return ClaimedTagging(account: account.number, slot: slot, ordinals: ordinals)
    }

    /// Makes a tagging visible and gives its followers back.
    func apply(_ tagging: ClaimedTagging) {
        let account = accounts[Int(tagging.account)]
        for ordinal in tagging.ordinals { account.followers.insert(tagging.slot, at: ordinal) }
        release(tagging)
    }

    /// Gives the followers back, changed or not.
    func release(_ tagging: ClaimedTagging) {
        let account = accounts[Int(tagging.account)]
        for ordinal in tagging.ordinals { account.followers.release(ordinal) }
    }
}
