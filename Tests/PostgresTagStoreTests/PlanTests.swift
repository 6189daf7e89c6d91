import OfficialAccount
import TagStore
import TagStoreConformance
import Testing

@testable import PostgresTagStore

/// Checks the plans of statements. The database makes a plan once and keeps the plan, even if the tables grow to a
/// million times their length. The suite does not run on Citus, where the plans of the shards are not visible.
@Suite(.enabled(if: TestDatabase.url != nil && !TestDatabase.isCitus)) struct PlanTests {
    private static let appID = AppID("wx0000000000000001")
    private static let now = UnixTime(seconds: 1_700_000_000)

    private static func openID(_ number: Int) -> OpenID { .numbered("oPlans", number) }

    private static func openIDs(_ numbers: Range<Int>) -> [OpenID] { numbers.map(openID) }

    @Test(arguments: [false, true])
    func `no plan reads all followers of an account, even if the plan was made for few followers`(
        wereCountedEmpty: Bool
    ) async throws {
        try await TestDatabase.withSchema { schema in
            if wereCountedEmpty { try Self.count(schema) }
            var options = PostgresTagStore.Options()
            options.connections = 1
            options.foldThreshold = 1
            let store = try await PostgresTagStore(schema: schema, options: options, logger: .quiet)
            let secret = try #require(Fingerprint(repeatElement(7, count: Fingerprint.length)))
            try await store.createAccount(
                Account(appID: Self.appID, kind: .service, isCertified: true, secret: secret))
            var followers = 0
            for more in [3, 30, 20_000] {
                try await Self.useEverything(store, from: followers)
                #expect(try await Self.plans(store, "with \(followers) followers") > 20)
                try await store.follow(Self.openIDs(followers..<followers + more), of: Self.appID, at: Self.now)
                followers += more
                try Self.count(schema)
            }
            try await Self.useEverything(store, from: followers)
            #expect(try await Self.plans(store, "with \(followers) followers") > 20)
            try await store.close()
        }
    }

    /// Makes the database analyse its tables. The database then makes new plans.
    private static func count(_ schema: DatabaseSchema) throws {
        let connection = try Connection(schema.address, limits: SessionLimits())
        for table in Migration.distributedTables { try connection.execute("VACUUM ANALYZE \(schema.name).\(table)") }
    }

    /// Makes every kind of call that names followers, so that the database plans the statements of these calls.
    private static func useEverything(_ store: PostgresTagStore, from start: Int) async throws {
        let tag = try await store.createTag(named: "tag \(start)", id: nil, for: appID)
        let some = openIDs(start..<start + 2)
        let list = OpenIDList(some)
        try await store.follow(some, of: appID, at: now)
        try await store.batchTagging(list, tag: tag, for: appID)
        // The followers already carry the tag, so the optimistic form of ``GroupStatement`` fails. The pessimistic form
        // does not apply the next call, because one of its openids is unknown.
        try await store.batchTagging(list, tag: tag, for: appID)
        await #expect(throws: Refusal.self) {
            try await store.batchTagging(OpenIDList(some + [openID(99_999)]), tag: tag, for: appID)
        }
        // The store writes a chunk, and drops the chunk when no follower is left in it.
        await store.tidyUp()
        try await store.batchUntagging(list, tag: tag, for: appID)
        await store.tidyUp()
        try await store.setBlacklisted(true, list, for: appID)
        try await store.setRemark("remark", of: some[0], for: appID)
        _ = try await store.profiles(of: some, for: appID)
        _ = try await store.tagIDs(of: some[0], for: appID)
        try await store.unfollow(some, of: appID)
        try await store.follow(some, of: appID, at: now)
        try await store.batchTagging(list, tag: tag, for: appID)
        _ = try await store.followers(carrying: tag, after: some[0], for: appID)
        _ = try await store.followers(after: some[0], of: appID)
        _ = try await store.blacklist(after: some[0], of: appID)
        for try await _ in try await store.exportState(of: appID) {}
        _ = try await store.pool.run { connection in
            // The store uses these two statements only if there are many followers, so the test runs them directly.
            try connection.run(Statements.followersNumbered, [AccountKey(appID).parameter, .ints([0, 1])])
            try connection.run(Statements.setTags, [AccountKey(appID).parameter, .text("nobody"), .ints([Int]())])
        }
        // Deletes a tag, so that the statements for the deletion of a tag run.
        try await store.deleteTag(tag, for: appID)
    }

    /// Checks the plans that the session keeps. Returns the number of statements that have a plan.
    private static func plans(_ store: PostgresTagStore, _ situation: String) async throws -> Int {
        let plans = try await store.pool.run { connection -> [(statement: String, plan: [String])] in
            let statements = try connection.run(
                Statement(
                    "kept statements",
                    """
                    SELECT name, statement, cardinality(parameter_types) FROM pg_prepared_statements
                    WHERE statement ~ '^(SELECT|INSERT|UPDATE|DELETE|WITH)' AND statement ~ 'follower|carriers|flip'
                    """))
            var plans: [(statement: String, plan: [String])] = []
            for row in 0..<statements.count {
                let values = repeatElement("NULL", count: try statements.int(row, 2)).joined(separator: ", ")
                let name = "\"\(statements.text(row, 0))\""
                let lines = try connection.run(
                    Statement("plan of \(name)", "EXPLAIN EXECUTE \(name)\(values.isEmpty ? "" : "(\(values))")"))
                plans.append((statements.text(row, 1), (0..<lines.count).map { lines.text($0, 0) }))
            }
            return plans
        }
        for (statement, plan) in plans {
            let fault = Self.fault(of: statement, plan)
            #expect(fault == nil, "\(situation):\n\(statement)\n\(plan.joined(separator: "\n"))")
        }
        return plans.count
    }

    /// Returns the fault of a plan. Nil means that the plan has no fault.
    private static func fault(of statement: String, _ plan: [String]) -> String? {
        // These statements must read all rows of a tag or of all tags.
        let isWhole =
            ["DELETE FROM carriers", "DELETE FROM flip WHERE", "SELECT flip.account, flip.key FROM flip"]
            .contains { statement.hasPrefix($0) } && !statement.contains("ANY")
        let narrowing = ["follower": ["openid", "ordinal"], "carriers": ["chunk"], "flip": ["key"]]
        for (place, line) in plan.enumerated() {
            if line.contains("Nested Loop"), !statement.contains("LATERAL") { return "a loop in a loop" }
            guard line.contains("Scan"), !isWhole,
                let (table, columns) = narrowing.first(where: { line.contains(" on \($0.key) ") })
            else { continue }
            let condition = plan.dropFirst(place + 1).first ?? ""
            guard condition.contains("Index Cond:"), columns.contains(where: condition.contains) else {
                return "all of \(table)"
            }
        }
        return nil
    }
}
