import Foundation
import Logging
import OfficialAccount
import Synchronization
import TagStore
import TagStoreConformance
import Testing

@testable import PostgresTagStore

/// Tests the faults between a node and its database, one at a time. The node reports each fault in one line, makes each
/// change completely or not at all, and works again afterwards.
@Suite(.enabled(if: TestDatabase.url != nil), .serialized) struct FaultTests {
    private static let appID = SharedLoad.appID
    private static let start = UnixTime(seconds: 1_700_000_000)

    private static func address(_ port: Int, user: String = PrivateCluster.user, _ options: String = "") -> String {
        "postgres://\(user)@127.0.0.1:\(port)/postgres\(options)"
    }

    private static func open(
        _ address: String, _ change: (inout PostgresTagStore.Options) -> Void = { _ in }
    ) async throws -> PostgresTagStore {
        var options = PostgresTagStore.Options()
        options.foldThreshold = 4
        change(&options)
        return try await PostgresTagStore(
            schema: DatabaseSchema(DatabaseAddress(address)), options: options, logger: .quiet)
    }

    private static func prepare(_ store: PostgresTagStore) async throws {
        try await SharedLoad.prepare(
            store, secret: #require(Fingerprint(repeatElement(7, count: Fingerprint.length))))
    }

    /// A change of the store, and a check that the change was made once.
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let make: @Sendable (PostgresTagStore, Int) async throws -> Void
        /// Returns whether the change with this number has been made exactly once.
        let isMade: @Sendable (PostgresTagStore, Int) async throws -> Bool

        static let all = [
            Change(testDescription: "tagging") { store, number in
                try await store.batchTagging(list(number), tag: 100, for: appID)
            } isMade: { store, number in
                try await isCarried(100, upTo: number, store)
            },
            Change(testDescription: "a tagging of a follower who already carries the tag") { store, number in
                // One of the followers carries the tag already. So the optimistic form of `GroupStatement` fails, and
                // the node tries the pessimistic form.
                let followers = [SharedLoad.followers[number], SharedLoad.followers[max(0, number - 1)]]
                try await store.batchTagging(OpenIDList(followers), tag: 101, for: appID)
            } isMade: { store, number in
                try await isCarried(101, upTo: number, store)
            },
            Change(testDescription: "a new tag") { store, number in
                _ = try await store.createTag(named: "new \(number)", id: nil, for: appID)
            } isMade: { store, number in
                try await store.tags(of: appID).count { $0.name == "new \(number)" } == 1
            },
            Change(testDescription: "a deleted tag") { store, number in
                try await store.deleteTag(SharedLoad.tags[2 + number], for: appID)
            } isMade: { store, number in
                let tags = try await store.tags(of: appID)
                return !tags.contains { $0.id == SharedLoad.tags[2 + number] }
            },
            Change(testDescription: "a new follower") { store, number in
                let news = try await store.follow([stranger(number)], of: appID, at: start)
                #expect(news == 1)
            } isMade: { store, number in
                let page = try await store.followers(after: nil, of: appID)
                return page.total == SharedLoad.followers.count + number + 1 && page.openIDs.last == stranger(number)
            },
            Change(testDescription: "a count of calls") { store, number in
                _ = try await store.add([CounterAddition(appID: appID, name: "calls", period: 1, step: 3)])
            } isMade: { store, number in
                try await store.counters().first { $0.name == "calls" }?.count == 3 * (number + 1)
            },
        ]

        /// Returns whether the followers 0 to `number`, and no others, carry the tag, and the tag's count is right.
        private static func isCarried(_ tag: TagID, upTo number: Int, _ store: PostgresTagStore) async throws -> Bool {
            let listed = try await store.followers(carrying: tag, after: nil, for: appID)
            let count = try await store.tags(of: appID).first { $0.id == tag }?.count
            return listed == Array(SharedLoad.followers[...number]) && count == number + 1
        }

        private static func list(_ number: Int) -> OpenIDList { OpenIDList([SharedLoad.followers[number]]) }

        private static func stranger(_ number: Int) -> OpenID { .numbered("oStranger", 100 + number) }
    }

    @Test(arguments: Change.all, Wire.Side.allCases)
    func `a change is made once, at whatever point the network is cut`(change: Change, side: Wire.Side) async throws {
        try await PrivateCluster.with { cluster in
            let direct = Self.address(cluster.port)
            _ = try DatabaseSchema(DatabaseAddress(direct)).migrate()
            let wire = try Wire(to: cluster.port)
            defer { wire.end() }
            let store = try await Self.open(Self.address(wire.port)) { $0.connections = 2 }
            try await Self.prepare(store)
            var cuts = 0
            for number in 0..<20 {
                wire.cut(side, at: number + 1)
                try await change.make(store, number)
                let wasCut = wire.hasCut()
                #expect(try await change.isMade(store, number), "after a cut at piece \(number + 1) of the traffic")
                guard wasCut else { break }
                cuts += 1
            }
            #expect(cuts > 0)
            print("\(change.testDescription), \(side): cut at \(cuts) places")
            try await store.close()
        }
    }

    // MARK: While the node runs

    /// Calls `body` with a new database and a store. The store has short time limits and reaches the database through a
    /// wire.
    private static func withStore(
        _ body: (PostgresTagStore, Wire, PrivateCluster) async throws -> Void
    ) async throws {
        try await PrivateCluster.with { cluster in
            _ = try DatabaseSchema(DatabaseAddress(address(cluster.port))).migrate()
            let wire = try Wire(to: cluster.port)
            defer { wire.end() }
            let store = try await open(address(wire.port)) { options in
                options.connections = 3
                options.patience = .seconds(1)
                options.sessionLimits = SessionLimits(statement: .seconds(1), answer: .seconds(2))
            }
            try await prepare(store)
            try await body(store, wire, cluster)
            #expect(try await Change.all[0].isMade(store, 1))
            try await store.close()
        }
    }

    @Test
    func `calls over a silent network fail with a reason, but a call of unknown outcome succeeds after the silence`()
        async throws
    {
        try await Self.withStore { store, wire, _ in
            let tagging = Change.all[0]
            try await tagging.make(store, 0)
            wire.setSilent(true)
            // The connection still exists, so the node sends this call and does not know its outcome.
            async let made: Void = tagging.make(store, 1)
            while !wire.hasSwallowed { await Task.yield() }
            while await store.condition == .writable { await Task.yield() }
            let reason = try await systemErrorReason { _ = try await store.tags(of: Self.appID) }
            #expect(reason.contains("the store cannot read: "))
            wire.setSilent(false)
            try await made
        }
    }

    @Test func `a statement that takes too long is refused and changes nothing`() async throws {
        try await Self.withStore { store, _, cluster in
            let tagging = Change.all[0]
            try await tagging.make(store, 0)
            let other = try Connection(DatabaseAddress(Self.address(cluster.port)), limits: SessionLimits())
            try other.execute("BEGIN")
            try other.execute("LOCK TABLE tagline.follower IN ACCESS EXCLUSIVE MODE")
            let reason = try await systemErrorReason { try await tagging.make(store, 1) }
            #expect(reason.contains("statement timeout"), "\(reason)")
            try other.execute("ROLLBACK")
            #expect(try await tagging.isMade(store, 0))
            try await tagging.make(store, 1)
        }
    }

    @Test(.enabled(if: SmallDisk.isPossible))
    func `a store whose disk is full refuses each change as a whole until the disk has room again`()
        async throws
    {
        try await Self.withStore { store, _, cluster in
            let disk = try SmallDisk(megabytes: 4)
            do {
                try await cluster.sql("CREATE TABLESPACE small LOCATION '\(disk.directory)'")
                try await cluster.sql("ALTER TABLE tagline.follower SET TABLESPACE small")
                var count = SharedLoad.followers.count
                func followMore() async throws {
                    let more = (count..<count + 5000).map { number in
                        OpenID(
                            "oMore" + String(String(1_000_000_000 + number).reversed())
                                + String(repeating: "x", count: 13))
                    }
                    let arrived = try await store.follow(more.compactMap(\.self), of: Self.appID, at: Self.start)
                    count += arrived
                }
                var reason = ""
                while reason.isEmpty {
                    try #require(count < 100_000, "the disk is not full yet")
                    do { try await followMore() } catch let refusal as Refusal { reason = refusal.reason }
                }
                #expect(reason.contains("No space left on device"), "\(reason)")
                #expect(!reason.contains("\n"))
                #expect(try await store.followers(after: nil, of: Self.appID).total == count)
                try disk.grow(megabytes: 64)
                try await followMore()
                #expect(try await store.followers(after: nil, of: Self.appID).total == count)
                for number in 0...1 { try await Change.all[0].make(store, number) }
                try await cluster.sql("ALTER TABLE tagline.follower SET TABLESPACE pg_default")
                try await cluster.sql("DROP TABLESPACE small")
            } catch {
                try? disk.remove()
                throw error
            }
            try disk.remove()
        }
    }

    // MARK: At the start

    @Test func `a node reports in one line why a database refuses it`() async throws {
        let rules = FileManager.default.temporaryDirectory.appending(path: "tagline-hba-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: rules) }
        try "host all locked 127.0.0.1/32 scram-sha-256\nhost all,replication all 127.0.0.1/32 trust\n"
            .write(to: rules, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: rules.path)
        try await PrivateCluster.with(settings: "-c hba_file=\(rules.path)") { cluster in
            _ = try DatabaseSchema(DatabaseAddress(Self.address(cluster.port))).migrate()
            for statement in [
                "CREATE ROLE locked LOGIN PASSWORD 'right'", "CREATE ROLE few LOGIN CONNECTION LIMIT 2",
                "GRANT USAGE ON SCHEMA tagline TO few", "GRANT ALL ON ALL TABLES IN SCHEMA tagline TO few",
            ] { try await cluster.sql(statement) }

            try await Self.isRefused(
                Self.address(cluster.port, "?sslmode=require"), with: "server does not support SSL")
            try await Self.isRefused(
                Self.address(cluster.port, user: "locked:wrong"), with: "password authentication failed", but: "wrong")
            try await cluster.withStandby { standby in
                try await Self.isRefused(Self.address(standby.port), with: "read-only")
            }

            // The node asks for more than two sessions, but two sessions are enough.
            let store = try await Self.open(Self.address(cluster.port, user: "few"))
            try await Self.prepare(store)
            let load = SharedLoad()
            await load.run(at: [store], callers: 24, seed: 31) { load.history.outcomes[0] ?? 0 > 300 }
            #expect(Set(load.history.outcomes.keys).isSubset(of: [0, 45169, 45059]), "\(load.history.outcomes)")
            #expect(try await load.problems(store) == [])
            try await Self.isRefused(Self.address(cluster.port, user: "few"), with: "too many connections for role")
            try await store.close()
        }
    }

    private static func isRefused(
        _ address: String, with expected: String, but secret: String? = nil
    ) async throws {
        do {
            try await open(address).close()
            Issue.record("the database accepted the node; expected:  \(expected)")
        } catch let error as PostgresStoreError {
            #expect(error.description.contains(expected), "\(error)")
            #expect(!error.description.contains("\n"), "\(error)")
            if let secret { #expect(!error.description.contains(secret)) }
        }
    }
}
