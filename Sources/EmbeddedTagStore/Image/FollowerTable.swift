import OfficialAccount

/// The followers of one account and their tags.
struct FollowerTable {
    /// The most followers that one account can have, including followers who left.
    static let capacity = DirectorySegment.mostFollowers

    private(set) var chunks = ContiguousArray<FollowerChunk>()
    private(set) var count = 0
    /// For each slot, the number of present followers that carry the slot's tag.
    var carriers = ContiguousArray<Int>(repeating: 0, count: TagWord.slots)
    /// The number of followers that follow at present.
    private(set) var following = 0
    /// The number of followers on the blacklist.
    private(set) var blacklisted = 0
    private(set) var directory: FollowerDirectory
    private let seed: UInt64
    /// Pointers to the followers of each chunk. Access through these pointers needs no reference counting.
    private(set) var views = ContiguousArray<ChunkView>()
    /// The number of chunks whose memory a snapshot may be reading.
    private(set) var sharedChunks = 0

    init(seed: UInt64) {
        self.seed = seed
        directory = FollowerDirectory(seed: seed)
    }

    // MARK: Reading

    func ordinal(of openID: OpenID) -> Ordinal? {
        directory.ordinal(of: openID) { self.openID(at: $0) }
    }

    /// Returns a pointer to the record of a follower. The pointer is valid until the follower's chunk replaces its
    /// memory.
    func record(_ ordinal: Ordinal) -> UnsafeMutablePointer<FollowerRecord> {
        views[chunk(of: ordinal)].followers + index(of: ordinal)
    }

    func openID(at ordinal: Ordinal) -> OpenID { record(ordinal).pointee.openID }
    func word(at ordinal: Ordinal) -> TagWord { record(ordinal).pointee.word }
    func flags(at ordinal: Ordinal) -> FollowerFlags { record(ordinal).pointee.flags }
    func since(at ordinal: Ordinal) -> UInt32 { record(ordinal).pointee.since }

    /// Returns the openids of at most `limit` present followers that carry `slot`, from the ordinal `start` on.
    func openIDs(carrying slot: TagSlot, from start: Int, limit: Int) -> [OpenID] {
        openIDs(from: start, limit: limit, of: carriers[Int(slot)]) {
            Int($0.view.carriers[Int(slot)])
        } where: {
            $0.word.carries(slot) && $0.flags.contains(.following)
        }
    }

    /// Returns the openids of at most `limit` present followers, from the ordinal `start` on.
    func openIDsFollowing(from start: Int, limit: Int) -> [OpenID] {
        openIDs(from: start, limit: limit, of: following) {
            $0.following
        } where: {
            $0.flags.contains(.following)
        }
    }

    /// Returns the openids of at most `limit` followers on the blacklist, from the ordinal `start` on.
    func openIDsBlacklisted(from start: Int, limit: Int) -> [OpenID] {
        openIDs(from: start, limit: limit, of: blacklisted) {
            $0.blacklisted
        } where: {
            $0.flags.contains(.blacklisted)
        }
    }

    /// Returns the openids of the followers for which `matches` returns true. `matching` returns the number of such
    /// followers in a chunk, so that the search skips the rest of the chunk after the last match.
    private func openIDs(
        from start: Int, limit: Int, of total: Int, matching: (FollowerChunk) -> Int,
        where matches: (FollowerRecord) -> Bool
    ) -> [OpenID] {
        var found: [OpenID] = []
        found.reserveCapacity(min(limit, total))
        var next = start
        while next < count, found.count < limit {
            let chunk = chunks[next >> FollowerChunk.shift]
            let base = next & ~(FollowerChunk.capacity - 1)
            let enough = min(limit, found.count + matching(chunk))
            if found.count < enough {
                let followers = chunk.view.followers
                for index in (next - base)..<chunk.count where matches(followers[index]) {
                    found.append(followers[index].openID)
                    if found.count == enough { break }
                }
            }
            next = base + FollowerChunk.capacity
        }
        return found
    }

    // MARK: Changing

