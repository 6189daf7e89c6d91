import ArgumentParser
import Foundation
import UnixSignals

/// SIGINT and SIGTERM while a run is under way.
enum EndingSignals {
    /// Has the first signal end the run in order, and the second the process: what is noted by then is on disk. Returns when the task is cancelled.
    static func handle(_ stop: @Sendable () async -> Void) async {
        var hasCome = false
        for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
            if hasCome { exit(BulkExit.interrupted.rawValue) }
            hasCome = true
            await stop()
        }
    }
}
