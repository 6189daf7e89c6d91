import DequeModule
import OfficialAccount
import TagStore

/// The changes that wait for the writer, in the order of arrival. Consecutive taggings form one group.
struct CommitQueue {
    struct PendingClaim: Sendable {
        let claim: ClaimedChange
        let effect: FollowerEffect<TagID?>
        let answer: CheckedContinuation<Result<Void, Refusal>, Never>
    }

    enum Work: Sendable {
        case claims([PendingClaim])
        case change(any PendingChange)
        /// Tells the waiting task that all earlier work is done.
        case barrier(CheckedContinuation<Void, Never>)
        /// Writes a harmless row, to find out whether the disk can be written.
        case probe
        /// The queue is empty, but the checkpoint has something to write.
        case checkpoint
        /// The queue is empty, but a deleted tag must still be removed from followers.
        case sweep
    }

    /// The most taggings and changes that may wait at once. The store refuses the next one.
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

    /// Adds other work. Returns whether the caller must wake the writer.
    mutating func append(_ work: Work) -> Bool {
        count += 1
        works.append(work)
        return wake()
    }

    mutating func wake() -> Bool {
        defer { isWriterAwake = true }
        return !isWriterAwake
    }

    /// Returns the next work for the writer. After nil, the writer sleeps until it is woken.
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
