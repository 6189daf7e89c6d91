import AdminAPI
import FollowerFiles
import Hummingbird
import NIOCore
import OfficialAccount
import TagStore

/// The routes of the admin plane for followers: import, export and removal as lines of text, and pages as JSON.
struct FollowerRoutes: Sendable {
    let store: any TagStore
    let surroundings: Surroundings

    /// The number of openids after which a batch goes to the store.
    private static let batch = 10_000
    /// The most broken lines that the server reports one by one. The server only counts further broken lines.
    fileprivate static let reported = 1000

    var routes: [AdminRoute] {
        [
            AdminRoute(
                .get, "/accounts/{appid}/followers",
                "Export every present follower, one on each line, as openids, CSV or NDJSON.",
                query: Self.exportQuery, answers: [.text("text/csv"), .lines([FollowerInfo.self])],
                statuses: [200, 400, 404], handler: export),
            AdminRoute(
                .get, "/accounts/{appid}/followers/page", "Show followers with their tags, a page at a time.",
                query: Self.pageQuery, answer: FollowerListing.self, statuses: [200, 404, 409], handler: page),
            AdminRoute(
                .post, "/accounts/{appid}/followers",
                "Import followers: plain lines, CSV with an openid column, or NDJSON with an openid member.",
                query: Self.linesQuery, body: .lines(mayBeEmpty: true), answer: LinesReport.self,
                statuses: [200, 400, 404]
            ) { try await each(line: $0, $1, apply: follow) },
            AdminRoute(
                .post, "/accounts/{appid}/followers/remove",
                "Make followers unfollow; the lines have the same form as for the import.",
                query: Self.linesQuery, body: .lines(mayBeEmpty: true), answer: LinesReport.self,
                statuses: [200, 400, 404]
            ) { try await each(line: $0, $1, apply: unfollow) },
        ]
    }

    private static let pageQuery = [
        AdminMember("after", .text(.openID), "the openid after which the page begins; absent for the first page"),
        AdminMember("tag", .number(0...Int(Int32.max)), "only followers who carry this tag"),
        AdminMember(
            "where", .text(.any),
            "only followers who meet this tag expression, such as vip & !churned; "
                + "the answer then also has the member search, with the number of these followers"),
        AdminMember("limit", .number(1...1000), "the most followers on the page; 100 if absent"),
    ]

    private static let exportQuery = [
        AdminMember(
            "format", .choice(FollowerExport.allCases.map(\.rawValue)),
            "openids, csv or ndjson; csv and ndjson also have the time of following, tags and remark; openids if absent"
        )
    ]

    private static let linesQuery = [
        AdminMember("column", .text(.any), "the column of the openids, by its name in the header; openid if absent")
    ]

    @Sendable private func page(_ request: Request, _ context: AdminContext) async throws -> FollowerListing {
        let appID = try await store.existing(context)
        let query = try AdminQuery(request, of: Self.pageQuery)
        let after = query["after"].flatMap { OpenID($0) }
        let tag = query.number("tag").map { TagID($0) }
        let limit = query.number("limit") ?? 100
        if let text = query["where"], !text.isEmpty {
            guard tag == nil else {
                throw AdminError.conflict("give tag or where, not both; a tag expression can name the tag too")
            }
            return try await search(text, of: appID, after: after, limit: limit)
        }
        let page = try await FollowerPage(of: appID, carrying: tag, after: after, limit: limit, in: store)
        return FollowerListing(
            followers: page.profiles.map { FollowerInfo($0) }, next: page.next.map { $0.description })
    }

    private func search(
        _ text: String, of appID: AppID, after cursor: OpenID?, limit: Int
    ) async throws -> FollowerListing {
        let search: FollowerSearch
        let tags = try await store.tags(of: appID)
        do {
            search = try FollowerSearch(text, tags: tags)
        } catch {
            throw AdminError(searching: error)
        }
        let found = try await search.page(of: appID, after: cursor, limit: limit, in: store)
        return FollowerListing(
            followers: found.profiles.map { FollowerInfo($0) }, next: found.next.map { $0.description },
            search: FollowerMatches(count: found.count, lookedAt: found.lookedAt, isComplete: found.isComplete))
    }

