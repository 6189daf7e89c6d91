import DequeModule
import OfficialAccount
import TagStore

/// The changes that wait for the store's ``Writer``, in the order of arrival. The writer commits consecutive taggings
/// as one group.
struct CommitQueue {
    struct PendingClaim: Sendable {
        let claim: ClaimedChange
        let effect: FollowerEffect<TagID?>
        let answer: CheckedContinuation<Result<Void, Refusal>, Never>
    }

    enum Work: Sendable {
        case claims([PendingClaim])
        case change(any PendingChange)
        /// Tells a task that the writer has done all earlier work.
        case barrier(CheckedContinuation<Void, Never>)
        /// Writes a harmless row, to find out whether the store can write to its disk.
        case probe
        /// Writes a step of the ``Checkpoint``, because the queue is empty.
        case checkpoint
        /// Removes a deleted tag from some followers, because the queue is empty.
        case sweep
    }

    /// The most taggings and other changes that can wait at the same time. When the queue is full, the store refuses a
    /// new change.
    static let capacity = 65_536
    /// The most taggings in one group, so that one transaction stays small.
    static let largestGroup = 1024

    private var works: Deque<Work> = []
    private(set) var count = 0
    private var isWriterAwake = false

    var isFull: Bool { count >= Self.capacity }

    /// Adds a tagging. Returns whether the caller must wake the writer.
    mutating func append(_ tagging: PendingClaim) -> Bool {
        count += 1
        if case .claims(var group)? = works.last, group.count < Self.largestGroup {
            // If the queue kept a second reference to the group, every append would copy the group.
            works.removeLast()
            group.append(tagging)
            works.append(.claims(group))
        } else {
            works.append(.claims([tagging]))
        }
        return wake()
    }

    /// Adds work other than a tagging. Returns whether the caller must wake the writer.
    mutating func append(_ work: Work) -> Bool {
        count += 1
        works.append(work)
        return wake()
    }

    mutating func wake() -> Bool {
        defer { isWriterAwake = true }
        return !isWriterAwake
    }

    /// Returns the next work for the writer. After nil, the writer sleeps until a caller wakes the writer.
    ///
    /// - Parameter idle: the work to return when the queue is empty.
    mutating func next(whenEmpty idle: Work?) -> Work? {
        guard let work = works.popFirst() else {
            if idle == nil { isWriterAwake = false }
            return idle
        }
        if case .claims(let group) = work { count -= group.count } else { count -= 1 }
        return work
    }
}
