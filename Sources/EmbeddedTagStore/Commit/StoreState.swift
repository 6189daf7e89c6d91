import Foundation
import OfficialAccount
import Synchronization
import TagStore

/// The state that readers and the writer of a store share.
struct StoreState {
    var world: World
    var queue = CommitQueue()
    var checkpoint: Checkpoint
    var lastSequence: Int64
    /// The sequence of the next journal record. If `lastSequence` is the largest possible number, the next sequence is
    /// the same number. Then the disk refuses the next record, because a record with this sequence exists already.
    var nextSequence: Int64 { lastSequence.saturatingSum(with: 1) }
    /// The statistics of the groups and commits since the store opened.
    var vitals = StoreVitals()
    /// The vitals without the sums over all accounts, which take time to compute.
    var timings: StoreVitals {
        var timings = vitals
        timings.journalBytes = checkpoint.replayBytes
        return timings
    }
    /// When the store last completed a checkpoint pass; before the first pass, when the store opened.
    var lastCut: ContinuousClock.Instant
    /// The number of chunks that one step of a ``TagSweep`` clears.
    let chunksPerSweep: Int
    var condition = StoreCondition.writable
    /// Why the store refuses all further changes; nil if the store accepts changes. A failure sets this reason if disk
    /// and memory may differ after the failure.
    var cannotWriteAgain: String?
    /// Counts the transactions that failed, and decides when to log them.
    var failures = FailureCount()
    var isClosing = false
    /// The taggings that wait because an earlier change to one of their followers is not yet complete. Their policy is
    /// ``ConflictPolicy/wait``.
    var waiting: [SubmittedClaim] = []

    /// The deleted tags that must still be removed from followers.
    var sweeps: [TagSweep] = []

    /// Begins to remove a deleted tag from the followers of `account`. If more than ``TagSweep/most`` deleted tags of
    /// the account have not been removed yet, removes all deleted tags immediately.
    mutating func beginSweep(of slot: TagSlot, in account: AccountImage) {
        sweeps.append(TagSweep(account: account.number, slot: slot, stretch: chunksPerSweep))
        guard account.tags.retired.nonzeroBitCount > TagSweep.most else { return }
        for index in sweeps.indices { sweeps[index].finish(world) }
        sweeps = []
    }

    /// Forgets the background work on accounts that are about to be removed.
    mutating func forget(_ accounts: Set<AccountNumber>) {
        sweeps.removeAll { accounts.contains($0.account) }
        checkpoint.forget(accounts)
    }

    /// Performs the next step of the first ``TagSweep`` in `sweeps`.
    mutating func sweep() {
        guard var first = sweeps.first else { return }
        if first.step(world) { sweeps.removeFirst() } else { sweeps[0] = first }
    }

    /// Throws if the store accepts no further change.
    func admit() throws(Refusal) {
        if let cannotWriteAgain { throw .cannotWrite(cannotWriteAgain) }
        if isClosing { throw .cannotWrite("the server is shutting down") }
        if queue.isFull || waiting.count >= CommitQueue.capacity {
            throw .cannotWrite(
                "\(CommitQueue.capacity) changes are waiting for the disk already; repeat this one later")
        }
    }

    /// Returns the taggings in `waiting`, and empties that list. The caller of this function submits these taggings
    /// again.
    mutating func takeWaiting() -> [SubmittedClaim] {
        defer { waiting = [] }
        return waiting
    }

    mutating func nextWork() -> CommitQueue.Work? {
        let hasCheckpointWork = checkpoint.hasWork(isSweeping: !sweeps.isEmpty) && condition == .writable
        return queue.next(whenEmpty: !sweeps.isEmpty ? .sweep : hasCheckpointWork && !isClosing ? .checkpoint : nil)
    }

    /// Records that `transaction` is on disk. The store stays read-only if it found a problem with its files while the
    /// transaction was under way.
    mutating func committed(
        _ transaction: DiskTransaction, isTrimmed: Bool, from start: ContinuousClock.Instant,
        to end: ContinuousClock.Instant
    ) {
        if cannotWriteAgain == nil { condition = .writable }
        vitals.commits.record((end - start) / .seconds(1))
        if checkpoint.isAtLastStep { lastCut = end }
        if let journal = transaction.journal {
            lastSequence = journal.sequence
            checkpoint.journalGrew(by: journal.record.count)
        }
        checkpoint.finishStep(trimmed: isTrimmed)
    }

    /// Records that a transaction failed: it is not on disk, or its result is unknown.
    mutating func failed(_ failure: DiskFailure) {
        checkpoint.undoStep()
        stop(because: failure)
    }

    /// Makes the store read-only. After a failure that ends all writes, a later failure changes nothing.
    ///
    /// A transaction may be under way, so this function does not touch the step of the checkpoint.
    mutating func stop(because failure: DiskFailure) {
        guard cannotWriteAgain == nil else { return }
        condition = .readOnly(reason: failure.description)
        if !failure.isUndone { cannotWriteAgain = failure.sentence }
    }
}
