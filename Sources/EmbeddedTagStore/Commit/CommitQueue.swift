import OfficialAccount
import TagStore

/// The changes that wait for the writer, in the order in which they came. Neighbouring taggings form one group.
struct CommitQueue {
    struct PendingClaim: Sendable {
        let claim: ClaimedChange
        let effect: FollowerEffect
        let answer: CheckedContinuation<Result<Void, Refusal>, Never>
    }

    struct PendingChange: Sendable {
        /// Judges the change against the world as it is when its turn comes; nil for nothing to do.
        let decide: @Sendable (World) throws(Refusal) -> StoreChange?
        /// Told once, with the world after the change.
        let finish: @Sendable (Result<StoreChange?, Refusal>, World) -> Void
    }

    enum Work: Sendable {
        case claims([PendingClaim])
        case change(PendingChange)
        /// Everything before this is done.
        case barrier(CheckedContinuation<Void, Never>)
        /// Something harmless, to see whether the disk can be written.
        case probe
        /// Nothing waits, but the checkpoint has something to write.
        case checkpoint
        /// Nothing waits, but a deleted tag is still to be taken off followers.
        case sweep
    }

    /// Taggings and changes that may wait at once; the next one is refused.
    static let capacity = 65_536
    /// Taggings in one group, so that one transaction stays small.
    static let largestGroup = 1024

    private var works: [Work] = []
    private var first = 0
    private(set) var count = 0
    private var isWriterAwake = false

    /// The length of the array behind the queue.
    var places: Int { works.count }

    var isFull: Bool { count >= Self.capacity }

    /// Adds a tagging; true if the writer must be woken.
    mutating func append(_ tagging: PendingClaim) -> Bool {
        count += 1
        if first < works.count, case .claims(var group) = works[works.count - 1], group.count < Self.largestGroup {
            // The group must not be shared while it grows, or every tagging would copy it.
            works.removeLast()
            group.append(tagging)
            works.append(.claims(group))
        } else {
            works.append(.claims([tagging]))
        }
        return wake()
    }

    /// Adds anything else; true if the writer must be woken.
    mutating func append(_ work: Work) -> Bool {
        count += 1
        works.append(work)
        return wake()
    }

    mutating func wake() -> Bool {
        defer { isWriterAwake = true }
        return !isWriterAwake
    }

    /// The next work for the writer, which goes to sleep on nil.
    ///
    /// - Parameter idle: what there is to do when nothing waits.
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
        // While there is always something waiting the array never runs empty: what has been taken must go nevertheless.
        if first >= 1024, first * 2 >= works.count {
            works.removeFirst(first)
            first = 0
        }
        if case .claims(let group) = work { count -= group.count } else { count -= 1 }
        return work
    }
}
