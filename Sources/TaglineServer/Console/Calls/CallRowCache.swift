import Synchronization

/// A cache of recently rendered rows of the list of calls. With it, the server renders a row only once in each
/// language, even if many browsers show the list.
final class CallRowCache: Sendable {
    /// The most rows that the cache keeps: two pages in each of the two languages.
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

    /// Returns the HTML of a row of the list without a filter, in one line.
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
