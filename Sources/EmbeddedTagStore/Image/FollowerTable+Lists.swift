import OfficialAccount

// What a call does with the whole of its list.
//
// Fifty followers are in fifty places of a memory too large for any cache. So each loop here does one small thing that does not depend on what
// it did for the follower before: the processor then fetches many places at once, and a list costs a few waits for memory
// in place of two hundred. `FollowerListTests` holds these against the plain way, one follower at a time.
extension FollowerTable {
    /// The ordinals of all of them, in their order; nil if one of them is unknown.
    func ordinals(of openIDs: [OpenID]) -> [Ordinal]? {
        var ordinals = directory.guesses(for: openIDs)
        for place in ordinals.indices
        where ordinals[place] == .max || openID(at: ordinals[place]) != openIDs[place] {
            guard ordinals[place] != .max, let ordinal = ordinal(of: openIDs[place]) else { return nil }
            ordinals[place] = ordinal
        }
        return ordinals
    }

    /// Whether all of them follow and no call in flight is changing one.
    func areFree(_ ordinals: [Ordinal]) -> Bool {
        var all = FollowerFlags.following.rawValue
        var any: UInt8 = 0
        for ordinal in ordinals {
            let flags = flags(at: ordinal).rawValue
            all &= flags
            any |= flags
        }
        return all != 0 && any & FollowerFlags.claimed.rawValue == 0
    }

    /// Whether each of them carries the slot or fewer tags than `limit`, not counting those in `retired`.
    func haveRoom(_ ordinals: [Ordinal], for slot: TagSlot, limit: Int, retired: TagWord) -> Bool {
        var areFull = false
        for ordinal in ordinals {
            let word = word(at: ordinal)
            areFull = areFull || (!word.carries(slot) && (word & ~retired).nonzeroBitCount >= limit)
        }
        return !areFull
    }

    /// Notes that a call in flight is changing them.
    mutating func claim(_ ordinals: [Ordinal]) {
        own(ordinals)
        for ordinal in ordinals { views[chunk(of: ordinal)].flags[index(of: ordinal)].insert(.claimed) }
    }

    /// Notes that no call in flight is changing them any more.
    mutating func release(_ ordinals: [Ordinal]) {
        own(ordinals)
        for ordinal in ordinals { views[chunk(of: ordinal)].flags[index(of: ordinal)].remove(.claimed) }
    }

    /// Gives the slot to all of them.
    mutating func insert(_ slot: TagSlot, at ordinals: [Ordinal]) {
        own(ordinals)
        var new = 0
        for ordinal in ordinals {
            let view = views[chunk(of: ordinal)]
            let index = index(of: ordinal)
            guard view.flags[index].contains(.following) else {
                // They left while the call was under way.
                insert(slot, at: ordinal)
                continue
            }
            guard !view.words[index].carries(slot) else { continue }
            view.words[index].insert(slot)
            view.carriers[Int(slot)] += 1
            view.hasUnsavedWords.pointee = true
            new += 1
        }
        carriers[Int(slot)] += new
    }

    /// Makes sure that they are in memory that may be changed.
    private mutating func own(_ ordinals: [Ordinal]) {
        guard sharedChunks > 0 else { return }
        for ordinal in ordinals { ownChunk(of: ordinal) }
    }
}
