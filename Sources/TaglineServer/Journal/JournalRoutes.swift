import AdminAPI
import HTTPTypes
import Hummingbird
import NIOCore
import OfficialAccount
import ServiceLifecycle
import TagStore

/// Answers the requests to the admin plane that concern the calls in the journal.
struct JournalRoutes: Sendable {
    let journal: CallJournal

    /// The longest time that a request waits for calls.
    private static let longestWait = Duration.seconds(300)

    private static let filters = [
        AdminMember("account", .text(.appID), "calls of this account"),
        AdminMember("path", .text(.name), "calls to this path, or to a path with this end, such as batchtagging"),
        AdminMember(
            "errcode", .number(-1_000_000...Int(Int32.max)), "calls with this errcode; 0 for the successful ones"),
        AdminMember("refused", .flag, "true for refused calls only, false for successful ones only"),
        AdminMember("openid", .text(.openID), "calls that name this openid"),
        AdminMember("rid", .text(.rid), "the call that was answered with this rid"),
        AdminMember("via", .choice(["account", "platform", "cloud"]), "who called"),
        AdminMember("fault", .text(.name), "calls on which this fault rule fired"),
        AdminMember("since", .number(0...Int(Int32.max)), "calls from this moment on, in Unix seconds of the server"),
        AdminMember("until", .number(0...Int(Int32.max)), "calls before this moment, in Unix seconds of the server"),
        AdminMember("after", .number(0...Int.max >> 11), "calls after the call with this number"),
        AdminMember("mark", .text(.name), "calls after this mark"),
        AdminMember("before", .number(0...Int.max >> 11), "calls before the call with this number"),
    ]

    private static let pageQuery =
        filters + [
            AdminMember(
                "limit", .number(1...CallJournal.capacity),
                "the most calls: the first ones after a number or a mark, otherwise the last ones; 100 if absent"),
            AdminMember(
                "wait", .text(.duration(upTo: longestWait)),
                "how long to wait for calls, 5m at most; without after or mark, the calls begin with the oldest"),
            AdminMember(
                "count", .number(1...CallJournal.capacity), "the number of calls that ends the wait; 1 if absent"),
            AdminMember("follow", .flag, "true to send calls without end as NDJSON; server-sent events never end"),
        ]

    var routes: [AdminRoute] {
        [
            AdminRoute(
                .get, "/calls",
                "Show calls, oldest first: as JSON, as NDJSON or as server-sent events, as Accept asks for.",
                query: Self.pageQuery, answers: CallFormat.answers, statuses: [200, 400, 404], handler: calls),
            AdminRoute(.delete, "/calls", "Forget every call; the numbers of calls go on.", answer: JournalEnd.self) {
                _, _ in
                journal.removeAll()
                return JournalEnd(last: journal.last)
            },
            AdminRoute(
                .get, "/calls/hints", "Name the mistakes of clients that the kept calls show.", query: Self.filters,
                answers: [.json(CallHints.self)], statuses: [200, 400, 404]
            ) { request, _ in
                let query = try AdminQuery(request, of: Self.filters)
                let after = try start(query)
                return .json(
                    CallHintFinder.hints(
                        in: journal.find(Self.filter(query), after: after, limit: CallJournal.capacity).entries))
            },
            AdminRoute(
                .get, "/calls/refusals", "Group refused calls by errcode, path and account.", query: Self.filters,
                answers: [.json(CallRefusalList.self)], statuses: [200, 400, 404]
            ) { request, _ in
                let query = try AdminQuery(request, of: Self.filters)
                return .json(journal.refusals(of: Self.filter(query), after: try start(query)))
            },
            AdminRoute(
                .post, "/calls/marks", "Set a mark after the last call.",
                body: .optionalObject([Self.markName]), answers: [.json(CallMark.self)], handler: mark),
        ]
    }

    private static let markName = AdminMember(
        "name", .text(.name), "the name of the mark; if absent, the server chooses a free name")

    private struct MarkWish: Decodable {
        let name: String?
    }

    @Sendable private func mark(_ request: Request, _ context: AdminContext) async throws -> Response {
        let wish: MarkWish = try await request.decodeJSON(of: [Self.markName], mayBeEmpty: true)
        return .json(journal.mark(wish.name))
    }

    // MARK: Reading

    @Sendable private func calls(_ request: Request, _ context: AdminContext) async throws -> Response {
        let query = try AdminQuery(request, of: Self.pageQuery)
        let filter = Self.filter(query)
        var after = try start(query)
        let limit = query.number("limit") ?? 100
        switch CallFormat(accept: request.headers[.accept] ?? "") {
        case .events:
            // A browser that lost its connection sends the number of the last call that it received.
            if let seen = request.headers[Self.lastEventID].flatMap({ Int($0) }), seen >= 0 { after = seen }
            return stream(filter, after: after, limit: limit, .events, follows: true)
        case .lines:
            return stream(filter, after: after, limit: limit, .lines, follows: query.flag("follow") ?? false)
        case .page:
            guard let wait = query["wait"].flatMap({ DurationText.duration($0) }) else {
                return .json(journal.page(of: filter, after: after, before: query.number("before"), limit: limit))
            }
            let count = query.number("count") ?? 1
            let start = after
            let page = await cancelWhenGracefulShutdown {
                await journal.page(of: filter, after: start, limit: limit, count: count, within: wait)
            }
            return .json(page)
        }
    }

    static let lastEventID = HTTPField.Name("Last-Event-ID") ?? .accept

    private func stream(
        _ filter: CallFilter, after: Int?, limit: Int, _ format: CallFormat, follows: Bool
    ) -> Response {
        let stream = CallStream(
            journal: journal, filter: filter, after: after, limit: limit, format: format, follows: follows)
        return Response(
            status: .ok, headers: [.contentType: format.mediaType, .cacheControl: "no-store"], body: stream.body)
    }

    /// The time after which a stream without calls sends an empty message, so that the connection stays open.
    private static let heartbeat = Duration.seconds(15)
    /// The time during which a stream gathers calls before it sends them. Without this time, many readers would slow
    /// down the callers.
    private static let gathering = Duration.milliseconds(100)

    /// Waits until there is a call after `number`, but no longer than ``heartbeat``. Then waits for ``gathering``, so
    /// that further calls can arrive. Returns whether the server is shutting down.
    static func waits(for journal: CallJournal, after number: Int) async -> Bool {
        await cancelWhenGracefulShutdown {
            await journal.waitForMore(than: number, until: .now + heartbeat)
            try? await Task.sleep(for: gathering)
            return Task.isCancelled
        }
    }

    private func start(_ query: AdminQuery) throws(AdminError) -> Int? {
        guard let name = query["mark"] else { return query.number("after") }
        guard let mark = journal.mark(named: name) else {
            throw .notFound("there is no mark \(Refusal.quoted(name)); set one with POST /calls/marks")
        }
        return max(mark.after, query.number("after") ?? 0)
    }

    private static func filter(_ query: AdminQuery) -> CallFilter {
        var filter = CallFilter()
        filter.account = query["account"].map { AppID($0) }
        filter.path = query["path"]
        filter.errcode = query.number("errcode").map { ErrorCode($0) }
        filter.isRefused = query.flag("refused")
        filter.openID = query["openid"].flatMap { OpenID($0) }
        filter.rid = query["rid"]
        filter.via = query["via"].flatMap(CallRecord.Via.init(rawValue:))
        filter.fault = query["fault"]
        filter.since = query.number("since").map { UnixTime(seconds: Int64($0)) }
        filter.until = query.number("until").map { UnixTime(seconds: Int64($0)) }
        return filter
    }
}
