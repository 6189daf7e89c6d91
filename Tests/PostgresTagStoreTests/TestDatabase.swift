import Foundation
import Logging
import TagStore
import TagStoreConformance
import Testing

@testable import PostgresTagStore

/// The database of the tests. `make test` starts the database and sets `TAGLINE_TEST_POSTGRES` to its address.
enum TestDatabase {
    static let url = ProcessInfo.processInfo.environment["TAGLINE_TEST_POSTGRES"]

    static var address: DatabaseAddress {
        get throws {
            try DatabaseAddress(try #require(url, "TAGLINE_TEST_POSTGRES is not set; see scripts/test"))
        }
    }

    /// Whether the database is the coordinator of a Citus cluster. The cluster's machines then share the tables.
    static let isCitus: Bool = {
        guard let address = try? address, let schema = try? DatabaseSchema(address) else { return false }
        return (try? schema.canDistribute()) ?? false
    }()

    /// Calls `body` with a new schema and drops the schema afterwards.
    static func withSchema<Value>(_ body: (DatabaseSchema) async throws -> Value) async throws -> Value {
        // Waits for a turn, because the connections of the server and the processors of this machine are limited.
        await turns.take()
        defer { Task { await turns.give() } }
        let name = "test_\(UUID().uuidString.lowercased().replacing("-", with: "_"))"
        let schema = try DatabaseSchema(address, name: name)
        #expect(try schema.migrate() == Migration.latest)
        if isCitus { try schema.distribute() }
        let result: Result<Value, any Error>
        do { result = .success(try await body(schema)) } catch { result = .failure(error) }
        try Connection(schema.address, limits: SessionLimits()).execute("DROP SCHEMA \(name) CASCADE")
        return try result.get()
    }

    private static let turns = Turns(8)

    /// Lets only a few tests run at once.
    private actor Turns {
        private var free: Int
        private var waiting: [CheckedContinuation<Void, Never>] = []

        init(_ free: Int) {
            self.free = free
        }

        func take() async {
            if free > 0 { return free -= 1 }
            await withCheckedContinuation { waiting.append($0) }
        }

        func give() {
            if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
        }
    }
}

extension Logger {
    static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
}

extension TestedStore {
    static func postgres(
        _ schema: DatabaseSchema, options: PostgresTagStore.Options = .init()
    ) async throws -> TestedStore {
        var options = options
        // The machines of a cluster under test may be busy.
        options.searchTime = .seconds(10)
        return try await TestedStore { [options] in
            try await PostgresTagStore(schema: schema, options: options, logger: .quiet)
        } close: { store in
            try await (store as? PostgresTagStore)?.close()
        }
    }
}
