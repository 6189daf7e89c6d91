import ArgumentParser
import Foundation
import Synchronization
import UnixSignals

/// SIGINT, SIGTERM and SIGHUP in a command that makes many calls.
enum EndingSignals {
    /// What a signal meets.
    private enum Phase {
        case beforeTheRun
        case running(stop: @Sendable () async -> Void)
        /// A signal has come, and the run waits for the calls in flight.
        case stopping
        case afterTheRun
    }

    private struct State {
        var isListening = false
        var phase = Phase.beforeTheRun
    }

    private static let state = Mutex(State())

    /// Makes the next signal call `stop`, and the signal after it end the process. That loses nothing: the results are
    /// on disk. With nil, the next signal ends the process.
    ///
    /// A SIGHUP that the process ignores, as under `nohup`, stays ignored.
    static func first(_ stop: (@Sendable () async -> Void)?) {
        let isNew = state.withLock { state in
            switch (stop, state.phase) {
            case (let stop?, _): state.phase = .running(stop: stop)
            case (nil, .beforeTheRun): break
            case (nil, _): state.phase = .afterTheRun
            }
            defer { state.isListening = true }
            return !state.isListening
        }
        // One task listens for as long as the process lives: once it has begun, the signals reach only this task.
        if isNew { Task { await listen() } }
    }

    private static func listen() async {
        let signals: [UnixSignal] = ProcessLimits.ignores(SIGHUP) ? [] : [.sighup]
        for await signal in await UnixSignalsSequence(trapping: signals + [.sigint, .sigterm]) {
            let phase = state.withLock { state in
                defer { if case .running = state.phase { state.phase = .stopping } }
                return state.phase
            }
            switch phase {
            case .running(let stop):
                StandardError.say(
                    "stopping after the calls in flight are answered; a second signal ends the command at once")
                await stop()
            case .beforeTheRun: end("\(signal) ended the command before the run began")
            case .stopping: end("\(signal) ended the command before the calls in flight were answered")
            case .afterTheRun: end("\(signal) ended the command")
            }
        }
    }

    private static func end(_ sentence: String) -> Never {
        StandardError.say(sentence)
        exit(BulkExit.interrupted.rawValue)
    }
}
