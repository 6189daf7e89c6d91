import OfficialAccount

/// Up to 4096 followers with consecutive ordinals. Checkpoints save whole chunks, and searches skip whole chunks.
final class FollowerChunk {
    static let shift = 12
    static let capacity = 1 << shift

    private(set) var memory: ChunkMemory
    /// Whether a snapshot may read the memory. If so, the chunk copies the memory before it changes a follower.
    private(set) var isShared = false
    private(set) var count = 0
    /// The slots of tags that former followers carry. This word may also contain slots that no former follower carries
    /// any more.
    private var hidden: TagWord = 0
    /// The number of the chunk's followers that follow at present.
    private(set) var following = 0
    /// The number of the chunk's followers on the blacklist.
    private(set) var blacklisted = 0

    /// Whether openids, times or flags changed after the store last saved the chunk.
    private(set) var hasUnsavedIdentities = false
    /// Whether words changed after the store last saved the chunk.
    private(set) var hasUnsavedWords: Bool {
        get { view.hasUnsavedWords.pointee }
        set { view.hasUnsavedWords.pointee = newValue }
    }

    init() {
        memory = ChunkMemory(capacity: 64)
    }

    /// Creates a chunk from a chunk that the store has read from disk. The new chunk has no unsaved changes.
    init(_ loaded: LoadedChunk) {
        memory = loaded.memory
        count = loaded.count
        hidden = loaded.hidden
        following = loaded.following
        blacklisted = loaded.blacklisted
    }

    var hasUnsavedChanges: Bool { hasUnsavedIdentities || hasUnsavedWords }

    var isFull: Bool { count == Self.capacity }

    /// Pointers to the followers, valid until the next ``append(_:since:flags:word:)`` or ``stopSharing()``.
    var view: ChunkView { memory.view }

    /// Returns the memory for a snapshot. The snapshot can read this memory even after the chunk has changed.
    func share() -> ChunkMemory {
        isShared = true
        return memory
    }

    /// Replaces the memory with a copy if a snapshot may read the present memory. Call this function before any change.
    /// Returns true if the chunk has new memory.
    @discardableResult
    func stopSharing() -> Bool {
        guard isShared else { return false }
        memory = ChunkMemory(copying: memory, count: count, capacity: memory.capacity)
        isShared = false
        return true
    }

    func append(_ openID: OpenID, since time: UInt32, flags: FollowerFlags = .following, word: TagWord = 0) {
        stopSharing()
        if count == memory.capacity {
            memory = ChunkMemory(copying: memory, count: count, capacity: min(Self.capacity, count * 2))
        }
        (view.followers + count).initialize(to: FollowerRecord(word: word, openID: openID, since: time, flags: flags))
        count += 1
        if flags.contains(.following) { count(word, by: 1) } else { hidden |= word }
        if flags.contains(.blacklisted) { blacklisted += 1 }
        hasUnsavedIdentities = true
    }

    /// Adds the tag of `slot` to a follower. Returns true if the follower is a present follower and did not carry the
    /// tag before.
    func insert(_ slot: TagSlot, at index: Int) -> Bool {
        guard !view.followers[index].word.carries(slot) else { return false }
        stopSharing()
        view.followers[index].word.insert(slot)
        hasUnsavedWords = true
        guard view.followers[index].flags.contains(.following) else {
            hidden.insert(slot)
            return false
        }
        view.carriers[Int(slot)] += 1
        return true
    }

    /// Removes the tag of `slot` from a follower. Returns true if the follower is a present follower and carried the
    /// tag.
    func remove(_ slot: TagSlot, at index: Int) -> Bool {
        guard view.followers[index].word.carries(slot) else { return false }
        stopSharing()
        view.followers[index].word.remove(slot)
        hasUnsavedWords = true
        guard view.followers[index].flags.contains(.following) else { return false }
        view.carriers[Int(slot)] -= 1
        return true
    }

    /// Returns false only if no present or former follower in the chunk carries `slot`.
    func mayCarry(_ slot: TagSlot) -> Bool {
        view.carriers[Int(slot)] > 0 || hidden.carries(slot)
    }

    /// Removes `slot` from all present and former followers in the chunk. Returns the number of present followers that
    /// carried `slot`.
    func removeFromAll(_ slot: TagSlot) -> Int {
        stopSharing()
        let followers = view.followers
        for index in 0..<count { followers[index].word.remove(slot) }
        hidden.remove(slot)
        hasUnsavedWords = true
        defer { view.carriers[Int(slot)] = 0 }
        return Int(view.carriers[Int(slot)])
    }

    /// Sets or clears the blacklist flag. Returns true if the flag changed.
    func setBlacklisted(_ isBlacklisted: Bool, at index: Int) -> Bool {
        guard view.followers[index].flags.contains(.blacklisted) != isBlacklisted else { return false }
        stopSharing()
        if isBlacklisted {
            view.followers[index].flags.insert(.blacklisted)
        } else {
            view.followers[index].flags.remove(.blacklisted)
        }
        blacklisted += isBlacklisted ? 1 : -1
        hasUnsavedIdentities = true
        return true
    }

    /// - Parameter since: the new time at which the follower began to follow; nil keeps the old time.
    func setFollowing(_ isFollowing: Bool, since: UInt32?, at index: Int) {
        guard view.followers[index].flags.contains(.following) != isFollowing else { return }
        stopSharing()
        if isFollowing {
            view.followers[index].flags.insert(.following)
        } else {
            view.followers[index].flags.remove(.following)
        }
        if let since { view.followers[index].since = since }
        count(view.followers[index].word, by: isFollowing ? 1 : -1)
        if !isFollowing { hidden |= view.followers[index].word }
        hasUnsavedIdentities = true
    }

    func markSaved() {
        hasUnsavedIdentities = false
        hasUnsavedWords = false
    }

    /// Undoes ``markSaved()`` after a failed save, for each part whose parameter is true.
    func markUnsaved(identities: Bool, words: Bool) {
        hasUnsavedIdentities = hasUnsavedIdentities || identities
        hasUnsavedWords = hasUnsavedWords || words
    }

    private func count(_ word: TagWord, by step: Int) {
        following += step
        let carriers = view.carriers
        word.forEachSlot { carriers[Int($0)] = UInt16(Int(carriers[Int($0)]) + step) }
    }

    /// The bytes that the chunk's memory occupies.
    var allocatedBytes: Int { memory.allocatedBytes }
}
