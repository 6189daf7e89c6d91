/// The memory of a chunk of followers: a record each, and a count for each slot.
///
/// Unsafe, because a call touches fifty followers in fifty places, and in an array each of these touches counts
/// references and checks that nobody else is looking, which costs several times what the touch does. This is the only
/// place where the memory is taken, copied and given back. Whoever holds a ``ChunkView`` holds the chunk's table as
/// well, and changes it under the store's lock; an `AccountSnapshot` holds the memory itself and only reads followers,
/// because a chunk that is shared copies its memory before one changes.
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

    /// A copy of the first `count` followers, with room for `capacity`.
    convenience init(copying other: ChunkMemory, count: Int, capacity: Int) {
        self.init(capacity: capacity)
        view.hasUnsavedWords.pointee = other.view.hasUnsavedWords.pointee
        view.followers.initialize(from: other.view.followers, count: count)
        view.carriers.update(from: other.view.carriers, count: TagWord.slots)
    }

    deinit {
        // Nothing in them has anything to give back of its own.
        view.followers.deallocate()
        view.carriers.deallocate()
        view.hasUnsavedWords.deallocate()
    }

    var allocatedBytes: Int {
        capacity * MemoryLayout<FollowerRecord>.stride + TagWord.slots * MemoryLayout<UInt16>.stride
    }
}

/// Where the followers of a chunk are, until it grows or stops being shared.
struct ChunkView {
    let followers: UnsafeMutablePointer<FollowerRecord>
    /// For each slot how many of the chunk's present followers carry it.
    let carriers: UnsafeMutablePointer<UInt16>
    /// Whether words have changed since the chunk was last saved.
    let hasUnsavedWords: UnsafeMutablePointer<Bool>
}
