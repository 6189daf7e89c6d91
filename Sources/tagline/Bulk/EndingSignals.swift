import ArgumentParser
import Foundation
import Synchronization
import UnixSignals

/// SIGINT and SIGTERM in a command that makes many calls.
enum EndingSignals {
    private struct State {
        var isListening = false
        var stop: (@Sendable () async -> Void)?
    }

    private static let state = Mutex(State())

    /// Has the next signal do this, and the one after it end the process, which loses nothing: what is noted is on
    /// disk. Nil: the next one ends it.
    static func first(_ stop: (@Sendable () async -> Void)?) {
        let isNew = state.withLock { state in
            state.stop = stop
            defer { state.isListening = true }
            return !state.isListening
        }
        // One task for as long as the process lives: nobody else hears the signals once it has begun.
        if isNew { Task { await listen() } }
    }

    private static func listen() async {
        for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
            let stop = state.withLock { state in
                defer { state.stop = nil }
                return state.stop
            }
            guard let stop else { exit(BulkExit.interrupted.rawValue) }
            StandardError.say("stopping when what is under way is answered; the same again ends it at once")
            await stop()
        }
    }
}