    @Sendable private func export(_ request: Request, _ context: AdminContext) async throws -> Response {
        let appID = try await store.existing(context)
        let chosen = try AdminQuery(request, of: Self.exportQuery)["format"]
        let format = chosen.flatMap { FollowerExport(rawValue: $0) } ?? .openIDs
        return Response(
            status: .ok, headers: [.contentType: format.mediaType], body: try await format.body(of: appID, in: store))
    }

    private func follow(_ openIDs: [OpenID], _ appID: AppID) async throws -> Int {
        try await store.follow(openIDs, of: appID, at: surroundings.now())
    }

    private func unfollow(_ openIDs: [OpenID], _ appID: AppID) async throws -> Int {
        try await store.unfollow(openIDs, of: appID)
        return openIDs.count
    }

    /// Reads the lines of the request while they arrive, and applies them in batches. Reports broken lines and skips
    /// them.
    private func each(
        line request: Request, _ context: AdminContext, apply: ([OpenID], AppID) async throws -> Int
    ) async throws -> LinesReport {
        let appID = try await store.existing(context)
        let column = try AdminQuery(request, of: Self.linesQuery)["column"].flatMap { $0.isEmpty ? nil : $0 }
        var reader = FollowerReader(FollowerColumns(openID: column, tags: .unread))
        var batch = Batch()
        var report = LinesReport()
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
        if !reader.remarks.isEmpty { report.remarks = reader.remarks.map(\.description) }
        return report
    }

    /// Rows that the server has read but not yet applied.
    fileprivate struct Batch {
        var openIDs: [OpenID] = []
        var broken: [LinesReport.BrokenLine] = []
        /// The number of the line of the batch's first follower.
        var firstLine = 0

        mutating func add(_ row: FollowerRow) {
            switch row {
            case .follower(let openID, _, let line):
                if openIDs.isEmpty { firstLine = line }
                openIDs.append(openID)
            case .bad(_, let reason, let line):
                broken.append(LinesReport.BrokenLine(line: line, reason: "line \(line): \(reason)"))
            }
        }
    }
}

extension LinesReport {
    /// Applies the openids of `batch`, adds its counts and broken lines to the report, and empties `batch`.
    fileprivate mutating func take(
        _ batch: inout FollowerRoutes.Batch, _ appID: AppID, _ apply: ([OpenID], AppID) async throws -> Int
    ) async throws {
        do {
            if !batch.openIDs.isEmpty { changed += try await apply(batch.openIDs, appID) }
        } catch let refusal as Refusal {
            throw failure(AdminError(refusal), from: batch.firstLine)
        }
        openIDs += batch.openIDs.count
        broken += batch.broken.count
        errors += batch.broken.prefix(FollowerRoutes.reported - errors.count)
        batch.openIDs.removeAll(keepingCapacity: true)
        batch.broken.removeAll(keepingCapacity: true)
    }

    /// Returns `error` with a sentence about where the server stopped, and how many openids it had applied before.
    ///
    /// - Parameter line: the number of the line of the first follower that the server did not apply; nil if the
    ///   sentence of `error` already names a line.
    fileprivate func failure(_ error: AdminError, from line: Int? = nil) -> AdminError {
        let place = line.map { "; the server stopped at line \($0)" } ?? ""
        return AdminError(
            status: error.status,
            sentence:
                "\(error.sentence)\(place); the server applied \(openIDs) openids before that, "
                + "and you can send the file again")
    }
}

extension FollowerInfo {
    fileprivate init(_ profile: FollowerProfile) {
        let following = profile.following
        self.init(
            openID: profile.openID.description, since: following?.since ?? 0,
            tags: following?.tagIDs.map(\.rawValue) ?? [], remark: following?.remark ?? "")
    }
}
