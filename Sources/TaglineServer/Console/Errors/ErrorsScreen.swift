import AdminAPI

/// The data of the screen of refusals.
struct ErrorsScreen: Sendable {
    /// The most calls in which the screen looks for hints. It reads each of them.
    private static let lookedAt = 2000

    let journal: CallJournal

    var views: [ConsoleView] {
        [
            ConsoleView(ConsoleScreen.errors.path) { visit, _ in
                let calls = journal.find(CallFilter(), after: nil, limit: Self.lookedAt).entries
                let page = ErrorsPage(
                    refusals: journal.refusals(of: CallFilter()).refusals, hints: CallHintFinder.hints(in: calls).hints)
                return PageFrame.html(of: page, in: visit)
            }
        ]
    }
}
