import AdminAPI
import OfficialAccount
import TagStore

/// Makes the screen of refusals.
struct ErrorsScreen: Sendable {
    /// The most calls in which the screen looks for hints.
    private static let lookedAt = 2000
    /// The most bytes of refused calls in which the screen looks for hints. The search for hints reads the body of each
    /// refused call.
    private static let mostBytes = 1 << 20

    let services: ConsoleServices
    let journal: CallJournal

    var views: [ConsoleView] {
        [
            ConsoleView(ConsoleScreen.errors.path) { visit, _ in
                var visit = visit
                var page = ErrorsPage(query: CallsQuery(visit.query), now: visit.clock.now)
                page.accounts = try await services.accounts(chosen: nil)
                do throws(ConsoleMistake) {
                    let filter = try page.query.filter()
                    page.refusals = journal.refusals(of: filter).refusals
                    page.hints = CallHintFinder.hints(in: calls(filter)).hints
                } catch {
                    visit.problem = visit.problem ?? error.sentence(visit.words)
                }
                page.example = try await services.example(tagging: [DemoWorld.left])
                return PageFrame.html(of: page, in: visit)
            }
        ]
    }

    /// Returns the newest calls that match `filter`, oldest first. Returns at most ``lookedAt`` calls, with at most
    /// ``mostBytes`` bytes of refused calls.
    private func calls(_ filter: CallFilter) -> [(number: Int, entry: CallEntry)] {
        var left = Self.mostBytes
        let found = journal.find(filter, after: nil, limit: Self.lookedAt).entries
        let newest = found.reversed().prefix { call in
            if call.entry.code != .ok { left -= call.entry.bytes }
            return left >= 0
        }
        return Array(newest.reversed())
    }
}
