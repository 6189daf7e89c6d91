import AdminAPI
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

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
    let seats: LiveSeats

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

    /// - Parameters:
    ///   - lastSeen: the last event that a browser had before it connected again; nil for a new page.
    ///   - isAdmitted: whether the caller may still see calls; it is asked before each event.
    func response(_ visit: ConsoleVisit, lastSeen: Int?, while isAdmitted: @escaping @Sendable () -> Bool) -> Response {
        let query = CallsQuery(visit.query)
        // A number from before a restart may be beyond the last call.
        let start = min(journal.last, max(0, lastSeen ?? visit.query.number("after") ?? journal.last))
        let counts = visit.query["counted"] != nil
        let words = visit.words
        var headers = ConsoleAssets.guards
        headers[.contentType] = "text/event-stream"
        headers[.cacheControl] = "no-store"
        // Proxies of the kind of nginx hold nothing back.
        if let name = HTTPField.Name("X-Accel-Buffering") { headers[name] = "no" }
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { [seats] writer in
                guard seats.take() else {
                    try await writer.write(ByteBuffer(string: "retry: 30000\n\n"))
                    return try await writer.finish(nil)
                }
                defer { seats.leave() }
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
                    // A comment goes out where there is nothing to say: only a write notices that the reader has gone.
                    try await writer.write(ByteBuffer(string: event?.text ?? ":\n\n"))
                    // The page closes the stream when it has loaded.
                    if event == .reload { break }
                    sent += max(0, last - place)
                    place = max(place, last)
                    guard await !JournalRoutes.waits(for: journal, after: place) else { break }
                    if counts { try? await Task.sleep(for: .seconds(1)) }
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

/// Seats for streams of calls: they keep connections for long, and others need some too.
final class LiveSeats: Sendable {
    private static let most = 24

    private let taken = Mutex(0)

    /// Takes a seat. Returns false if all are taken.
    func take() -> Bool {
        taken.withLock { taken in
            guard taken < Self.most else { return false }
            taken += 1
            return true
        }
    }

    func leave() { taken.withLock { $0 -= 1 } }
}
