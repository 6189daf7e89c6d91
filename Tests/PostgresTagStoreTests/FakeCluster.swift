import Logging
import OfficialAccount
import TagStore
import TagStoreConformance
import Testing

@testable import PostgresTagStore

/// A fake coordinator of two machines, `a:1` and `b:1`, and a node that is connected to this coordinator.
struct FakeCluster: Sendable {
    let server: FakeCoordinator
    let store: PostgresTagStore

    /// The map of four shards on the two machines.
    static let map = ShardMap([
        ShardMap.Shard(hashes: .min ... -1_073_741_825, machine: "a:1"),
        ShardMap.Shard(hashes: -1_073_741_824 ... -1, machine: "b:1"),
        ShardMap.Shard(hashes: 0...1_073_741_823, machine: "a:1"),
        ShardMap.Shard(hashes: 1_073_741_824 ... .max, machine: "b:1"),
    ])

    /// Returns an account whose rows are on `machine`.
    static func account(on machine: String) throws -> AppID {
        try #require(
            (0..<1000).lazy.map { AppID("wx\($0)") }.first { map.machine(of: AccountKey($0)) == machine })
    }

    static func openID(_ number: Int) -> OpenID { .numbered("oFaked", number) }

    /// The settings of an account as the database stores them.
    private static let settings = String(
        decoding: Account(appID: AppID("wx1"), kind: .service, isCertified: true, secret: .zero).stored.text ?? [],
        as: UTF8.self)

    /// The script of a cluster whose tables are empty, except that every account exists.
    private static let healthy: FakeCoordinator.Script = { statement, values in
        switch statement {
        case "about": .rows([["PostgreSQL 15.20", "on", "on", "f", "t"]])
        case "is spread": .rows([["t"]])
        case "schema version": .rows([["1"]])
        case "shards":
            .rows([
                ["\(Int32.min)", "-1073741825", "a", "1"], ["-1073741824", "-1", "b", "1"],
                ["0", "1073741823", "a", "1"], ["1073741824", "\(Int32.max)", "b", "1"],
            ])
        case "account", "lock account", "summary": .rows([[appID(values[0]), settings, "1", "0", "0"]])
        case "take appid", "insert account", "insert tag": .rows([["1"]])
        case "fence": .rows([["f", "{}"]])
        case "add to counter": .rows([["1", "3"]])
        case "vitals": .rows([["2", "30", "400"]])
        default: nil
        }
    }

    private static func appID(_ number: String) -> String {
        (0..<1000).lazy.map { AppID("wx\($0)") }.first { "\(AccountKey($0).value)" == number }?.rawValue ?? ""
    }

    /// Makes the server give `answer` to each statement that needs `machine`: a statement about an account on this
    /// machine, or about all accounts.
    func fail(_ machine: String, with answer: FakeCoordinator.Answer) {
        server.follow { statement, values in
            Self.needs(machine, statement, values) ? answer : Self.healthy(statement, values)
        }
    }

    /// Lets all machines answer.
    func mend() {
        server.follow(Self.healthy)
        server.release()
    }

    private static func needs(_ machine: String, _ statement: String, _ values: [String]) -> Bool {
        switch statement {
        case "accounts", "vitals", "counters", "followers elsewhere", "token", "held tokens", "refused call",
            "pending flips", "sweep settled":
            true
        case "probe": isOn(machine, values.last)
        default: isOn(machine, values.first)
        }
    }

    private static func isOn(_ machine: String, _ number: String?) -> Bool {
        number.flatMap { Int64($0) }.flatMap { map.machine(of: AccountKey(AccountHash($0))) } == machine
    }

    /// Calls `body` with a node that notices a silent machine soon.
    static func with(
        _ change: (inout PostgresTagStore.Options) -> Void = { _ in }, _ body: (FakeCluster) async throws -> Void
    ) async throws {
        let server = try FakeCoordinator(healthy)
        defer { server.end() }
        var options = PostgresTagStore.Options()
        options.connections = 4
        options.repetition.pause = .milliseconds(2)
        options.repetition.machinePatience = .milliseconds(100)
        options.machines = MachineRules(
            interval: .milliseconds(5), patience: .milliseconds(200), answer: .milliseconds(200),
            pause: .milliseconds(10), search: .milliseconds(300))
        change(&options)
        let store = try await PostgresTagStore(
            schema: DatabaseSchema(
                DatabaseAddress("postgres://tagline@127.0.0.1:\(server.port)/tagline?sslmode=disable")),
            options: options, logger: .quiet)
        try await body(FakeCluster(server: server, store: store))
        server.release()
        try await store.close()
    }

    /// Waits until the node has noticed that `machine` answers, or, if `answers` is false, that `machine` does not
    /// answer.
    func wait(until machine: String, answers: Bool) async {
        while store.machines?.standing.contains(StoreVitals.Machine(name: machine, answers: answers)) != true {
            await Task.yield()
        }
    }
}
