import AdminAPI
import HTTPTypes
import Hummingbird
import NIOCore

/// Rows of the list as events, as calls arrive; or how many there are, while a person looks at something else.
///
/// Rows that come in great number are not sent one by one: the page is told to load itself again, at most once in five seconds.
struct LiveCalls: Sendable {
    static let path = "/console/calls/live"
    /// Rows that are sent before the page loads anew, so that it does not grow.
    static let mostRows = 100
    /// Calls in one gathering, a tenth of a second, beyond which the page loads anew: 200 a second.
    static let mostAtOnce = 20

    /// How long a page stays before it is told to load anew.
    static let shortestStay = Duration.seconds(5)

    let journal: CallJournal
    let cache: CallRowCache

    /// The address of the stream of a page that knows the calls up to a number.
    static func address(after last: Int, query: CallsQuery) -> String {
        var fields = query.fields.filter { !["before", "call"].contains($0.0) }
        fields.append(("after", "\(last)"))
        if !query.isLive { fields.append(("counted", "1")) }
        return path + "?" + FormFields.query(fields)
    }

    /// What is sent next: a value, so that it can be judged without a stream.
    enum Event: Equatable {
        case rows(String, last: Int)
        case count(String)
        case reload

        var text: String {
            switch self {
            case .rows(let html, let last): "id: \(last)\nevent: rows\ndata: \(html)\n\n"
            case .count(let html): "event: count\ndata: \(html)\n\n"
            case .reload: "event: reload\ndata: .\n\n"
            }
        }
    }

    /// - Parameter isAdmitted: whether the caller may still see calls; it is asked before each event.
    func response(_ visit: ConsoleVisit, while isAdmitted: @escaping @Sendable () -> Bool) -> Response {
        let query = CallsQuery(visit.query)
        let start = max(0, visit.query.number("after") ?? journal.last)
        let counts = visit.query["counted"] != nil
        let words = visit.words
        var headers = ConsoleAssets.guards
        headers[.contentType] = "text/event-stream"
        headers[.cacheControl] = "no-store"
        // Proxies of the kind of nginx hold nothing back.
        if let name = HTTPField.Name("X-Accel-Buffering") { headers[name] = "no" }
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
                let opened = ContinuousClock.now
                var (place, sent, count) = (start, 0, 0)
                while isAdmitted(), !Task.isCancelled {
                    let last = journal.last
                    let event =
                        counts
                        ? counted(query, after: place, &count, words) : rows(after: place, sent: sent, words)
                    if event == .reload {
                        try? await Task.sleep(until: opened + Self.shortestStay)
                    }
                    if let event { try await writer.write(ByteBuffer(string: event.text)) }
                    // The page closes the stream when it has loaded.
                    if event == .reload { break }
                    sent += max(0, last - place)
                    place = max(place, last)
                    guard await !JournalRoutes.waits(for: journal, after: place) else { break }
                    if counts { try? await Task.sleep(for: .seconds(1)) }
                    if journal.last == place { try await writer.write(ByteBuffer(string: ":\n\n")) }
                }
                try await writer.finish(nil)
            })
    }

    /// Returns the rows after a number, newest first; nil if there are none.
    func rows(after number: Int, sent: Int, _ words: Words) -> Event? {
        let found = journal.find(CallFilter(), after: number, limit: Self.mostAtOnce + 1)
        guard !found.entries.isEmpty else { return nil }
        guard found.entries.count <= Self.mostAtOnce, sent + found.entries.count <= Self.mostRows, found.missed == 0
        else { return .reload }
        let html = found.entries.reversed().map { cache.row($0.number, $0.entry, words) }
        return .rows(html.joined(), last: found.last)
    }

    /// Adds the calls after a number that the page would show to `count`, and returns what to say; nil if there are no more than before.
    func counted(_ query: CallsQuery, after number: Int, _ count: inout Int, _ words: Words) -> Event? {
        guard let filter = try? query.filter() else { return nil }
        let more = journal.find(filter, after: number, limit: CallJournal.capacity).entries.count
        guard more > 0 else { return nil }
        count += more
        let text = words.text("new_calls", ["n": NumberText.grouped(count)])
        let address = PageEscaping().escapeText(query.with(before: nil).address)
        return .count("<a href=\"\(address)\">\(PageEscaping().escapeText(text))</a>")
    }
}
