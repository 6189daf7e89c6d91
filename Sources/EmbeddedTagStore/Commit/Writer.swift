import Dispatch
import Foundation
import Logging
import OfficialAccount
import Synchronization
import TagStore

/// The only writer of the store. It takes a group of taggings from the queue, and commits the group with one sync. Then
/// it makes the group visible to readers and answers the callers. At the same time, the next group gathers in the
/// queue.
final class Writer: Sendable {
    private let shared: SharedState
    private let disk: Disk
    private let queue = DispatchQueue(label: "tagline.writer")
    private let now: @Sendable () -> ContinuousClock.Instant
    private let logger: Logger

    init(
        _ shared: SharedState, disk: Disk, now: @escaping @Sendable () -> ContinuousClock.Instant, logger: Logger
    ) {
        self.shared = shared
        self.disk = disk
        self.now = now
        self.logger = logger
    }

    /// Checks whether a change to followers is possible. If so, claims the followers and adds the change to the group
    /// that waits in the queue. Otherwise refuses the change.
    ///
    /// - Parameter policy: what to do if an earlier change to one of the followers is not yet complete. With
    ///   ``ConflictPolicy/wait``, the change waits, and the writer submits it again later.
    func submit(_ submitted: SubmittedClaim, whenInFlight policy: ConflictPolicy) {
        let wakes: Bool = shared.state.withLock { state in
            do throws(Refusal) {
                try state.admit()
                let claim = try state.world.claim(
                    submitted.effect, submitted.list, for: submitted.appID)
                return state.queue.append(
                    CommitQueue.PendingClaim(claim: claim, effect: submitted.effect, answer: submitted.answer))
            } catch {
                if error.code == .concurrentChange, policy == .wait {
                    state.waiting.append(submitted)
                } else {
                    submitted.answer.resume(returning: .failure(error))
                }
                return false
            }
        }
        if wakes { wake() }
    }

    /// Adds work other than a tagging to the end of the queue.
    func submit(_ work: CommitQueue.Work) {
        if shared.state.withLock({ $0.queue.append(work) }) { wake() }
    }

    /// Stops all further writes if the store's files were moved, replaced or removed.
    func judgeFiles() {
        guard let problem = disk.problem() else { return }
        let isNew = shared.state.withLock { state in
            guard state.cannotWriteAgain == nil, !state.isClosing else { return false }
            state.stop(because: DiskFailure(description: problem, isUndone: false))
            return true
        }
        if isNew { logger.critical("the store cannot write", metadata: ["reason": "\(problem)"]) }
    }

    private func wake() {
        queue.async { self.drain() }
    }

    private func drain() {
        while let work = shared.state.withLock({ $0.nextWork() }) {
            switch work {
            case .claims(let gathered): write(gathered)
            case .change(let change): change.run(on: self)
            case .probe: _ = commit { $1.rows.append(CheckpointRow(cut: $0.checkpoint.savedCut)) }
            case .checkpoint: _ = commit { _, _ in }
            case .sweep: break
            case .barrier(let reached): reached.resume()
            }
            shared.state.withLock { $0.sweep() }
        }
    }

    private func write(_ gathered: [CommitQueue.PendingClaim]) {
        let group = dropImpossible(gathered)
        guard !group.isEmpty else { return }
        var record = JournalRecordWriter(capacity: group.count * 256)
        for pending in group { record.append(pending.claim) }
        let bytes = record.bytes
        let outcome = commit { state, transaction in
            transaction.journal = JournalRow(sequence: state.nextSequence, record: Data(bytes))
        }
        let retries = shared.state.withLock { state in
            if case .success = outcome { state.vitals.groupSizes.record(Double(group.count)) }
            for pending in group {
                if case .success = outcome {
                    state.world.apply(pending.claim)
                } else {
                    state.world.release(pending.claim)
                }
            }
            return state.takeWaiting()
        }
        for pending in group { pending.answer.resume(returning: outcome) }
        for claim in retries { submit(claim, whenInFlight: .wait) }
    }

