import Prefetch

/// A stretch of the follower directory: a power of two of four-byte entries.
///
/// An entry is zero if it is free. Otherwise it is an ordinal plus one in its low bits, and in the high ones a few of
/// the hash, so that hardly anyone is looked at who is not the one. All entries where an openid may stand are next to
/// each other, mostly in one line of the cache.
///
/// Unsafe for the same reason as ``ChunkMemory``: it is asked fifty times a call. The directory that owns it gives the
/// memory back, and only one thread has it at a time.
struct DirectorySegment: @unchecked Sendable {
    private static let ordinalBits = 28
    private static let ordinalMask: UInt32 = 1 << ordinalBits - 1
    /// Followers that can be told apart: 268 million.
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

    /// A segment that is not crowded when it holds so many.
    init(toHold count: Int) {
        var capacity = 16
        while count * 5 >= capacity * 4 { capacity *= 2 }
        self.init(capacity: capacity)
    }

    var capacity: Int { mask + 1 }

    /// Four fifths are taken, or would be with so many more.
    func isCrowded(with more: Int = 0) -> Bool { (count + more) * 5 >= capacity * 4 }

    /// Has the entries for this hash fetched.
    func willLook(for hash: UInt64) {
        prefetch(entries + (Int(truncatingIfNeeded: hash) & mask))
    }

    /// The first entry, so many after the proper one or later, of someone whose hash may be this one.
    ///
    /// - Returns: how many after the proper one it is, and the ordinal; nil if there is none.
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

    /// Every ordinal in it.
    func forEach(_ body: (Ordinal) -> Void) {
        for place in 0...mask where entries[place] != 0 { body(entries[place] & Self.ordinalMask - 1) }
    }

    func deallocate() {
        entries.deallocate()
    }

    /// Bits of the hash that decide neither on the segment nor on the place in it.
    private static func hashBits(_ hash: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: hash >> 24) & ~ordinalMask
    }
}
