import ArgumentParser
import BulkRuns
import Foundation
import Synchronization
import UnixSignals

/// When SIGINT, SIGTERM or SIGHUP arrives, ends a command that makes many calls.
enum EndingSignals {
    /// The phase of the command when a signal arrives. The phase decides the reaction to the signal.
    enum Phase: Sendable {
        /// The command has not created a tag or changed a follower yet. `leave` removes the files that the command has
        /// begun.
        case beforeTheRun(leave: @Sendable () -> Void)
        /// The command creates tags, and deletes them again if the run does not begin.
        case beginning(NewTags)
        /// The run file holds the whole run, and the command has not changed a follower yet.
        case begun
        case running(stop: @Sendable () async -> Void)
        /// A signal has come, and the command ends in order. If one more signal comes, the command ends at once and
        /// prints a message. `left` returns the part of this message that says what the command has not done.
        case stopping(left: @Sendable () -> String)
        case afterTheRun
    }

    /// The reaction to a signal.
    enum Step: Sendable {
        /// The command calls `stop` and ends in order.
        case inOrder(says: String, stop: @Sendable () async -> Void)
        /// The process calls `leave` and ends at once.
        case now(says: [String], leave: @Sendable () -> Void)
    }

    private struct State {
        var isListening = false
        var phase = Phase.beforeTheRun(leave: {})
    }

    private static let state = Mutex(State())

    /// Listens for signals from now on.
    ///
    /// A SIGHUP that the process ignores, as under `nohup`, stays ignored.
    static func listen() {
        let isNew = state.withLock { state in
            defer { state.isListening = true }
            return !state.isListening
        }
        // One task listens until the process ends. After the task has begun, the signals reach only this task.
        if isNew { Task { await act() } }
    }

    /// Sets the phase of the command, which decides the reaction to the next signal.
    static func enter(_ phase: Phase) {
        listen()
        state.withLock { $0.phase = phase }
    }

    /// Makes the next signal call `stop`. One more signal then ends the process; no result is lost, because the results
    /// are on disk. If `stop` is nil, the run is over, and the next signal ends the process.
    static func first(_ stop: (@Sendable () async -> Void)?) {
        if let stop { enter(.running(stop: stop)) } else { enter(.afterTheRun) }
    }

    private static func act() async {
        let signals: [UnixSignal] = ProcessLimits.ignores(SIGHUP) ? [] : [.sighup]
        for await signal in await UnixSignalsSequence(trapping: signals + [.sigint, .sigterm]) {
            switch state.withLock({ $0.phase.meet("\(signal)", resuming: TypedCommand.resuming) }) {
            case .inOrder(let sentence, let stop):
                StandardError.say(sentence)
                await stop()
            case .now(let lines, let leave):
                leave()
                StandardError.say(lines: lines)
                exit(BulkExit.interrupted.rawValue)
            }
        }
    }
}

extension EndingSignals.Phase {
    /// Returns the reaction to a signal. Changes the phase if the next signal needs another reaction.
    ///
    /// - Parameter resuming: the command line that resumes the run.
    mutating func meet(_ signal: String, resuming: String) -> EndingSignals.Step {
        switch self {
        case .beforeTheRun(let leave):
            return .now(says: ["\(signal) ended the command before the run began"], leave: leave)
        case .beginning(let tags):
            // The run may have begun a moment ago.
            guard tags.end() else { return Self.endBeforeTheFirstCall(signal, resuming) }
            self = .stopping(left: {
                let left = tags.left
                let stay = left.isEmpty ? "" : "; these stay: \(left.joined(separator: ", "))"
                return "before its new tags were deleted again\(stay)"
            })
            return .inOrder(
                says:
                    "stopping after the call in flight is answered and the new tags are deleted again; a second signal ends the command at once",
                stop: {})
        case .begun: return Self.endBeforeTheFirstCall(signal, resuming)
        case .running(let stop):
            self = .stopping(left: { "before the calls in flight were answered" })
            return .inOrder(
                says: "stopping after the calls in flight are answered; a second signal ends the command at once",
                stop: stop)
        case .stopping(let left): return .now(says: ["\(signal) ended the command \(left())"], leave: {})
        case .afterTheRun: return .now(says: ["\(signal) ended the command"], leave: {})
        }
    }

    private static func endBeforeTheFirstCall(_ signal: String, _ resuming: String) -> EndingSignals.Step {
        .now(
            says: ["\(signal) ended the command before it changed a follower", "Go on with: \(resuming)"], leave: {})
    }
}
