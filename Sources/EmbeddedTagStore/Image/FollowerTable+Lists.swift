import OfficialAccount
import Prefetch

// Operations on all followers of a call's list.
//
// A list has up to 50 followers. Their records are scattered over memory that is larger than any cache. So each loop in
// this file does one small step for each follower, independent of the other followers. Each loop also prefetches what
// the next loop needs. So the processor fetches many records at the same time, and a list costs a few waits for memory
// instead of 200. `FollowerListTests` compares these operations with simple operations, which handle one follower at a
// time.
extension FollowerTable {
    /// Returns the ordinals of `openIDs`, in the same order; nil if one of them is unknown.
    func ordinals(of openIDs: [OpenID]) -> [Ordinal]? {
        directory.ordinals(of: openIDs) { ordinal in
            // If the search finds all followers, the call next reads and changes their records.
            record(ordinal).willChange()
        } openIDAt: {
            openID(at: $0)
        }
    }

    /// Returns whether a call may change all followers in `ordinals`. Each follower must follow at present, must not be
    /// claimed by another call, and must have room for `slot`.
    ///
    /// - Parameters:
    ///   - slot: the slot of the tag to add; nil if the call adds no tag.
    ///   - limit: the most tags that one follower may carry.
    ///   - retired: the slots of deleted tags, which do not count towards `limit`.
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

    /// Marks the followers as claimed by a call in flight.
    mutating func claim(_ ordinals: [Ordinal]) {
        own(ordinals)
        for ordinal in ordinals { record(ordinal).pointee.flags.insert(.claimed) }
    }

    /// Removes the mark that ``claim(_:)`` set.
    mutating func release(_ ordinals: [Ordinal]) {
        own(ordinals)
        for ordinal in ordinals { record(ordinal).pointee.flags.remove(.claimed) }
    }

    /// Adds `slot` to all followers in `ordinals`.
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
                // The follower left while the call was in flight.
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

    /// Makes sure that no snapshot shares the memory of the followers.
    private mutating func own(_ ordinals: [Ordinal]) {
        guard sharedChunks > 0 else { return }
        for ordinal in ordinals { ownChunk(of: ordinal) }
    }
}

extension UnsafeMutablePointer<FollowerRecord> {
    /// Prefetches the follower's record for writing. Half of the records lie across two cache lines, so this function
    /// prefetches the first byte and the last byte.
    fileprivate func willChange() {
        prefetchToWrite(self)
        prefetchToWrite(UnsafeRawPointer(self + 1) - 1)
    }
}
