import AdminAPI
import Dispatch
import Foundation
import ServiceLifecycle
import TaglineServer

/// Prints a line for each call that a sandbox receives.
///
/// A separate thread writes the lines, so a reader that stops reading blocks only this thread. The printer leaves out
/// the lines that it cannot print in time, and then prints the number of these lines.
///
/// The printer makes a few lines at a time, because a call that arrives meanwhile may wait for the same processor.
final class CallPrinter: Service {
    /// The maximum number of lines that the printer makes at once.
    private static let mostAtOnce = 10
    /// The maximum number of lines that the printer makes at once when the server shuts down.
    private static let mostAtEnd = 200
    /// The pause between two rows of lines.
    private static let pause = Duration.milliseconds(5)
    /// The number of calls that may wait for their lines. If more calls wait, the printer leaves out the oldest.
    private static let mostWaiting = 2_000

    private let journal: CallJournal
    private let isColoured: Bool
    private let output: LineOutput

    init(_ journal: CallJournal, isColoured: Bool = CallLine.isTerminal, output: LineOutput = LineOutput()) {
        self.journal = journal
        self.isColoured = isColoured
        self.output = output
    }

    func run() async throws {
        var place = 0
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            let last = place
            await cancelWhenGracefulShutdown { [journal] in
                await journal.waitForMore(than: last, until: .now + .seconds(60))
                try? await Task.sleep(for: Self.pause)
            }
            let isEnd = Task.isShuttingDownGracefully || Task.isCancelled
            let end = journal.last
            guard end > place, isEnd || !output.isBusy else { continue }
            let most = isEnd ? Self.mostAtEnd : Self.mostAtOnce
            let start = isEnd || end - place > Self.mostWaiting ? max(place, end - most) : place
            let page = journal.summaries(after: start, before: start + most + 1, limit: most)
            // Calls that a request removed from the journal do not count as skipped.
            let skipped = max(0, start - max(place, journal.removed)) + page.missed
            place = page.last
            output.write(page.calls.map { CallLine(record: $0, isColoured: isColoured).text }, skipping: skipped)
        }
    }
}
