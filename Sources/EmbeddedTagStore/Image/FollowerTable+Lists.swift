import OfficialAccount
import Prefetch

// What a call does with the whole of its list.
//
// Fifty followers are in fifty places of a memory too large for any cache. So each loop here does one small thing that
// does not depend on what it did for the follower before, and asks for what the next one needs: the processor then
// fetches many places at once, and a list costs a few waits for memory in place of two hundred. `FollowerListTests`
// holds these against the plain way, one follower at a time.
extension FollowerTable {
    /// The ordinals of all of them, in their order; nil if one of them is unknown.
    func ordinals(of openIDs: [OpenID]) -> [Ordinal]? {
        directory.ordinals(of: openIDs) { ordinal in
            // A list that is found is about to be judged and claimed.
            record(ordinal).willChange()
        } openIDAt: {
            openID(at: $0)
        }
    }

    /// Whether all of them follow, no call in flight is changing one, and none would carry too many tags with the slot.
    ///
    /// - Parameters:
    ///   - slot: nil if nobody is to get a tag.
    ///   - limit: the most tags one may carry.
    ///   - retired: slots that count for nothing.
    func accept(_ ordinals: [Ordinal], slot: TagSlot?, limit: Int, retired: TagWord) -> Bool {
        var all = FollowerFlags.following.rawValue
        var any: UInt8 = 0
        var full = 0
        let mask: TagWord = slot.map { 1 << TagWord($0) } ?? .max
        for ordinal in ordinals {
            let follower = record(ordinal)
            let flags = follower.pointee.flags.rawValue
            all &= flags
            any |= flags
            let word = follower.pointee.word
            let hasRoom = (word & ~retired).nonzeroBitCount < limit
            full |= hasRoom || word & mask != 0 || slot == nil ? 0 : 1
        }
        return all != 0 && any & FollowerFlags.claimed.rawValue == 0 && full == 0
    }

    /// Notes that a call in flight is changing them.
    mutating func claim(_ ordinals: [Ordinal]) {
        own(ordinals)
        for ordinal in ordinals { record(ordinal).pointee.flags.insert(.claimed) }
    }

    /// Notes that no call in flight is changing them any more.
    mutating func release(_ ordinals: [Ordinal]) {
        own(ordinals)
        for ordinal in ordinals { record(ordinal).pointee.flags.remove(.claimed) }
    }

    /// Gives the slot to all of them.
    mutating func insert(_ slot: TagSlot, at ordinals: [Ordinal]) {
        own(ordinals)
        let mask: TagWord = 1 << TagWord(slot)
        var new = 0
        for ordinal in ordinals {
            record(ordinal).willChange()
            prefetchToWrite(views[chunk(of: ordinal)].carriers + Int(slot))
        }
        for ordinal in ordinals {
            let follower = record(ordinal)
            guard follower.pointee.flags.contains(.following) else {
                // They left while the call was under way.
                insert(slot, at: ordinal)
                continue
            }
            let word = follower.pointee.word
            guard word & mask == 0 else { continue }
            follower.pointee.word = word | mask
            let view = views[chunk(of: ordinal)]
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

extension UnsafeMutablePointer<FollowerRecord> {
    /// Has the follower fetched; every second one lies in two lines of the cache.
    fileprivate func willChange() {
        prefetchToWrite(self)
        prefetchToWrite(UnsafeRawPointer(self + 1) - 1)
    }
}
