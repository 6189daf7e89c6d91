import AdminAPI
import HTTPTypes
import Hummingbird
import NIOCore
import OfficialAccount
import Synchronization

/// Sends new rows of the list of calls to the page as server-sent events.
///
/// A page with a filter, with older calls, or with the details of a call gets the number of new calls instead. If many
/// calls arrive in a short time, the stream sends no rows but tells the page to reload, at most once in five seconds.
struct LiveCalls: Sendable {
    static let path = "\(ConsoleScreen.calls.path)/live"
    /// The most rows that a stream sends before the page must reload. This limits the size of the page.
    static let mostRows = 100
    /// The most calls in a tenth of a second that a stream sends as rows. If more calls arrive, the page must reload.
    static let mostAtOnce = 20

    /// The shortest time between the start of a stream and the event that tells the page to reload.
    static let shortestStay = Duration.seconds(5)

    let journal: CallJournal
    let cache: CallRowCache
    let seats: LiveSeats

    /// Returns the address of the stream for a page that knows the calls up to the number `last`.
    static func address(after last: Int, query: CallsQuery) -> String {
        var fields = query.fields.filter { !["before", "call"].contains($0.0) }
        fields.append(("after", "\(last)"))
        if !query.isLive { fields.append(("counted", "1")) }
        return FormFields.address(path, fields)
    }

    /// An event of the stream. It is a value, so that a test can check it without a stream.
    enum Event: Equatable {
        case rows(String, last: Int)
        case count(String)
        case reload

        var text: String {
            switch self {
            case .rows(let html, let last): "id: \(last)\nevent: rows\n\(Self.data(html))\n"
            case .count(let html): "event: count\n\(Self.data(html))\n"
            case .reload: "event: reload\n\(Self.data("."))\n"
            }
        }

        /// Returns `text` as the data of an event. Each line of `text` becomes one `data` field.
        private static func data(_ text: String) -> String {
            text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { "data: \($0)\n" }.joined()
        }
    }

    /// - Parameters:
    ///   - lastSeen: the number of the last call that the browser received before it reconnected; nil for a new page.
    ///   - isAdmitted: returns whether the browser may still see calls. The stream runs this function before each
    ///     event.
    func response(_ visit: ConsoleVisit, lastSeen: Int?, while isAdmitted: @escaping @Sendable () -> Bool) -> Response {
        let query = CallsQuery(visit.query)
        // After a restart of the server, the number from the browser may be higher than the number of the last call.
        let start = min(journal.last, max(0, lastSeen ?? visit.query.number("after") ?? journal.last))
        let counts = visit.query["counted"] != nil
        let words = visit.words
        var headers = ConsoleAssets.guards
        headers[.contentType] = "text/event-stream"
        headers[.cacheControl] = "no-store"
        // Tells proxies such as nginx not to buffer the stream.
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
                        ? counted(query, after: place, upTo: last, &count, words)
                        : rows(after: place, upTo: last, sent: sent, words)
                    if event == .reload {
                        try? await Task.sleep(until: opened + Self.shortestStay)
                    }
                    // If there is no event, send a comment: only a write shows that the browser has disconnected.
                    try await writer.write(ByteBuffer(string: event?.text ?? ":\n\n"))
                    // The reloaded page opens a new stream.
                    if event == .reload { break }
                    sent += max(0, last - place)
                    place = max(place, last)
                    guard await !JournalRoutes.waits(for: journal, after: place) else { break }
                    if counts { try? await Task.sleep(for: .seconds(1)) }
                }
                try await writer.finish(nil)
            })
    }

    /// Returns the rows of the calls after `number`, up to `last`, newest first; nil if there are no such calls.
    ///
    /// Returns ``Event/reload`` if there are too many calls.
    func rows(after number: Int, upTo last: Int, sent: Int, _ words: Words) -> Event? {
        let found = journal.find(CallFilter(), after: number, before: last + 1, limit: Self.mostAtOnce + 1)
        guard !found.entries.isEmpty else { return nil }
        guard found.entries.count <= Self.mostAtOnce, sent + found.entries.count <= Self.mostRows, found.missed == 0
        else { return .reload }
        let html = found.entries.reversed().map { cache.row($0.number, $0.entry, words) }
        return .rows(html.joined(), last: found.last)
    }

    /// Adds to `count` the number of calls after `number`, up to `last`, that the page would show. Returns the event to
    /// send; nil if there are no new calls.
    func counted(
        _ query: CallsQuery, after number: Int, upTo last: Int, _ count: inout Int, _ words: Words
    ) -> Event? {
        guard let filter = try? query.filter() else { return nil }
        let more = journal.find(filter, after: number, before: last + 1, limit: CallJournal.capacity).entries.count
        guard more > 0 else { return nil }
        count += more
        let text = words.text("new_calls", ["n": count.grouped])
        let address = PageEscaping().escapeText(query.with(before: nil).address)
        return .count("<a href=\"\(address)\">\(PageEscaping().escapeText(text))</a>")
    }
}

/// Limits the number of open streams of calls. A stream keeps its connection open for a long time, and other callers
/// need connections too.
final class LiveSeats: Sendable {
    private static let most = 64

    private let taken = Mutex(0)

    /// Counts a new stream. Returns false if the largest number of streams is already open.
    func take() -> Bool {
        taken.withLock { taken in
            guard taken < Self.most else { return false }
            taken += 1
            return true
        }
    }

    func leave() { taken.withLock { $0 -= 1 } }
}
