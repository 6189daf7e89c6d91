import OfficialAccount

/// Up to 4096 consecutive followers. Checkpoints save whole chunks, and listings skip whole chunks.
final class FollowerChunk {
    static let shift = 12
    static let capacity = 1 << shift

    private(set) var memory: ChunkMemory
    /// Whether a snapshot may read the memory. If so, the chunk copies the memory before it changes a follower.
    private(set) var isShared = false
    private(set) var count = 0
    /// The slots that former followers carry, and perhaps slots that no former follower carries any more.
    private var hidden: TagWord = 0
    /// The number of the chunk's followers that follow at present.
    private(set) var following = 0
    /// The number of the chunk's followers on the blacklist.
    private(set) var blacklisted = 0

    /// Whether openids, times or flags have changed since the chunk was last saved.
    private(set) var hasUnsavedIdentities = false
    /// Whether words have changed since the chunk was last saved.
    private(set) var hasUnsavedWords: Bool {
        get { view.hasUnsavedWords.pointee }
        set { view.hasUnsavedWords.pointee = newValue }
    }

    init() {
        memory = ChunkMemory(capacity: 64)
    }

    /// Creates a chunk from a loaded one. It has no unsaved changes.
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

    /// Returns the memory, for a snapshot that reads it while the chunk changes.
    func share() -> ChunkMemory {
        isShared = true
        return memory
    }

    /// Copies the memory if a snapshot may read it. Call this before any change. Returns true if the followers have
    /// moved.
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

    /// Sets the bit of `slot`. Returns true if a present follower did not carry the slot before.
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

    /// Clears the bit of `slot`. Returns true if a present follower carried the slot.
    func remove(_ slot: TagSlot, at index: Int) -> Bool {
        guard view.followers[index].word.carries(slot) else { return false }
        stopSharing()
        view.followers[index].word.remove(slot)
        hasUnsavedWords = true
        guard view.followers[index].flags.contains(.following) else { return false }
        view.carriers[Int(slot)] -= 1
        return true
    }

    /// Returns false if no follower carries `slot`, including those who left.
    func mayCarry(_ slot: TagSlot) -> Bool {
        view.carriers[Int(slot)] > 0 || hidden.carries(slot)
    }

    /// Removes `slot` from all followers, including those who left. Returns how many present followers carried it.
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

    /// Undoes ``markSaved()`` after a failed save.
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
