import OfficialAccount
import TagStore

/// The changes that wait for the writer, in the order of arrival. Consecutive taggings form one group.
struct CommitQueue {
    struct PendingClaim: Sendable {
        let claim: ClaimedChange
        let effect: FollowerEffect
        let answer: CheckedContinuation<Result<Void, Refusal>, Never>
    }

    struct PendingChange: Sendable {
        /// Judges the change against the current world when the writer reaches it. Returns nil if there is nothing to
        /// write.
        let decide: @Sendable (World) throws(Refusal) -> StoreChange?
        /// Called once, with the result and the world after the change.
        let finish: @Sendable (Result<StoreChange?, Refusal>, World) -> Void
    }

    enum Work: Sendable {
        case claims([PendingClaim])
        case change(PendingChange)
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

    private var works: [Work] = []
    private var first = 0
    private(set) var count = 0
    private var isWriterAwake = false

    /// The length of the array behind the queue.
    var places: Int { works.count }

    var isFull: Bool { count >= Self.capacity }

    /// Adds a tagging. Returns whether the caller must wake the writer.
    mutating func append(_ tagging: PendingClaim) -> Bool {
        count += 1
        if first < works.count, case .claims(var group) = works[works.count - 1], group.count < Self.largestGroup {
            // If the array kept a second reference to the group, every append would copy the group.
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
        guard first < works.count else {
            works.removeAll(keepingCapacity: true)
            first = 0
            if idle == nil { isWriterAwake = false }
            return idle
        }
        let work = works[first]
        works[first] = .checkpoint
        first += 1
        // If work always waits, the array never becomes empty. So the entries that were taken are removed here.
        if first >= 1024, first * 2 >= works.count {
            works.removeFirst(first)
            first = 0
        }
        if case .claims(let group) = work { count -= group.count } else { count -= 1 }
        return work
    }
}
