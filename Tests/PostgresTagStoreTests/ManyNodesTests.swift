import Foundation
import Logging
import OfficialAccount
import Synchronization
import TagStore
import Testing

@testable import PostgresTagStore

/// Tests several nodes on one database, also when the database fails.
@Suite(.enabled(if: TestDatabase.url != nil)) struct ManyNodesTests {
    private static let secret = Fingerprint(repeatElement(7, count: Fingerprint.length))

    private static func nodes(
        _ count: Int, _ schema: DatabaseSchema, _ options: PostgresTagStore.Options = .init()
    ) async throws -> [PostgresTagStore] {
        var nodes: [PostgresTagStore] = []
        for _ in 0..<count {
            nodes.append(try await PostgresTagStore(schema: schema, options: options, logger: .quiet))
        }
        return nodes
    }

    @Test(arguments: TestDatabase.isCitus ? [Dialect.citus] : [.postgres, .citus])
    func `two nodes that change the same followers report all acknowledged changes`(dialect: Dialect) async throws {
        try await TestDatabase.withSchema { schema in
            var options = PostgresTagStore.Options()
            options.foldThreshold = 20
            if !TestDatabase.isCitus { options.dialect = dialect }
            let nodes = try await Self.nodes(2, schema, options)
            try await SharedLoad.prepare(nodes[0], secret: #require(Self.secret))
            let load = SharedLoad()
            await load.run(at: nodes, callers: 24, seed: 11) { load.history.outcomes.values.reduce(0, +) > 6000 }
            for node in nodes { #expect(try await load.problems(node) == []) }
            let outcomes = load.history.outcomes
            print("two nodes: \(outcomes)")
            // Each call was applied, refused with 45169, or refused because a follower had too many tags. Each of the
            // three outcomes occurred, and no other outcome.
            #expect(Set(outcomes.keys) == [0, 45169, 45059])
            for node in nodes { try await node.close() }
        }
    }

    @Test func `a node sees the changes of another node`() async throws {
        try await TestDatabase.withSchema { schema in
            var options = PostgresTagStore.Options()
            options.credentialLife = .milliseconds(200)
            let nodes = try await Self.nodes(2, schema, options)
            let (here, there) = (nodes[0], nodes[1])
            let secret = try #require(Self.secret)
            try await SharedLoad.prepare(here, secret: secret)
            let (appID, start) = (SharedLoad.appID, UnixTime(seconds: 1_700_000_000))
            let list = OpenIDList(Array(SharedLoad.followers.prefix(3)))
            // With these calls, both nodes read the account's settings.
            try await here.batchTagging(list, tag: 100, for: appID)
            try await there.batchTagging(list, tag: 101, for: appID)

            var change = AccountChange()
            change.limits = LimitOverrides()
            change.limits?.tagsPerFollower = 2
            change.limits?.openIDsPerCall = 3
            try await here.updateAccount(appID, change)
            await #expect(throws: Refusal.self) { try await there.batchTagging(list, tag: 102, for: appID) }
            let four = OpenIDList(Array(SharedLoad.followers.prefix(4)))
            await #expect(throws: Refusal.self) { try await there.batchTagging(four, tag: 100, for: appID) }
            change.limits?.openIDsPerCall = 4
            try await here.updateAccount(appID, change)
            try await there.batchTagging(four, tag: 100, for: appID)

            try await here.deleteTag(101, for: appID)
            await #expect(throws: Refusal.self) { try await there.batchTagging(list, tag: 101, for: appID) }

            let token = try #require(Fingerprint(repeatElement(9, count: Fingerprint.length)))
            try await here.issueToken(
                NewToken(fingerprint: token, secret: secret), for: appID, at: start, rules: TokenRules())
            guard case .valid = try await there.verdict(on: token, at: start) else {
                Issue.record("a token that one node has issued does not work at the other node")
                return
            }
            var rotation = AccountChange()
            rotation.secret = Fingerprint(repeatElement(8, count: Fingerprint.length))
            try await here.updateAccount(appID, rotation)
            #expect(try await here.verdict(on: token, at: start) == .unknown)
            let end = ContinuousClock.now + .seconds(1)
            while ContinuousClock.now < end, try await there.verdict(on: token, at: start) != .unknown {
                await Task.yield()
            }
            #expect(try await there.verdict(on: token, at: start) == .unknown)
            for node in nodes { try await node.close() }
        }
    }

    /// The days and months of the counts: the year 2276, which a node whose clock was ahead has left, and days of 2022.
    @Test(arguments: TestDatabase.isCitus ? [Dialect.citus] : [.postgres, .citus])
    func `a count of a far later day or month gives way to the calls of a node`(dialect: Dialect) async throws {
        try await TestDatabase.withSchema { schema in
            var options = PostgresTagStore.Options()
            if !TestDatabase.isCitus { options.dialect = dialect }
            let nodes = try await Self.nodes(2, schema, options)
            func counter(_ name: String, _ period: Int64, _ count: Int) -> CallCounter {
                CallCounter(appID: SharedLoad.appID, name: name, period: period, count: count)
            }
            func addition(_ name: String, _ period: Int64, _ step: Int) -> CounterAddition {
                CounterAddition(appID: SharedLoad.appID, name: name, period: period, step: step)
            }
            try await nodes[0].saveCounters([
                counter("/a", 111_800, 7), counter("/b", 19_001, 7), counter("/c", 111_800, 7),
                counter("resets of all", 2276 * 12, 7), counter("resets of one", 2022 * 12 + 1, 7),
            ])
            // The clock of the second node is behind by a day or a month.
            let additions = [
                addition("/a", 19_000, 2), addition("/b", 19_000, 2), addition("resets of all", 2022 * 12, 2),
                addition("resets of one", 2022 * 12, 2),
            ]
            let sums = [
                counter("/a", 19_000, 2), counter("/b", 19_001, 7), counter("resets of all", 2022 * 12, 2),
                counter("resets of one", 2022 * 12 + 1, 7),
            ]
            #expect(Set(try await nodes[1].add(additions)) == Set(sums))
            #expect(Set(try await nodes[0].counters()) == Set(sums + [counter("/c", 111_800, 7)]))
            #expect(try await nodes[0].add([addition("/a", 19_000, 3)]) == [counter("/a", 19_000, 5)])
            for node in nodes { try await node.close() }
        }
    }

    @Test func `a tag that one node creates during a call of another node is not lost`() async throws {
        try await TestDatabase.withSchema { schema in
            let nodes = try await Self.nodes(2, schema)
            try await SharedLoad.prepare(nodes[0], secret: #require(Self.secret))
            let load = SharedLoad()
            let followers = Array(SharedLoad.followers.prefix(2))
            // The followers have almost twenty tags, so the node judges each further call alone. New tags replace
            // deleted tags.
            for tag in SharedLoad.tags.prefix(19) {
                try await nodes[0].batchTagging(OpenIDList(followers), tag: tag, for: SharedLoad.appID)
            }
            let isOver = Atomic(false)
            async let retagging: Void = load.run(at: [nodes[1]], callers: 2, seed: 21) {
                isOver.load(ordering: .relaxed)
            }
            for number in 0..<60 {
                let tag = try await nodes[0].createTag(named: "new \(number)", id: nil, for: SharedLoad.appID)
                let isApplied =
                    (try? await nodes[0].batchTagging(OpenIDList(followers), tag: tag, for: SharedLoad.appID)) != nil
                let carriers = try await nodes[0].followers(carrying: tag, after: nil, for: SharedLoad.appID)
                #expect(carriers == (isApplied ? followers : []))
                for follower in followers {
                    #expect(try await nodes[0].tagIDs(of: follower, for: SharedLoad.appID).contains(tag) == isApplied)
                }
                try await nodes[0].deleteTag(tag, for: SharedLoad.appID)
            }
            isOver.store(true, ordering: .relaxed)
            await retagging
            for node in nodes { try await node.close() }
        }
    }

    @Test func `several nodes can create the tables at once`() async throws {
        try await TestDatabase.withSchema { schema in
            let address = try TestDatabase.address
            let fresh = try DatabaseSchema(address, name: schema.name.replacing("test_", with: "again_"))
            let steps = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 { group.addTask { try fresh.migrate() } }
                return try await group.reduce(0, +)
            }
            #expect(steps == Migration.latest)
            try Connection(address, limits: SessionLimits()).execute("DROP SCHEMA \(fresh.name) CASCADE")
        }
    }

    @Test func `a database that is killed under load loses no acknowledged change`() async throws {
        try await PrivateCluster.with { cluster in
            let schema = try DatabaseSchema(
                DatabaseAddress("postgres://\(PrivateCluster.user)@\(cluster.host)/postgres"))
            _ = try schema.migrate()
            var options = PostgresTagStore.Options()
            options.foldThreshold = 20
            let nodes = try await Self.nodes(2, schema, options)
            try await SharedLoad.prepare(nodes[0], secret: #require(Self.secret))
            let load = SharedLoad()
            let isOver = Atomic(false)
            async let running: Void = load.run(at: nodes, callers: 24, seed: 12) { isOver.load(ordering: .relaxed) }
            for round in 1...4 {
                try await Self.progress(load, by: 400)
                try await cluster.kill()
                if round.isMultiple(of: 2) {
                    #expect(await nodes[0].condition != .writable)
                }
                try await cluster.start()
            }
            try await Self.progress(load, by: 400)
            isOver.store(true, ordering: .relaxed)
            await running
            for node in nodes { #expect(try await load.problems(node) == []) }
            #expect(await nodes[0].condition == .writable)
            print("killed and started: \(load.history.outcomes)")
            for node in nodes { try await node.close() }
        }
    }

    @Test func `a promoted standby has all acknowledged changes`() async throws {
        let settings = "-c synchronous_standby_names='*' -c synchronous_commit=remote_apply"
        try await PrivateCluster.with { primary in
            try await primary.withStandby { standby in
                try await primary.kill()
                let waiting = PrivateCluster(directory: primary.directory, port: primary.port, settings: settings)
                try await waiting.start()
                let address = "postgres://\(PrivateCluster.user)@\(primary.host),\(standby.host)/postgres"
                let schema = try DatabaseSchema(DatabaseAddress(address))
                _ = try schema.migrate()
                var options = PostgresTagStore.Options()
                options.foldThreshold = 20
                let nodes = try await Self.nodes(2, schema, options)
                try await SharedLoad.prepare(nodes[0], secret: #require(Self.secret))
                let load = SharedLoad()
                let isOver = Atomic(false)
                async let running: Void = load.run(at: nodes, callers: 24, seed: 13) { isOver.load(ordering: .relaxed) }
                try await Self.progress(load, by: 500)
                try await primary.kill()
                try await standby.promote()
                let promoted = ContinuousClock.now
                try await Self.progress(load, by: 100)
                let took = ContinuousClock.now - promoted
                #expect(took < .seconds(10), "service was back \(took) after the promotion")
                try await Self.progress(load, by: 500)
                isOver.store(true, ordering: .relaxed)
                await running
                for node in nodes { #expect(try await load.problems(node) == []) }
                print("promoted: \(load.history.outcomes), back after \(took)")
                for node in nodes { try await node.close() }
            }
        }
    }

    /// Waits until `count` more calls have been acknowledged.
    private static func progress(_ load: SharedLoad, by count: Int) async throws {
        let goal = (load.history.outcomes[0] ?? 0) + count
        let end = ContinuousClock.now + .seconds(60)
        while (load.history.outcomes[0] ?? 0) < goal {
            try #require(ContinuousClock.now < end, "no more calls are acknowledged:  \(load.history.outcomes)")
            await Task.yield()
        }
    }
}
