import Prefetch

/// One segment of a ``FollowerDirectory``: a hash table of four-byte entries. The capacity of a segment is a power of
/// two.
///
/// A free entry is zero. Any other entry holds a follower's ordinal plus one in its low 28 bits, and four bits of the
/// openid's hash in its high bits. With these four bits, a search skips most wrong followers and does not read their
/// records. All entries that a search reads are adjacent, mostly in one cache line.
///
/// A segment uses unsafe memory for the same reason as ``ChunkMemory``: a call searches a segment up to 50 times. The
/// directory frees the memory of its segments. Only one thread uses a segment at a time.
struct DirectorySegment: @unchecked Sendable {
    private static let ordinalBits = 28
    private static let ordinalMask: UInt32 = 1 << ordinalBits - 1
    /// The most followers that can have different ordinals: 268 million.
    static let mostFollowers = Int(ordinalMask)

    private let entries: UnsafeMutablePointer<UInt32>
    private let mask: Int
    private(set) var count = 0

    /// - Parameter capacity: a power of two.
    init(capacity: Int) {
        precondition(capacity.nonzeroBitCount == 1, "the capacity must be a power of two")
        entries = .allocate(capacity: capacity)
        entries.initialize(repeating: 0, count: capacity)
        mask = capacity - 1
    }

    /// Creates a segment that is not crowded when it holds `count` entries.
    init(toHold count: Int) {
        var capacity = 16
        while count * 5 >= capacity * 4 { capacity *= 2 }
        self.init(capacity: capacity)
    }

    var capacity: Int { mask + 1 }

    /// Returns whether at least four fifths of the entries would be taken after `more` insertions.
    func isCrowded(with more: Int = 0) -> Bool { (count + more) * 5 >= capacity * 4 }

    /// Prefetches the entries for `hash`.
    func willLook(for hash: UInt64) {
        prefetch(entries + (Int(truncatingIfNeeded: hash) & mask))
    }

    /// Returns the first entry that has the four bits of `hash`. The search begins `distance` entries after the entry
    /// that `hash` selects.
    ///
    /// - Returns: the found entry's distance from the entry that `hash` selects, and the found entry's ordinal; nil if
    ///   no entry matches.
    func candidate(for hash: UInt64, from distance: Int = 0) -> (distance: Int, ordinal: Ordinal)? {
        let wanted = Self.hashBits(hash)
        var distance = distance
        while true {
            let entry = entries[(Int(truncatingIfNeeded: hash) &+ distance) & mask]
            if entry == 0 { return nil }
            if entry & ~Self.ordinalMask == wanted { return (distance, entry & Self.ordinalMask - 1) }
            distance += 1
        }
    }

    /// - Parameter ordinal: below ``mostFollowers``.
    mutating func insert(_ ordinal: Ordinal, hash: UInt64) {
        var place = Int(truncatingIfNeeded: hash) & mask
        while entries[place] != 0 { place = (place + 1) & mask }
        entries[place] = (ordinal + 1) | Self.hashBits(hash)
        count += 1
    }

    /// Calls `body` with every ordinal in the segment.
    func forEach(_ body: (Ordinal) -> Void) {
        for place in 0...mask where entries[place] != 0 { body(entries[place] & Self.ordinalMask - 1) }
    }

    func deallocate() {
        entries.deallocate()
    }

    /// Returns four bits of `hash`. The choice of the segment and the choice of the entry use other bits.
    private static func hashBits(_ hash: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: hash >> 24) & ~ordinalMask
    }
}
