import AdminAPI

/// What the screen of refusals reads.
struct ErrorsScreen: Sendable {
    /// Calls that hints are looked for in: each is read for it.
    private static let lookedAt = 2000

    let services: ConsoleServices
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
