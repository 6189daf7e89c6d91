import OfficialAccount

/// What is known about one follower besides openid and tags, in a byte.
struct FollowerFlags: OptionSet, Sendable {
    let rawValue: UInt8

    /// Follows at present. Without it the openid has left: it is remembered, its tags are hidden.
    static let following = FollowerFlags(rawValue: 1)
    /// A call in flight is changing this follower. Lives in memory only.
    static let claimed = FollowerFlags(rawValue: 2)

    /// Is on the blacklist.
    static let blacklisted = FollowerFlags(rawValue: 4)

    /// The flags that are written to disk.
    static let durable: FollowerFlags = [.following, .blacklisted]
}

/// A fixed run of followers: the unit of checkpoints, and of skipping in listings.
///
/// A follower is an openid (24 bytes), the word of tags (16), the time of following (4) and the flags (1), each in an
/// array of its own.
final class FollowerChunk {
    static let shift = 12
    static let capacity = 1 << shift

    var openIDs = ContiguousArray<OpenID>()
    var words = ContiguousArray<TagWord>()
    var since = ContiguousArray<UInt32>()
    var flags = ContiguousArray<FollowerFlags>()
    /// For each slot how many of the chunk's present followers carry it.
    private(set) var carriers = ContiguousArray<UInt16>(repeating: 0, count: TagWord.slots)
    /// Slots that someone who left may carry: all who do, and perhaps some whom nobody carries any more.
    private var hidden: TagWord = 0
    /// How many of the chunk's followers follow at present.
    private(set) var following = 0
    /// How many are on the blacklist.
    private(set) var blacklisted = 0

    /// Whether openids, times or flags have changed since the chunk was last saved.
    private(set) var hasUnsavedIdentities = false
    /// Whether words have changed since the chunk was last saved.
    private(set) var hasUnsavedWords = false

    var hasUnsavedChanges: Bool { hasUnsavedIdentities || hasUnsavedWords }

    var count: Int { openIDs.count }
    var isFull: Bool { count == Self.capacity }

    func append(_ openID: OpenID, since time: UInt32, flags: FollowerFlags = .following, word: TagWord = 0) {
        if count == openIDs.capacity { reserve(min(Self.capacity, max(64, count * 2))) }
        openIDs.append(openID)
        words.append(word)
        since.append(time)
        self.flags.append(flags)
        if flags.contains(.following) { count(word, by: 1) } else { hidden |= word }
        if flags.contains(.blacklisted) { blacklisted += 1 }
        hasUnsavedIdentities = true
    }

    /// Sets the bit; true if it was not set before.
    func insert(_ slot: TagSlot, at index: Int) -> Bool {
        guard !words[index].carries(slot) else { return false }
        words[index].insert(slot)
        hasUnsavedWords = true
        guard flags[index].contains(.following) else {
            hidden.insert(slot)
            return false
        }
        carriers[Int(slot)] += 1
        return true
    }

    /// Clears the bit; true if a present follower carried it.
    func remove(_ slot: TagSlot, at index: Int) -> Bool {
        guard words[index].carries(slot) else { return false }
        words[index].remove(slot)
        hasUnsavedWords = true
        guard flags[index].contains(.following) else { return false }
        carriers[Int(slot)] -= 1
        return true
    }

    /// Takes the slot off everyone, present or not; the result is how many present followers carried it.
    func removeFromAll(_ slot: TagSlot) -> Int {
        guard carriers[Int(slot)] > 0 || hidden.carries(slot) else { return 0 }
        // Taken out for the loop, so that it goes over an array of its own and not over a property that is looked up each time.
        var words = ContiguousArray<TagWord>()
        swap(&words, &self.words)
        for index in words.indices { words[index].remove(slot) }
        swap(&words, &self.words)
        hidden.remove(slot)
        hasUnsavedWords = true
        defer { carriers[Int(slot)] = 0 }
        return Int(carriers[Int(slot)])
    }

    /// True if it was not so before.
    func setBlacklisted(_ isBlacklisted: Bool, at index: Int) -> Bool {
        guard flags[index].contains(.blacklisted) != isBlacklisted else { return false }
        if isBlacklisted { flags[index].insert(.blacklisted) } else { flags[index].remove(.blacklisted) }
        blacklisted += isBlacklisted ? 1 : -1
        hasUnsavedIdentities = true
        return true
    }

    func setFollowing(_ isFollowing: Bool, at index: Int) {
        guard flags[index].contains(.following) != isFollowing else { return }
        if isFollowing { flags[index].insert(.following) } else { flags[index].remove(.following) }
        count(words[index], by: isFollowing ? 1 : -1)
        if !isFollowing { hidden |= words[index] }
        hasUnsavedIdentities = true
    }

    func markSaved() {
        hasUnsavedIdentities = false
        hasUnsavedWords = false
    }

    /// Undoes ``markSaved()`` when the saving came to nothing.
    func markUnsaved(identities: Bool, words: Bool) {
        hasUnsavedIdentities = hasUnsavedIdentities || identities
        hasUnsavedWords = hasUnsavedWords || words
    }

    private func count(_ word: TagWord, by step: Int) {
        following += step
        for slot in word.carried {
            carriers[Int(slot)] = UInt16(Int(carriers[Int(slot)]) + step)
        }
    }

    private func reserve(_ capacity: Int) {
        openIDs.reserveCapacity(capacity)
        words.reserveCapacity(capacity)
        since.reserveCapacity(capacity)
        flags.reserveCapacity(capacity)
    }

    /// The bytes its arrays occupy.
    var allocatedBytes: Int {
        openIDs.capacity * MemoryLayout<OpenID>.stride + words.capacity * MemoryLayout<TagWord>.stride
            + since.capacity * MemoryLayout<UInt32>.stride + flags.capacity * MemoryLayout<FollowerFlags>.stride
            + carriers.capacity * MemoryLayout<UInt16>.stride
    }
}
