import OfficialAccount
import TagStore
import Testing

@testable import PostgresTagStore

/// Checks that each statement of a call needs only one machine. For this, each scan of a distributed table must name
/// the account.
@Suite(.enabled(if: TestDatabase.url != nil && !TestDatabase.isCitus)) struct CallsWayTests {
    @Test(arguments: [Dialect.postgres, .citus])
    func `no statement of a call reads more than one account`(dialect: Dialect) async throws {
        try await TestDatabase.withSchema { schema in
            var options = PostgresTagStore.Options()
            options.connections = 1
            options.dialect = dialect
            let store = try await PostgresTagStore(schema: schema, options: options, logger: .quiet)
            try await Self.call(store)
            let plans = try await Self.plans(store)
            #expect(plans.count > 15)
            for (statement, plan) in plans {
                #expect(Self.unnamed(in: plan).isEmpty, "\(statement)\n\(plan.joined(separator: "\n"))")
            }
            try await store.close()
        }
    }

    @Test func `this suite finds a scan that does not name an account`() {
        let plan = ["Index Scan using token_by_fingerprint on token", "  Index Cond: (fingerprint = $1)"]
        #expect(Self.unnamed(in: plan) == ["token"])
        #expect(Self.unnamed(in: [plan[0], "  Index Cond: ((account = $2) AND (fingerprint = $1))"]).isEmpty)
    }

    private static func call(_ store: PostgresTagStore) async throws {
        let secret = try #require(Fingerprint(repeatElement(7, count: Fingerprint.length)))
        let now = UnixTime(seconds: 1_700_000_000)
        let appID = SharedLoad.appID
        try await SharedLoad.prepare(store, secret: secret)
        let (openIDs, tag) = (Array(SharedLoad.followers.prefix(2)), SharedLoad.tags[0])
        let list = OpenIDList(openIDs)
        // The store's connection keeps the statements that prepared the test. A new connection keeps only the
        // statements of calls.
        try await store.pool.run { $0.abandon() }

        let token = try #require(Fingerprint(repeatElement(9, count: Fingerprint.length)))
        let text = TokenText(Array(repeating: 5, count: TokenText.bytes), of: AccountHash(appID))
        try await store.issueToken(
            NewToken(fingerprint: token, secret: secret), for: appID, at: now, rules: TokenRules())
        guard case .valid = try await store.verdict(on: token, text: text, at: now) else {
            Issue.record("the token does not work")
            return
        }
        _ = try await store.account(appID)
        try await store.batchTagging(list, tag: tag, for: appID)
        // The followers carry the tag already, so the optimistic form of the statement fails. Then the store tries the
        // pessimistic form.
        try await store.batchTagging(list, tag: tag, for: appID)
        try await store.changeAlone(.tag(SharedLoad.tags[1]), list, of: appID)
        try await store.batchUntagging(list, tag: tag, for: appID)
        try await store.batchUntagging(list, tag: tag, for: appID)
        try await store.setBlacklisted(true, list, for: appID)
        try await store.setRemark("remark", of: openIDs[0], for: appID)
        _ = try await store.profiles(of: openIDs, for: appID)
        _ = try await store.tagIDs(of: openIDs[0], for: appID)
        _ = try await store.tags(of: appID)
        _ = try await store.followers(carrying: tag, after: openIDs[0], for: appID)
        _ = try await store.followers(after: openIDs[0], of: appID)
        _ = try await store.blacklist(after: openIDs[0], of: appID)
        try await manage(appID, in: store)
    }

    /// Makes the calls of the admin plane and of the clean-up that concern one account.
    private static func manage(_ appID: AppID, in store: PostgresTagStore) async throws {
        _ = try await store.summary(of: appID)
        _ = try await store.counters(of: appID)
        try await store.updateAccount(appID, AccountChange())
        let call = RefusedCall(
            rid: "x", appID: appID, time: UnixTime(seconds: 1), milliseconds: 1, query: "", requestBody: "", answer: "",
            address: "")
        try await store.note([call])
        _ = try await store.refusedCall(rid: "x", askedBy: appID)
        await store.forgetRefusedCalls()
        let records = StateRecord.account(
            AccountState(
                account: Account(appID: AppID("wxnew"), kind: .service, isCertified: true, secret: .zero),
                nextTagID: 100, tags: []))
        _ = try await store.importState { sink in try sink.take(records) }
        try await store.deleteAccount(AppID("wxnew"))
    }

    private static func plans(_ store: PostgresTagStore) async throws -> [(statement: String, plan: [String])] {
        try await store.pool.run { connection in
            try connection.execute("SET plan_cache_mode = force_generic_plan")
            let statements = try connection.run(
                Statement(
                    "kept statements",
                    """
                    SELECT name, statement, cardinality(parameter_types) FROM pg_prepared_statements
                    WHERE statement ~ '^(SELECT|INSERT|UPDATE|DELETE|WITH)' AND statement !~ 'pg_prepared|pg_extension|migration'
                    """))
            return try (0..<statements.count).map { row in
                let values = repeatElement("NULL", count: try statements.int(row, 2)).joined(separator: ", ")
                let name = "\"\(statements.text(row, 0))\""
                let lines = try connection.run(
                    Statement("plan of \(name)", "EXPLAIN EXECUTE \(name)\(values.isEmpty ? "" : "(\(values))")"))
                return (statements.text(row, 1), (0..<lines.count).map { lines.text($0, 0) })
            }
        }
    }

    /// Returns the distributed tables that the plan scans without a condition on the account.
    private static func unnamed(in plan: [String]) -> [String] {
        var unnamed: [String] = []
        for (place, line) in plan.enumerated() where line.contains("Scan") {
            guard
                let table = Migration.distributedTables.first(where: { name in
                    line.contains(" on \(name) ") || line.hasSuffix(" on \(name)")
                })
            else { continue }
            let conditions = plan.dropFirst(place + 1).prefix { $0.contains("Cond:") || $0.contains("Filter:") }
            if !conditions.contains(where: { $0.contains("account = ") }) { unnamed.append(table) }
        }
        return unnamed
    }
}
