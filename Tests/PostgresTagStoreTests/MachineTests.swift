import OfficialAccount
import TagStore
import TagStoreConformance
import Testing

@testable import PostgresTagStore

/// Tests how a node finds the machine of an account, and how it recognises errors and engines.
@Suite struct MachineTests {
    @Test(.enabled(if: TestDatabase.url != nil))
    func `the node and the database compute the same hash of an account`() throws {
        let connection = try Connection(TestDatabase.address, limits: SessionLimits())
        var random = SeededGenerator(seed: 5)
        let numbers: [Int64] =
            [0, 1, -1, .min, .max, 1 << 32, -(1 << 32)]
            + (0..<200).map { _ in random.next() }.map(Int64.init(bitPattern:))
        let hashes = try connection.run(
            Statement(
                "hashes", "SELECT hashint8(n) FROM unnest($1::bigint[]) WITH ORDINALITY AS of (n, place) ORDER BY place"
            ),
            [.ints(numbers)])
        for (row, number) in numbers.enumerated() {
            #expect(try hashes.int(row, 0) == Int(ShardMap.hash(of: number)), "\(number)")
        }
    }

    @Test func `each machine has an account through which the node can ask the machine`() {
        let map = FakeCluster.map
        #expect(map.machines.map(\.name) == ["a:1", "b:1"])
        for machine in map.machines {
            #expect(map.machine(of: AccountKey(AccountHash(machine.number))) == machine.name)
        }
        #expect(ShardMap([]).machines.isEmpty)
        #expect(ShardMap([]).machine(of: AccountKey(AppID("wx1"))) == nil)
    }

    // MARK: Repeating

    @Test func `the kind of an error decides whether and for how long a call is repeated`() {
        let rule = Repetition()
        func error(_ state: String, fatal: Bool = false) -> DatabaseError {
            DatabaseError(.refused(state), "", endsSession: fatal)
        }
        #expect(rule.pause(after: error("40001"), elapsed: .seconds(19), isChange: true) == .zero)
        #expect(rule.pause(after: error("40001"), elapsed: .seconds(20), isChange: true) == nil)
        #expect(rule.pause(after: error("08006"), elapsed: .milliseconds(999), isChange: true) == rule.pause)
        #expect(rule.pause(after: error("08006"), elapsed: .seconds(1), isChange: true) == nil)
        #expect(rule.pause(after: error("57P01", fatal: true), elapsed: .seconds(19), isChange: false) == rule.pause)
        #expect(rule.pause(after: error("23505"), elapsed: .zero, isChange: true) == nil)
        #expect(rule.pause(after: DatabaseError(.unreachable, ""), elapsed: .zero, isChange: false) == nil)
        #expect(rule.pause(after: DatabaseError(.unreachable, ""), elapsed: .zero, isChange: true) == rule.pause)
        #expect(rule.pause(after: .away("b:1"), elapsed: .zero, isChange: true) == nil)
        #expect(rule.pause(after: error("0A000").ofNewStatement("x"), elapsed: .zero, isChange: true) == nil)
    }

    @Test func `the node logs the first fault of a kind, and later the number of repetitions`() {
        var tally = FaultTally(interval: .seconds(10))
        let start = ContinuousClock.now
        #expect(tally.note("lost", at: start) == 1)
        for second in 1...9 { #expect(tally.note("lost", at: start + .seconds(second)) == nil) }
        #expect(tally.note("refused", at: start + .seconds(9)) == 1)
        #expect(tally.note("lost", at: start + .seconds(10)) == 10)
        #expect(tally.note("lost", at: start + .seconds(11)) == nil)
        let unsaid = tally.takeUnsaid(at: start + .seconds(12))
        #expect(unsaid.map(\.kind) == ["lost"] && unsaid.map(\.count) == [1])
        #expect(tally.takeUnsaid(at: start + .seconds(13)).isEmpty)
        #expect(tally.note("lost", at: start + .seconds(30)) == 1)
    }

    // MARK: Engines

    @Test(arguments: [
        ("PostgreSQL 15.20 (Debian)", false, Dialect.postgres), ("PostgreSQL 15.20 (Debian)", true, .citus),
        ("PostgreSQL 15.12-YB-2025.2.0.0-b0", false, .yugabyte), ("CockroachDB CCL v25.4.0", false, .cockroach),
    ])
    func `an engine is recognised by its version text`(version: String, isDistributed: Bool, dialect: Dialect) {
        #expect(Dialect(version: version, isDistributed: isDistributed) == dialect)
    }

    @Test func `an error for a duplicate row is recognised by its code or text`() {
        let error = DatabaseError(
            .refused("XX000"), #"duplicate key value violates unique constraint "follower_pkey_102237""#)
        #expect(Dialect.citus.isTwice(error))
        #expect(!Dialect.postgres.isTwice(error))
        #expect(Dialect.postgres.isTwice(DatabaseError(.refused("23505"), "")))
        #expect(!Dialect.citus.isTwice(DatabaseError(.refused("XX000"), "a machine is gone")))
    }

    @Test func `the tables have no collation on an engine that refuses collations`() throws {
        let first = try #require(Migration.all.first)
        #expect(first.sql(for: .postgres).contains("COLLATE"))
        #expect(!first.sql(for: .cockroach).contains("COLLATE"))
    }
}
