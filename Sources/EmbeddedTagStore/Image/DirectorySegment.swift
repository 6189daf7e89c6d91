/// A stretch of the follower directory: a power of two of four-byte entries, each an ordinal plus one, or zero if it is free.
///
/// Unsafe for the same reason as ``ChunkMemory``: it is asked fifty times a call. The directory that owns it gives the memory back, and
/// only one thread has it at a time.
struct DirectorySegment: @unchecked Sendable {
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

    /// Where to look first for an openid with this hash.
    func place(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & mask }
    func place(after place: Int) -> Int { (place + 1) & mask }
    func entry(at place: Int) -> UInt32 { entries[place & mask] }

    mutating func insert(_ ordinal: Ordinal, hash: UInt64) {
        var place = place(of: hash)
        while entries[place] != 0 { place = self.place(after: place) }
        entries[place] = ordinal + 1
        count += 1
    }

    /// Every ordinal in it.
    func forEach(_ body: (Ordinal) -> Void) {
        for place in 0...mask where entries[place] != 0 { body(entries[place] - 1) }
    }

    func deallocate() {
        entries.deallocate()
    }
}
