import EmbeddedTagStore
import Foundation
import Logging
import PostgresTagStore
import ServiceLifecycle
import TagStore

/// The store a server runs on, and where it keeps what.
struct ServedStore: Service {
    let store: any TagStore
    /// Where it is, for a person; without a password.
    let place: String
    private let close: @Sendable () async throws -> Void

    /// A file in the directory.
    static func embedded(in directory: DataDirectory, _ logger: Logger) throws -> ServedStore {
        let store = try EmbeddedTagStore(directory: directory.url.path, logger: logger)
        return ServedStore(store: store, place: "data in \(directory.url.path)") { try await store.close() }
    }

    /// A database. Throws ``StartFailure``.
    static func postgres(_ settings: DatabaseSettings, _ logger: Logger) async throws -> ServedStore {
        var options = PostgresTagStore.Options()
        options.connections = settings.connections
        do {
            let store = try await PostgresTagStore(schema: settings.schema(), options: options, logger: logger)
            return ServedStore(store: store, place: "data in PostgreSQL") { try await store.close() }
        } catch let error as PostgresStoreError {
            throw StartFailure.failed(error.description)
        }
    }

    /// Keeps the store open until everything that uses it has ended.
    func run() async throws {
        try? await gracefulShutdown()
        try await close()
    }
}
