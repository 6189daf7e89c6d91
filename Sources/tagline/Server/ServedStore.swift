import EmbeddedTagStore
import Foundation
import FreshFiles
import Logging
import PostgresTagStore
import ServiceLifecycle
import TagStore

/// The store that a server uses, and where it is.
struct ServedStore: Service {
    let store: any TagStore
    /// The text with which messages say where the store is. The text contains no password.
    let place: String
    /// The text with which messages say how to choose another store.
    let remedy: String
    /// Whether the store holds the data of a sandbox, whose accounts have publicly known secrets.
    let isSandbox: @Sendable () async throws -> Bool
    /// Marks the store as the data of a sandbox.
    let becomeSandbox: @Sendable () async throws -> Void
    private let close: @Sendable () async throws -> Void
    /// Whether to read the store's condition every half second. If the store's files are removed, these reads notice
    /// the loss even if no call writes.
    private let isWatched: Bool

    /// Opens a store in a file in the directory.
    ///
    /// - Parameter acceptsLoss: whether to open the store although its log is damaged.
    static func embedded(
        in directory: DataDirectory, acceptsLoss: Bool = false, _ logger: Logger
    ) throws -> ServedStore {
        var options = EmbeddedTagStore.Options()
        options.acceptsLoss = acceptsLoss
        let store = try EmbeddedTagStore(directory: directory.url.path, options: options, logger: logger)
        let marker = directory.url.appending(path: DataDirectory.sandboxMark)
        return ServedStore(
            store: store, place: directory.url.path, remedy: "choose another directory with --data",
            isSandbox: { FileManager.default.fileExists(atPath: marker.path) },
            becomeSandbox: { try FreshFile(marker.path).replace(with: []) }, close: { try await store.close() },
            isWatched: true)
    }

    /// Opens a store in a database. Throws ``StartFailure`` if the store cannot be opened.
    static func postgres(_ settings: DatabaseSettings, _ logger: Logger) async throws -> ServedStore {
        var options = PostgresTagStore.Options()
        options.connections = settings.connections
        options.writers = settings.writers
        let schema = try settings.schema()
        let store: PostgresTagStore
        do {
            store = try await PostgresTagStore(schema: schema, options: options, logger: logger)
        } catch let error as PostgresStoreError {
            throw StartFailure.failed(error.description)
        }
        return ServedStore(
            store: store, place: schema.place,
            remedy: "choose another database with --store or another schema with --database-schema",
            isSandbox: { try await store.isMarked(DataDirectory.sandboxMark) },
            becomeSandbox: { try await store.mark(DataDirectory.sandboxMark) },
            close: { try await store.close() }, isWatched: false)
    }

    /// Keeps the store open until everything that uses it has ended.
    func run() async throws {
        if isWatched {
            await cancelWhenGracefulShutdown {
                while (try? await Task.sleep(for: .milliseconds(500))) != nil { _ = await store.condition }
            }
        } else {
            try? await gracefulShutdown()
        }
        try await end()
    }

    func end() async throws {
        try await close()
    }
}
