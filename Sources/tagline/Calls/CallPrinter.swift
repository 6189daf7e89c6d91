import AdminAPI
import Dispatch
import Foundation
import ServiceLifecycle
import TaglineServer

/// Prints a line for each call that a sandbox receives.
///
/// A separate thread writes the lines, so a reader that stops reading blocks only this thread. The printer leaves out
/// the lines that it cannot print in time, and then prints the number of these lines.
final class CallPrinter: Service {
    /// The maximum number of lines that the printer passes to the thread at once.
    private static let most = 200

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
                try? await Task.sleep(for: .milliseconds(50))
            }
            let end = journal.last
            guard end > place else { continue }
            // If there are many calls, print only the last calls.
            let start = max(place, end - Self.most)
            let page = journal.page(after: start, limit: Self.most)
            // Calls that a request removed from the journal do not count as skipped.
            let skipped = max(0, start - max(place, journal.removed)) + page.missed
            place = max(end, page.last)
            output.write(page.calls.map { CallLine(record: $0, isColoured: isColoured).text }, skipping: skipped)
        }
    }
}
