/// The memory of a chunk of followers: one record for each follower, and one count for each tag slot.
///
/// This class uses unsafe memory, because a call changes up to 50 followers in 50 places. In an array, each access also
/// counts references and checks for exclusive access. These two steps cost several times as much as the access itself.
/// Only this class allocates, copies and frees the memory.
///
/// Code that uses a ``ChunkView`` also has a reference to the chunk, and changes followers only under the store's lock.
/// An `AccountSnapshot` has a reference to this memory, and only reads followers. If a snapshot may read the memory of
/// a chunk, the chunk replaces the memory with a copy before it changes a follower.
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

    /// Copies the first `count` followers of `other` into new memory, with room for `capacity` followers.
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

/// Pointers to the followers of a chunk. The pointers are valid until the chunk replaces its memory.
struct ChunkView {
    let followers: UnsafeMutablePointer<FollowerRecord>
    /// For each tag slot, the number of the chunk's present followers that carry the slot's tag.
    let carriers: UnsafeMutablePointer<UInt16>
    /// Whether words changed after the store last saved the chunk.
    let hasUnsavedWords: UnsafeMutablePointer<Bool>
}
