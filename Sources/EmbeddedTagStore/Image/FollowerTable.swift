import OfficialAccount

/// The followers of one account and their tags.
struct FollowerTable {
    /// Followers one account can have, those who left included.
    static let capacity = DirectorySegment.mostFollowers

    private(set) var chunks = ContiguousArray<FollowerChunk>()
    private(set) var count = 0
    /// For each slot how many present followers carry it.
    var carriers = ContiguousArray<Int>(repeating: 0, count: TagWord.slots)
    /// How many follow at present.
    private(set) var following = 0
    /// How many are on the blacklist.
    private(set) var blacklisted = 0
    private(set) var directory: FollowerDirectory
    private let seed: UInt64
    /// Where the followers of each chunk are, so that nobody counts references on the way there.
    private(set) var views = ContiguousArray<ChunkView>()
    /// Chunks whose memory a snapshot may be reading.
    private(set) var sharedChunks = 0

    init(seed: UInt64) {
        self.seed = seed
        directory = FollowerDirectory(seed: seed)
    }

    // MARK: Reading

    func ordinal(of openID: OpenID) -> Ordinal? {
        directory.ordinal(of: openID) { self.openID(at: $0) }
    }

    /// Where a follower is kept, until the chunk grows or stops being shared.
    func record(_ ordinal: Ordinal) -> UnsafeMutablePointer<FollowerRecord> {
        views[chunk(of: ordinal)].followers + index(of: ordinal)
    }

    func openID(at ordinal: Ordinal) -> OpenID { record(ordinal).pointee.openID }
    func word(at ordinal: Ordinal) -> TagWord { record(ordinal).pointee.word }
    func flags(at ordinal: Ordinal) -> FollowerFlags { record(ordinal).pointee.flags }
    func since(at ordinal: Ordinal) -> UInt32 { record(ordinal).pointee.since }

    /// The present followers that carry the slot, from `start` on, `limit` at most.
    func openIDs(carrying slot: TagSlot, from start: Int, limit: Int) -> [OpenID] {
        openIDs(from: start, limit: limit, of: carriers[Int(slot)]) {
            Int($0.view.carriers[Int(slot)])
        } where: {
            $0.word.carries(slot) && $0.flags.contains(.following)
        }
    }

    /// The present followers, from `start` on, `limit` at most.
    func openIDsFollowing(from start: Int, limit: Int) -> [OpenID] {
        openIDs(from: start, limit: limit, of: following) {
            $0.following
        } where: {
            $0.flags.contains(.following)
        }
    }

    /// The followers on the blacklist, from `start` on, `limit` at most.
    func openIDsBlacklisted(from start: Int, limit: Int) -> [OpenID] {
        openIDs(from: start, limit: limit, of: blacklisted) {
            $0.blacklisted
        } where: {
            $0.flags.contains(.blacklisted)
        }
    }

    /// The openids of those who match; `matching` says how many in a chunk do, so that nobody looks for more.
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

    /// Adds a chunk that was read from disk. Its followers are found once ``finishLoading()`` has been called.
    mutating func load(_ chunk: FollowerChunk) {
        chunks.append(chunk)
        views.append(chunk.view)
        count += chunk.count
        following += chunk.following
        blacklisted += chunk.blacklisted
        for slot in carriers.indices { carriers[slot] += Int(chunk.view.carriers[slot]) }
    }

    /// Makes the directory of the chunks that were loaded, on all processors.
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

    /// Takes the slot off everyone in these chunks, present or not.
    ///
    /// Cost: 48 bytes are gone over for each follower of the chunks in which someone may carry it.
    mutating func remove(_ slot: TagSlot, inChunks range: Range<Int>) {
        for place in range where chunks[place].mayCarry(slot) {
            carriers[Int(slot)] -= ownChunk(place).removeFromAll(slot)
        }
    }

    /// Takes the slot off everyone, present or not.
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

    /// The memory of every chunk and how many followers it holds, for someone who reads it while the table goes on.
    mutating func share() -> [(memory: ChunkMemory, count: Int)] {
        sharedChunks = chunks.count
        return chunks.map { ($0.share(), $0.count) }
    }

    /// The chunk of a follower, in memory that may be changed.
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

    /// The bytes of its chunks and of the directory.
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