    @discardableResult
    mutating func append(
        _ openID: OpenID, since: UInt32, flags: FollowerFlags = .following, word: TagWord = 0
    ) -> Ordinal {
        let ordinal = Ordinal(count)
        if chunks.last?.isFull ?? true {
            let chunk = FollowerChunk()
            chunks.append(chunk)
            views.append(chunk.view)
        }
        let chunk = ownChunk(of: ordinal)
        chunk.append(openID, since: since, flags: flags, word: word)
        views[views.count - 1] = chunk.view
        count += 1
        if flags.contains(.following) { count(word, by: 1) }
        if flags.contains(.blacklisted) { blacklisted += 1 }
        directory.insert(openID, at: ordinal) { self.openID(at: $0) }
        return ordinal
    }

    /// Adds a chunk that the store has read from disk. Lookups find the followers of this chunk only after
    /// ``finishLoading()``.
    mutating func load(_ chunk: FollowerChunk) {
        chunks.append(chunk)
        views.append(chunk.view)
        count += chunk.count
        following += chunk.following
        blacklisted += chunk.blacklisted
        for slot in carriers.indices { carriers[slot] += Int(chunk.view.carriers[slot]) }
    }

    /// Builds the directory of the loaded chunks, on up to eight processors.
    mutating func finishLoading() {
        directory = FollowerDirectory(seed: seed, of: chunks.map { ($0.memory, $0.count) })
    }

    mutating func insert(_ slot: TagSlot, at ordinal: Ordinal) {
        let chunk = ownChunk(of: ordinal)
        if chunk.insert(slot, at: index(of: ordinal)) { carriers[Int(slot)] += 1 }
    }

    mutating func remove(_ slot: TagSlot, at ordinal: Ordinal) {
        let chunk = ownChunk(of: ordinal)
        if chunk.remove(slot, at: index(of: ordinal)) { carriers[Int(slot)] -= 1 }
    }

    /// Removes `slot` from all followers in the chunks of `range`, including followers who left.
    ///
    /// Cost: visits the record of each follower, 48 bytes, in every chunk in which a follower may carry `slot`.
    mutating func remove(_ slot: TagSlot, inChunks range: Range<Int>) {
        for place in range where chunks[place].mayCarry(slot) {
            carriers[Int(slot)] -= ownChunk(place).removeFromAll(slot)
        }
    }

    /// Removes `slot` from all followers, including followers who left.
    mutating func removeFromAll(_ slot: TagSlot) {
        remove(slot, inChunks: chunks.indices)
    }

    mutating func setBlacklisted(_ isBlacklisted: Bool, at ordinal: Ordinal) {
        let chunk = ownChunk(of: ordinal)
        if chunk.setBlacklisted(isBlacklisted, at: index(of: ordinal)) { blacklisted += isBlacklisted ? 1 : -1 }
    }

    mutating func setFollowing(_ isFollowing: Bool, since: UInt32? = nil, at ordinal: Ordinal) {
        guard flags(at: ordinal).contains(.following) != isFollowing else { return }
        let chunk = ownChunk(of: ordinal)
        chunk.setFollowing(isFollowing, since: since, at: index(of: ordinal))
        count(word(at: ordinal), by: isFollowing ? 1 : -1)
    }

    /// Returns the memory and the number of followers of every chunk, for a snapshot. The snapshot can read this memory
    /// even after the table has changed.
    mutating func share() -> [(memory: ChunkMemory, count: Int)] {
        sharedChunks = chunks.count
        return chunks.map { ($0.share(), $0.count) }
    }

    /// Returns the chunk of a follower, which the caller may then change. If a snapshot shares the memory of the chunk,
    /// this function first replaces the memory with a copy.
    @discardableResult
    mutating func ownChunk(of ordinal: Ordinal) -> FollowerChunk {
        ownChunk(chunk(of: ordinal))
    }

    private mutating func ownChunk(_ place: Int) -> FollowerChunk {
        let chunk = chunks[place]
        if chunk.stopSharing() {
            views[place] = chunk.view
            sharedChunks -= 1
        }
        return chunk
    }

    /// The bytes that the chunks and the directory occupy.
    var allocatedBytes: Int {
        chunks.reduce(directory.allocatedBytes) { $0 + $1.allocatedBytes }
    }

    private mutating func count(_ word: TagWord, by step: Int) {
        following += step
        word.forEachSlot { carriers[Int($0)] += step }
    }

    func chunk(of ordinal: Ordinal) -> Int { Int(ordinal) >> FollowerChunk.shift }
    func index(of ordinal: Ordinal) -> Int { Int(ordinal) & (FollowerChunk.capacity - 1) }
}
