import OfficialAccount

/// The followers of one account and their tags.
struct FollowerTable {
    private(set) var chunks = ContiguousArray<FollowerChunk>()
    private(set) var count = 0
    /// For each slot how many present followers carry it.
    private(set) var carriers = ContiguousArray<Int>(repeating: 0, count: TagWord.slots)
    /// How many follow at present.
    private(set) var following = 0
    /// How many are on the blacklist.
    private(set) var blacklisted = 0
    private var directory: FollowerDirectory

    init(seed: UInt64) {
        directory = FollowerDirectory(seed: seed)
    }

    // MARK: Reading

    func ordinal(of openID: OpenID) -> Ordinal? {
        directory.ordinal(of: openID) { self.openID(at: $0) }
    }

    func openID(at ordinal: Ordinal) -> OpenID {
        chunks[chunk(of: ordinal)].openIDs[index(of: ordinal)]
    }

    func word(at ordinal: Ordinal) -> TagWord {
        chunks[chunk(of: ordinal)].words[index(of: ordinal)]
    }

    func flags(at ordinal: Ordinal) -> FollowerFlags {
        chunks[chunk(of: ordinal)].flags[index(of: ordinal)]
    }

    func since(at ordinal: Ordinal) -> UInt32 {
        chunks[chunk(of: ordinal)].since[index(of: ordinal)]
    }

    /// The present followers that carry the slot, from `start` on, `limit` at most.
    func openIDs(carrying slot: TagSlot, from start: Int, limit: Int) -> [OpenID] {
        openIDs(from: start, limit: limit, of: carriers[Int(slot)]) {
            $0.carriers[Int(slot)] > 0
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
        where matches: (FollowerChunk, Int) -> Bool
    ) -> [OpenID] {
        var found: [OpenID] = []
        found.reserveCapacity(min(limit, total))
        var next = start
        while next < count, found.count < limit {
            let chunk = chunks[next >> FollowerChunk.shift]
            let base = next & ~(FollowerChunk.capacity - 1)
            if mayMatch(chunk) {
                for index in (next - base)..<chunk.count where matches(chunk, index) {
                    found.append(chunk.openIDs[index])
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
        if chunks.last?.isFull ?? true { chunks.append(FollowerChunk()) }
        let ordinal = Ordinal(count)
        chunks[chunks.count - 1].append(openID, since: since, flags: flags, word: word)
        count += 1
        if flags.contains(.following) { count(word, by: 1) }
        if flags.contains(.blacklisted) { blacklisted += 1 }
        let chunks = chunks
        directory.insert(openID, at: ordinal) {
            chunks[Int($0) >> FollowerChunk.shift].openIDs[Int($0) & (FollowerChunk.capacity - 1)]
        }
        return ordinal
    }

    mutating func insert(_ slot: TagSlot, at ordinal: Ordinal) {
        if chunks[chunk(of: ordinal)].insert(slot, at: index(of: ordinal)) {
            carriers[Int(slot)] += 1
        }
    }

    mutating func remove(_ slot: TagSlot, at ordinal: Ordinal) {
        if chunks[chunk(of: ordinal)].remove(slot, at: index(of: ordinal)) {
            carriers[Int(slot)] -= 1
        }
    }

    /// Takes the slot off everyone in these chunks, present or not.
    ///
    /// Cost: sixteen bytes are gone over for each follower of the chunks in which someone carries it.
    mutating func remove(_ slot: TagSlot, inChunks range: Range<Int>) {
        for chunk in chunks[range] { carriers[Int(slot)] -= chunk.removeFromAll(slot) }
    }

    /// Takes the slot off everyone, present or not.
    mutating func removeFromAll(_ slot: TagSlot) {
        remove(slot, inChunks: chunks.indices)
    }

    mutating func setBlacklisted(_ isBlacklisted: Bool, at ordinal: Ordinal) {
        if chunks[chunk(of: ordinal)].setBlacklisted(isBlacklisted, at: index(of: ordinal)) {
            blacklisted += isBlacklisted ? 1 : -1
        }
    }

    mutating func setFollowing(_ isFollowing: Bool, since: UInt32? = nil, at ordinal: Ordinal) {
        guard flags(at: ordinal).contains(.following) != isFollowing else { return }
        let chunk = chunks[chunk(of: ordinal)]
        chunk.setFollowing(isFollowing, at: index(of: ordinal))
        if let since { chunk.since[index(of: ordinal)] = since }
        count(word(at: ordinal), by: isFollowing ? 1 : -1)
    }

    func claim(_ ordinal: Ordinal) {
        chunks[chunk(of: ordinal)].flags[index(of: ordinal)].insert(.claimed)
    }

    func release(_ ordinal: Ordinal) {
        chunks[chunk(of: ordinal)].flags[index(of: ordinal)].remove(.claimed)
    }

    /// The bytes of its arrays and of the directory.
    var allocatedBytes: Int {
        chunks.reduce(directory.allocatedBytes) { $0 + $1.allocatedBytes }
    }

    private mutating func count(_ word: TagWord, by step: Int) {
        following += step
        for slot in word.carried { carriers[Int(slot)] += step }
    }

    private func chunk(of ordinal: Ordinal) -> Int { Int(ordinal) >> FollowerChunk.shift }
    private func index(of ordinal: Ordinal) -> Int { Int(ordinal) & (FollowerChunk.capacity - 1) }
}
