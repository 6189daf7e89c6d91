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
    /// Where the columns of each chunk are, so that nobody counts references on the way there.
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

    func openID(at ordinal: Ordinal) -> OpenID {
        views[chunk(of: ordinal)].openIDs[index(of: ordinal)]
    }

    func word(at ordinal: Ordinal) -> TagWord {
        views[chunk(of: ordinal)].words[index(of: ordinal)]
    }

    func flags(at ordinal: Ordinal) -> FollowerFlags {
        views[chunk(of: ordinal)].flags[index(of: ordinal)]
    }

    func since(at ordinal: Ordinal) -> UInt32 {
        views[chunk(of: ordinal)].since[index(of: ordinal)]
    }

    /// The present followers that carry the slot, from `start` on, `limit` at most.
    func openIDs(carrying slot: TagSlot, from start: Int, limit: Int) -> [OpenID] {
        openIDs(from: start, limit: limit, of: carriers[Int(slot)]) {
            $0.view.carriers[Int(slot)] > 0
        } where: {
            $0.words[$1].carries(slot) && $0.flags[$1].contains(.following)
        }
    }

    /// The present followers, from `start` on, `limit` at most.
    func openIDsFollowing(from start: Int, limit: Int) -> [OpenID] {
        openIDs(from: start, limit: limit, of: following) {
            $0.following > 0
        } where: {
            $0.flags[$1].contains(.following)
        }
    }

    /// The followers on the blacklist, from `start` on, `limit` at most.
    func openIDsBlacklisted(from start: Int, limit: Int) -> [OpenID] {
        openIDs(from: start, limit: limit, of: blacklisted) {
            $0.blacklisted > 0
        } where: {
            $0.flags[$1].contains(.blacklisted)
        }
    }

    /// The openids for which `matches` holds; chunks that `mayMatch` rules out are skipped.
    private func openIDs(
        from start: Int, limit: Int, of total: Int, mayMatch: (FollowerChunk) -> Bool,
        where matches: (ChunkView, Int) -> Bool
    ) -> [OpenID] {
        var found: [OpenID] = []
        found.reserveCapacity(min(limit, total))
        var next = start
        while next < count, found.count < limit {
            let chunk = chunks[next >> FollowerChunk.shift]
            let base = next & ~(FollowerChunk.capacity - 1)
            if mayMatch(chunk) {
                let view = chunk.view
                for index in (next - base)..<chunk.count where matches(view, index) {
                    found.append(view.openIDs[index])
                    if found.count == limit { break }
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
    /// Cost: sixteen bytes are gone over for each follower of the chunks in which someone carries it.
    mutating func remove(_ slot: TagSlot, inChunks range: Range<Int>) {
        for place in range {
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

    /// The bytes of its arrays and of the directory.
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