    /// Returns the claims that are still possible. Refuses a claim if its tag or its account was deleted while the
    /// claim waited.
    private func dropImpossible(_ gathered: [CommitQueue.PendingClaim]) -> [CommitQueue.PendingClaim] {
        var group: [CommitQueue.PendingClaim] = []
        group.reserveCapacity(gathered.count)
        var impossible: [CommitQueue.PendingClaim] = []
        let retries = shared.state.withLock { state in
            for pending in gathered {
                if state.world.isStillPossible(pending.claim, for: pending.effect) {
                    group.append(pending)
                } else {
                    state.world.release(pending.claim)
                    impossible.append(pending)
                }
            }
            return impossible.isEmpty ? [] : state.takeWaiting()
        }
        for pending in impossible {
            pending.answer.resume(
                returning: .failure(
                    Refusal(.invalidTagID, "the tag or the account was deleted while the call was under way")))
        }
        for claim in retries { submit(claim, whenInFlight: .wait) }
        return group
    }

    /// Commits the change that `decide` returns, and makes the change visible to readers. Returns the answer for the
    /// caller.
    func write<Change: StoreChange>(
        _ decide: @Sendable (World) throws(Refusal) -> Change
    ) throws(Refusal) -> Change.Answer {
        let change = try shared.state.withLock { (state) throws(Refusal) -> Change in
            if let reason = state.cannotWriteAgain { throw .cannotWrite(reason) }
            return try decide(state.world)
        }
        guard !change.isEmpty else { return change.answer }
        let outcome = commit { state, transaction in
            change.write(into: &transaction, sequence: state.nextSequence, world: state.world)
        }
        try outcome.get()
        try shared.state.withLock { (state) throws(Refusal) -> Void in
            do throws(DamagedFile) {
                try change.apply(to: &state)
            } catch {
                // `apply` fails only for a change that contradicts the world. In this case the disk is right, and
                // memory is wrong.
                state.failed(DiskFailure(description: error.description, isUndone: false))
                throw Refusal.cannotWrite(error.description)
            }
        }
        return change.answer
    }

    /// Commits a transaction with the content that `fill` adds. If a step of the checkpoint is due, adds the step to
    /// the transaction.
    private func commit(_ fill: @Sendable (borrowing StoreState, inout DiskTransaction) -> Void) -> Result<
        Void, Refusal
    > {
        let prepared: (transaction: DiskTransaction, lastSequence: Int64)? = shared.state.withLock { state in
            guard state.cannotWriteAgain == nil else { return nil }
            var transaction = DiskTransaction()
            fill(state, &transaction)
            state.checkpoint.takeStep(
                state.world, lastSequence: state.lastSequence, isSweeping: !state.sweeps.isEmpty, into: &transaction)
            return (transaction, state.lastSequence)
        }
        guard let prepared else { return .failure(.cannotWrite("an earlier write failed")) }
        let start = now()
        do throws(DiskFailure) {
            let isTrimmed = try disk.commit(prepared.transaction, after: prepared.lastSequence)
            let end = now()
            let failed = shared.state.withLock { state in
                state.committed(prepared.transaction, isTrimmed: isTrimmed, from: start, to: end)
                return state.condition == .writable ? state.failures.end() : nil
            }
            if let failed { logger.notice("the store can write again", metadata: ["failed": "\(failed)"]) }
            return .success(())
        } catch {
            note(error, at: start)
            return .failure(.cannotWrite(error.sentence))
        }
    }

    /// Makes the store read-only after a failed write that began at `start`, and logs the failure.
    func note(_ failure: DiskFailure, at start: ContinuousClock.Instant) {
        let failed = shared.state.withLock { state in
            state.failed(failure)
            return state.failures.note(at: start, isFinal: !failure.isUndone)
        }
        if let failed {
            logger.error(
                "the store cannot write",
                metadata: ["reason": "\(failure)", "undone": "\(failure.isUndone)", "failed": "\(failed)"])
        }
    }
}
