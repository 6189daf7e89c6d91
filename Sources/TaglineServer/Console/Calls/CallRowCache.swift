import Synchronization

/// A cache of recently rendered rows, so that the server renders a row once, however many browsers show the live page.
final class CallRowCache: Sendable {
    /// The most rows kept: two pages in each language.
    private static let most = 4 * CallsPage.rows

    private struct Key: Hashable {
        let number: Int
        let language: ConsoleLanguage
    }

    private struct State {
        var rows: [Key: String] = [:]
        var order: [Key] = []
    }

    private let state = Mutex(State())

    /// Returns a call as a row of the unfiltered list, in one line.
    func row(_ number: Int, _ entry: CallEntry, _ words: Words) -> String {
        let key = Key(number: number, language: words.language)
        if let row = state.withLock({ $0.rows[key] }) { return row }
        let html = CallRow(record: entry.record(number: number), query: CallsQuery(FormFields(""))).html(words)
        state.withLock { state in
            if state.rows.updateValue(html, forKey: key) == nil { state.order.append(key) }
            if state.order.count > Self.most { state.rows[state.order.removeFirst()] = nil }
        }
        return html
    }
}
