import FollowerFiles
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
                answers: "text/csv", statuses: [200, 404], handler: export),
            AdminRoute(
                .get, "/accounts/{appid}/followers/page", "Show followers with their tags, a page at a time.",
                query: Self.pageQuery, statuses: [200, 400, 404], handler: page),
            AdminRoute(
                .post, "/accounts/{appid}/followers",
                "Import followers: plain lines, CSV with an openid column, or NDJSON with an openid member.",
                query: Self.linesQuery, body: .lines(mayBeEmpty: true), statuses: [200, 400, 404]
            ) { try await each(line: $0, $1, apply: follow) },
            AdminRoute(
                .post, "/accounts/{appid}/followers/remove", "Have followers unfollow, from the same kinds of lines.",
                query: Self.linesQuery, body: .lines(mayBeEmpty: true), statuses: [200, 400, 404]
            ) { try await each(line: $0, $1, apply: unfollow) },
        ]
    }

    private static let pageQuery = [
        AdminMember("after", .text(.openID), "the openid after which the page begins; absent for the first page"),
        AdminMember("tag", .number(0...Int(Int32.max)), "only those who carry this tag"),
        AdminMember("limit", .number(1...1000), "how many at most; 100 if absent"),
    ]

    private static let linesQuery = [
        AdminMember("column", .text(.any), "the column of the openids, by its name in the header; openid if absent")
    ]

    @Sendable private func page(_ request: Request, _ context: AdminContext) async throws -> Response {
        let appID = try await store.existing(context)
        let query = CallQuery(request.uri)
        let after = try Self.parameter("after", of: query, "an openid") { OpenID($0) }
        let tag = try Self.parameter("tag", of: query, "the id of a tag") { TagID(digits: $0) }
        let limit = try Self.parameter("limit", of: query, "a number from 1 to 1000") { text in
            Int(text).flatMap { 1...1000 ~= $0 ? $0 : nil }
        }
        let page = try await FollowerPage(of: appID, carrying: tag, after: after, limit: limit ?? 100, in: store)
        return .json { answer in
            answer.field("followers") { json in json.array(page.profiles) { $0.writeLine(to: &$1) } }
            if let next = page.next { answer.field("next") { $0.openID(next) } }
        }
    }

    private static func parameter<Value>(
        _ name: Substring, of query: CallQuery, _ form: String, _ read: (String) -> Value?
    ) throws(AdminError) -> Value? {
        guard let text = query.raw(name) else { return nil }
        guard let value = read(text) else {
            throw .badRequest("\(name) must be \(form), not \(Refusal.quoted(text))")
        }
        return value
    }

    @Sendable private func export(_ request: Request, _ context: AdminContext) async throws -> Response {
        let appID = try await store.existing(context)
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
        line request: Request, _ context: AdminContext, apply: ([OpenID], AppID) async throws -> Int
    ) async throws -> Response {
        let appID = try await store.existing(context)
        var reader = FollowerReader(FollowerColumns(openID: CallQuery(request.uri)["column"], tags: .unread))
        var batch = Batch()
        var report = Report()
        do {
            for try await buffer in request.body {
                try buffer.withUnsafeReadableBytes { try reader.read($0) { batch.add($0) } }
                if batch.openIDs.count >= Self.batch || batch.broken.count >= Self.reported {
                    try await report.take(&batch, appID, apply)
                }
            }
            try reader.finish { batch.add($0) }
        } catch let unusable as UnusableFile {
            throw report.failure(.badRequest("the input cannot be used: \(unusable.sentence(for: nil))"))
        }
        try await report.take(&batch, appID, apply)
        let remarks = reader.remarks
        return .json { report.fields(&$0, remarks: remarks) }
    }

    /// A line without an openid.
    private struct BrokenLine {
        /// The number of the line. Lines count from 1.
        let number: Int
        let reason: String
    }

    /// Rows that are read but not yet applied.
    private struct Batch {
        var openIDs: [OpenID] = []
        var broken: [BrokenLine] = []

        mutating func add(_ row: FollowerRow) {
            switch row {
            case .follower(let openID, _, _): openIDs.append(openID)
            case .bad(_, let reason, let line):
                broken.append(BrokenLine(number: line, reason: "line \(line): \(reason)"))
            }
        }
    }

    /// What became of the lines.
    private struct Report {
        private var openIDs = 0
        private var changed = 0
        private var broken = 0
        private var errors: [BrokenLine] = []

        mutating func take(
            _ batch: inout Batch, _ appID: AppID, _ apply: ([OpenID], AppID) async throws -> Int
        ) async throws {
            do {
                if !batch.openIDs.isEmpty { changed += try await apply(batch.openIDs, appID) }
            } catch let refusal as Refusal {
                throw failure(AdminError(refusal))
            }
            openIDs += batch.openIDs.count
            broken += batch.broken.count
            errors += batch.broken.prefix(FollowerRoutes.reported - errors.count)
            batch.openIDs.removeAll(keepingCapacity: true)
            batch.broken.removeAll(keepingCapacity: true)
        }

        /// Returns the error that says why the server did not take the rest.
        func failure(_ error: AdminError) -> AdminError {
            AdminError(
                status: error.status,
                sentence:
                    "\(error.sentence); \(openIDs) openids were taken before that, and the file can be sent again")
        }

        func fields(_ fields: inout JSONText.Fields, remarks: [FollowerReader.Remark]) {
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
            guard !remarks.isEmpty else { return }
            fields.field("remarks") { json in json.array(remarks) { $1.string($0.description) } }
        }
    }
}

extension FollowerProfile {
    fileprivate func writeLine(to json: inout JSONText) {
        json.object { fields in
            fields.field("openid") { $0.openID(openID) }
            fields.field("since", Int(following?.since ?? 0))
            fields.field("tags") { json in json.array(following?.tagIDs ?? []) { $1.number($0.rawValue) } }
            fields.field("remark", following?.remark ?? "")
        }
    }
}
