/// The memory of a chunk: one record for each follower, and one count for each slot.
///
/// It uses unsafe memory, because a call touches up to 50 followers in 50 places. In an array, each access also counts
/// references and checks for exclusive access. That costs several times as much as the access itself. Only this class
/// allocates, copies and frees the memory.
///
/// Code that holds a ``ChunkView`` also holds the chunk's table, and changes followers under the store's lock. An
/// `AccountSnapshot` holds the memory itself, and only reads followers. A shared chunk copies its memory before it
/// changes a follower.
final class ChunkMemory: @unchecked Sendable {
    let view: ChunkView
    let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        view = ChunkView(
            followers: .allocate(capacity: capacity), carriers: .allocate(capacity: TagWord.slots),
            hasUnsavedWords: .allocate(capacity: 1))
        view.hasUnsavedWords.initialize(to: false)
        view.carriers.initialize(repeating: 0, count: TagWord.slots)
    }

    /// Copies the first `count` followers of `other` into new memory, with room for `capacity`.
    convenience init(copying other: ChunkMemory, count: Int, capacity: Int) {
        self.init(capacity: capacity)
        view.hasUnsavedWords.pointee = other.view.hasUnsavedWords.pointee
        view.followers.initialize(from: other.view.followers, count: count)
        view.carriers.update(from: other.view.carriers, count: TagWord.slots)
    }

    deinit {
        // The elements are trivial, so only the memory itself must be freed.
        view.followers.deallocate()
        view.carriers.deallocate()
        view.hasUnsavedWords.deallocate()
    }

    var allocatedBytes: Int {
        capacity * MemoryLayout<FollowerRecord>.stride + TagWord.slots * MemoryLayout<UInt16>.stride
    }
}

/// Pointers to the followers of a chunk. They are valid until the chunk grows or stops being shared.
struct ChunkView {
    let followers: UnsafeMutablePointer<FollowerRecord>
    /// For each slot, the number of the chunk's present followers that carry it.
    let carriers: UnsafeMutablePointer<UInt16>
    /// Whether words have changed since the chunk was last saved.
    let hasUnsavedWords: UnsafeMutablePointer<Bool>
}
