import EmbeddedTagStore
import Foundation
import Logging
import PostgresTagStore
import TagStore

/// The store on which tests run the server. It is the embedded store, or PostgreSQL if `TAGLINE_TEST_STORE` is
/// `postgres`. `TAGLINE_TEST_POSTGRES` is the address of the database.
public enum TestStore {
    private static let environment = ProcessInfo.processInfo.environment

    public static let isPostgres = environment["TAGLINE_TEST_STORE"] == "postgres"

    /// The address of the database; empty if `TAGLINE_TEST_POSTGRES` is not set.
    public static let url = environment["TAGLINE_TEST_POSTGRES"] ?? ""

    /// Whether the database is the coordinator of a Citus cluster. If so, the tests distribute the tables over the
    /// machines of the cluster.
    private static let isCitus: Bool = {
        guard let address = try? DatabaseAddress(url), let schema = try? DatabaseSchema(address) else { return false }
        return (try? schema.canDistribute()) ?? false
    }()

    /// Returns the name of the schema that a test on PostgreSQL uses in place of the data directory `directory`.
    public static func schemaName(for directory: String) -> String {
        let letters = directory.utf8.map { (97...122).contains($0) || (48...57).contains($0) ? $0 : UInt8(ascii: "_") }
        return "t" + String(decoding: letters, as: UTF8.self).lowercased().suffix(60)
    }

    /// Creates the tables of the schema `schemaName`, and returns the schema.
    public static func migrate(_ schemaName: String) throws -> DatabaseSchema {
        let schema = try DatabaseSchema(DatabaseAddress(url), name: schemaName)
        _ = try schema.migrate()
        if isCitus { try schema.distribute() }
        return schema
    }

    /// Calls `body` with an empty store, and closes the store afterwards.
    public static func with<Value>(
        _ logger: Logger, directory: String, _ body: (any TagStore) async throws -> Value
    ) async throws -> Value {
        if isPostgres {
            var options = PostgresTagStore.Options()
            options.connections = 3
            // The machines of a test cluster can be so busy that a search takes seconds.
            options.searchTime = .seconds(10)
            let store = try await PostgresTagStore(
                schema: migrate(schemaName(for: directory)), options: options, logger: logger)
            return try await used(store, body) { try await store.close() }
        }
        let store = try EmbeddedTagStore(directory: directory, logger: logger)
        return try await used(store, body) { try await store.close() }
    }

    private static func used<Value>(
        _ store: any TagStore, _ body: (any TagStore) async throws -> Value, _ close: () async throws -> Void
    ) async throws -> Value {
        let result: Result<Value, any Error>
        do { result = .success(try await body(store)) } catch { result = .failure(error) }
        try await close()
        return try result.get()
    }
}
