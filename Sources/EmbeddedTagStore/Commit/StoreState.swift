import Foundation
import OfficialAccount
import TagStore

/// All that callers and the writer share, behind one lock.
struct StoreState {
    var world: World
    var queue = CommitQueue()
    var checkpoint: Checkpoint
    var lastSequence: Int64
    /// Groups and commits so far.
    var vitals = StoreVitals()
    /// When the journal was last cut, or the store opened.
    var lastCut: ContinuousClock.Instant
    /// Chunks a deleted tag is taken off at once.
    let chunksPerSweep: Int
    var condition = StoreCondition.writable
    /// Set for good by a failure after which nobody can say what is on disk.
    var cannotWriteAgain: String?
    /// Transactions that failed since the last one that did not.
    var failures = FailureCount()
    var isClosing = false
    /// Taggings that wait for a follower to be free, where the store lets them.
    var waiting: [SubmittedClaim] = []

    /// Deleted tags that are still to be taken off followers.
    var sweeps: [TagSweep] = []

    /// Makes a change visible that is on disk.
    mutating func apply(_ change: StoreChange) throws(DamagedFile) {
        if case .arrived(_, let removed) = change {
            let numbers = Set(removed.compactMap { world[$0]?.number })
            sweeps.removeAll { numbers.contains($0.account) }
            checkpoint.forget(numbers)
        }
        try change.apply(to: &world)
        guard case .tagDeleted(let entry, let appID) = change, let account = world[appID] else { return }
        sweeps.append(TagSweep(account: account.number, slot: entry.slot, stretch: chunksPerSweep))
        if account.tags.retired.nonzeroBitCount > TagSweep.most {
            for index in sweeps.indices { sweeps[index].finish(world) }
            sweeps = []
        }
    }

    /// Does the next stretch of the first sweep.
    mutating func sweep() {
        guard var first = sweeps.first else { return }
        if first.step(world) { sweeps.removeFirst() } else { sweeps[0] = first }
    }

    /// Throws if a change cannot even be queued.
    func admit() throws(Refusal) {
        if let cannotWriteAgain { throw .cannotWrite(cannotWriteAgain) }
        if isClosing { throw .cannotWrite("the server is shutting down") }
        if queue.isFull || waiting.count >= CommitQueue.capacity {
            throw .cannotWrite(
                "\(CommitQueue.capacity) changes are waiting for the disk already; repeat this one later")
        }
    }

    /// The calls that waited for a follower, to be tried again.
    mutating func takeWaiting() -> [SubmittedClaim] {
        defer { waiting = [] }
        return waiting
    }

    mutating func nextWork() -> CommitQueue.Work? {
        let hasCheckpointWork = checkpoint.hasWork(isSweeping: !sweeps.isEmpty) && condition == .writable
        return queue.next(whenEmpty: !sweeps.isEmpty ? .sweep : hasCheckpointWork && !isClosing ? .checkpoint : nil)
    }

    /// The transaction is on disk.
    mutating func committed(
        _ transaction: DiskTransaction, isTrimmed: Bool, from start: ContinuousClock.Instant,
        to end: ContinuousClock.Instant
    ) {
        condition = .writable
        vitals.commits.record((end - start) / .seconds(1))
        if checkpoint.isAtLastStep { lastCut = end }
        if let journal = transaction.journal {
            lastSequence = journal.sequence
            checkpoint.journalGrew(by: journal.record.count)
        }
        checkpoint.finishStep(trimmed: isTrimmed)
    }

    /// The transaction is not on disk, or nobody can say.
    mutating func failed(_ failure: DiskFailure) {
        condition = .readOnly(reason: failure.description)
        checkpoint.undoStep()
        if !failure.isUndone { cannotWriteAgain = failure.sentence }
    }
}

/// A change to followers as it was asked for.
struct SubmittedClaim: Sendable {
    let effect: FollowerEffect
    let list: OpenIDList?
    let appID: AppID
    let answer: CheckedContinuation<Result<Void, Refusal>, Never>
}
