import Hummingbird
import NIOCore
import OfficialAccount
import TagStore

/// What the admin plane does with followers: lines in, lines out, one openid each.
struct FollowerRoutes: Sendable {
    let store: any TagStore
    let surroundings: Surroundings

    /// openids that are handed to the store at once.
    private static let batch = 10_000
    /// Broken lines that are reported one by one; the others are only counted.
    private static let reported = 1000

    var routes: [AdminRoute] {
        [
            AdminRoute(
                .get, "/accounts/{appid}/followers", "Export everyone who follows at present, a line each.",
                statuses: [200, 404], handler: export),
            AdminRoute(
                .post, "/accounts/{appid}/followers",
                "Import followers: plain lines, CSV with an openid column, or NDJSON with an openid member.",
                body: .lines,
                statuses: [200, 404]
            ) { try await each(line: $0, $1, apply: follow) },
            AdminRoute(
                .post, "/accounts/{appid}/followers/remove", "Have followers unfollow, from the same kinds of lines.",
                body: .lines, statuses: [200, 404]
            ) { try await each(line: $0, $1, apply: unfollow) },
        ]
    }

    @Sendable private func export(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let appID = try await existing(context)
        let store = store
        return Response(
            status: .ok, headers: [.contentType: "text/csv; charset=utf-8"],
            body: ResponseBody { writer in
                try await writer.write(ByteBuffer(string: "openid\n"))
                var cursor: OpenID?
                repeat {
                    let page = try await store.followers(after: cursor, of: appID)
                    var lines = ByteBuffer()
                    for openID in page.openIDs { lines.writeString("\(openID)\n") }
                    try await writer.write(lines)
                    cursor = page.openIDs.last
                } while cursor != nil
                try await writer.finish(nil)
            })
    }

    private func follow(_ openIDs: [OpenID], _ appID: AppID) async throws -> Int {
        try await store.follow(openIDs, of: appID, at: surroundings.now())
    }

    private func unfollow(_ openIDs: [OpenID], _ appID: AppID) async throws -> Int {
        try await store.unfollow(openIDs, of: appID)
        return openIDs.count
    }

    /// Reads the lines as they come and applies them in batches; a broken one is reported and passed over.
    private func each(
        line request: Request, _ context: BasicRequestContext, apply: ([OpenID], AppID) async throws -> Int
    ) async throws -> Response {
        let appID = try await existing(context)
        var reader = OpenIDLineReader()
        var report = Report()
        for try await buffer in request.body {
            reader.read(buffer.readableBytesView)
            if reader.openIDs.count >= Self.batch || reader.brokenLines >= Self.reported {
                try await report.take(&reader, appID, apply)
            }
        }
        reader.finish()
        try await report.take(&reader, appID, apply)
        return .json { report.fields(&$0) }
    }

    private func existing(_ context: BasicRequestContext) async throws -> AppID {
        let appID = try AccountRoutes.appID(context)
        guard try await store.account(appID) != nil else { throw AdminError(Refusal.unknownAccount(appID)) }
        return appID
    }

    /// What became of the lines.
    private struct Report {
        private var openIDs = 0
        private var changed = 0
        private var broken = 0
        private var errors: [OpenIDLineReader.BrokenLine] = []

        mutating func take(
            _ reader: inout OpenIDLineReader, _ appID: AppID, _ apply: ([OpenID], AppID) async throws -> Int
        ) async throws {
            let (batch, lines) = reader.take()
            if !batch.isEmpty { changed += try await apply(batch, appID) }
            openIDs += batch.count
            broken += lines.count
            errors += lines.prefix(FollowerRoutes.reported - errors.count)
        }

        func fields(_ fields: inout JSONText.Fields) {
            fields.field("openids", openIDs)
            fields.field("changed", changed)
            fields.field("broken", broken)
            fields.field("errors") { json in
                json.array(errors) { error, json in
                    json.object {
                        $0.field("line", error.number)
                        $0.field("reason", error.reason)
                    }
                }
            }
        }
    }
}
