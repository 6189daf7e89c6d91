import OfficialAccount

/// The saved form of a chunk of followers. The store saves the identities and the tag words of the followers
/// separately, because the words change far more often. See `docs/file-format.md`.
enum ChunkBytes {
    /// The size of one follower's identity in bytes: the openid, the time of following and the flags.
    static let identitySize = 29
    /// The size of one follower's tags in bytes.
    static let wordSize = 16

    static func identities(of chunk: FollowerChunk) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(chunk.count * identitySize)
        for index in 0..<chunk.count {
            let follower = chunk.view.followers[index]
            let words = follower.openID.words
            for word in [words.0, words.1, words.2] {
                withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
            }
            withUnsafeBytes(of: follower.since.littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(follower.flags.intersection(.durable).rawValue)
        }
        return bytes
    }

    static func words(of chunk: FollowerChunk) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(chunk.count * wordSize)
        for index in 0..<chunk.count {
            withUnsafeBytes(of: chunk.view.followers[index].word.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    /// Returns the followers of one saved chunk. Throws if the bytes cannot belong to a chunk.
    static func followers(
        identities: UnsafeRawBufferPointer, words: UnsafeRawBufferPointer
    ) throws(DamagedFile) -> LoadedChunk {
        let count = identities.count / identitySize
        guard
            identities.count.isMultiple(of: identitySize), words.count.isMultiple(of: wordSize),
            count == words.count / wordSize, count <= FollowerChunk.capacity
        else { throw DamagedFile("a chunk of followers has an impossible size") }
        // Use the capacity that a chunk has after it grew from 0 to `count` followers.
        var capacity = 64
        while capacity < count { capacity *= 2 }
        let memory = ChunkMemory(capacity: capacity)
        var identity = ByteCursor(identities)
        var word = ByteCursor(words)
        for index in 0..<count {
            let packed = (
                try identity.read(UInt64.self), try identity.read(UInt64.self), try identity.read(UInt64.self)
            )
            guard let openID = OpenID(words: packed) else { throw DamagedFile("a chunk holds an impossible openid") }
            let follower = FollowerRecord(
                word: try word.read(TagWord.self), openID: openID, since: try identity.read(UInt32.self),
                flags: FollowerFlags(rawValue: try identity.read(UInt8.self)).intersection(.durable))
            (memory.view.followers + index).initialize(to: follower)
        }
        return LoadedChunk(memory, count: count)
    }
}
