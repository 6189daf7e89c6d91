import Foundation
import OfficialAccount
import OfficialAccountClient
import Synchronization

/// Carries out or undoes a run: sends the calls, writes the results to the run file, and shows the progress.
package struct RunWork: Sendable {
    /// Shows the progress of a run.
    package protocol Display: Sendable {
        /// The time between two calls of ``show(_:)``.
        var interval: Duration { get }
        func show(_ moment: RunMoment)
        /// Ends the display. Later output begins on a new line.
        func end()
    }

    private let file: RunFile
    private let account: RunAccount
    private let options: BulkTagger.Options
    private let display: any Display
    private let undoing: Bool
    private let whenAsked: @Sendable ((@Sendable () async -> Void)?) -> Void

    /// - Parameters:
    ///   - undoing: whether to undo the run.
    ///   - whenAsked: is called with a function at the start, and with nil at the end. The function stops the run. Call
    ///     the function when a person asks to stop the run.
    package init(
        _ file: RunFile, at account: RunAccount, options: BulkTagger.Options, display: any Display,
        undoing: Bool = false,
        whenAsked: @escaping @Sendable ((@Sendable () async -> Void)?) -> Void
    ) {
        self.file = file
        self.account = account
        self.options = options
        self.display = display
        self.undoing = undoing
        self.whenAsked = whenAsked
    }

    /// Sends the calls. Throws ``RunFileFailure`` if the results cannot be written.
    ///
    /// - Returns: the counts at the end, and the reason if the run stopped before it had tried every follower.
    package func run() async throws -> BulkProgress {
        if !undoing { try file.markSentRows() }
        let before = try file.counts()
        let left = undoing ? before.undoable : before.waiting + before.unknown
        guard left > 0 else { return .nothing }
        // The file has no duplicates, so the tagger need not remember taggings.
        var options = options
        options.memory = 0
        let run = BulkTagger(account.patient.tags, options: options).apply(file.pending(undoing: undoing))
        let notes = RunNotes(file: file, undoing: undoing)
        let start = ContinuousClock.now
        whenAsked {
            file.stop()
            await run.stop()
        }
        defer { whenAsked(nil) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await keepNotes(notes, run) }
            group.addTask { await show(run, before, start) }
            defer { group.cancelAll() }
            do {
                for try await outcome in run {
                    if case .notTried = outcome.result { file.stop() }
                    notes.take(outcome)
                }
            } catch {
                await run.stop()
                throw error
            }
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
            let progress = await run.progress
            try notes.write(progress)
            if !undoing { try file.settle() }
            display.show(moment(progress, before, start))
            display.end()
            return progress
        }
    }

    /// Writes the results four times a second. Ends the run if the file cannot be written. The next run sends again the
    /// followers whose results are not in the file.
    private func keepNotes(_ notes: RunNotes, _ run: BulkTagger.Run) async throws {
        while true {
            try await Task.sleep(for: .milliseconds(250))
            do {
                try notes.write(await run.progress)
            } catch {
                file.stop()
                await run.stop()
                throw error
            }
        }
    }

    private func show(_ run: BulkTagger.Run, _ before: RunFile.Counts, _ start: ContinuousClock.Instant) async {
        while !Task.isCancelled {
            display.show(moment(await run.progress, before, start))
            try? await Task.sleep(for: display.interval)
        }
    }

    private func moment(
        _ progress: BulkProgress, _ before: RunFile.Counts, _ start: ContinuousClock.Instant
    ) -> RunMoment {
        let settled = progress.applied + progress.rejected + progress.unknown
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let rate = seconds > 0 ? Double(settled) / seconds : 0
        let total = undoing ? before.undoable : before.total
        let done = settled + (undoing ? 0 : before.total - before.waiting - before.unknown)
        let isRunning = progress.stop == nil && done < total
        return RunMoment(
            done: done, total: total, applied: progress.applied + (undoing ? 0 : before.applied),
            rejected: progress.rejected + (undoing ? 0 : before.rejected), unknown: progress.unknown,
            calls: progress.calls, rate: Int(rate),
            secondsLeft: isRunning && rate >= 1 ? Int(Double(total - done) / rate) : nil,
            concurrency: progress.concurrency, failures: progress.failuresByName,
            waitingFor: isRunning ? progress.wait?.sentence : nil)
    }
}

/// Collects the results of taggings, and writes them to the run file.
private final class RunNotes: Sendable {
    private struct State {
        var notes: RunFile.Notes
        var calls = 0
        var failures = 0
        var since = ContinuousClock.now
    }

    private let file: RunFile
    private let undoing: Bool
    private let state: Mutex<State>

    init(file: RunFile, undoing: Bool) {
        self.file = file
        self.undoing = undoing
        state = Mutex(State(notes: RunFile.Notes(undoing: undoing)))
    }

    func take(_ outcome: Outcome) {
        state.withLock { $0.notes.add(outcome) }
    }

    /// Writes the results since the previous call. The results are on disk when this function returns.
    func write(_ progress: BulkProgress) throws {
        let undoing = undoing
        let (notes, calls, failures, seconds) = state.withLock { state in
            let now = ContinuousClock.now
            defer {
                state.notes = RunFile.Notes(undoing: undoing)
                state.calls = progress.calls
                state.failures = progress.failures
                state.since = now
            }
            return (
                state.notes, progress.calls - state.calls, progress.failures - state.failures,
                (now - state.since) / .seconds(1)
            )
        }
        guard !notes.isEmpty || calls > 0 else { return }
        try file.note(notes, calls: calls, failures: failures, seconds: seconds)
    }
}
