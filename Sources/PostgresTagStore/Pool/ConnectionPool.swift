import Foundation
import Logging
import Synchronization

/// A bounded number of connections, each with a thread of its own, that take up work in the order in which it came.
/// There are as many as have been needed at once.
///
/// libpq waits; threads are for waiting. A thread connects when there is work, stays connected, and connects anew when
/// its connection has broken. Work waits in one queue of bounded length, and never longer than ``Bounds/wait`` for a
/// connection.
final class ConnectionPool: Sendable {
    struct Bounds: Sendable {
        /// Connections.
        var connections = 8
        /// Pieces of work that may wait.
        var queue = 10_000
        /// How long work may wait for a connection while the database cannot be reached.
        var wait: Duration = .seconds(5)
        var limits = SessionLimits()
        /// What is spoken whatever engine answers; nil for the engine's own.
        var dialect: Dialect?
    }

    /// What is done with a connection, or told why there is none.
    typealias Work = @Sendable (Result<Connection, DatabaseError>) -> Void

    struct Job: Sendable {
        let since: ContinuousClock.Instant
        let work: Work
    }

    /// Shared with the threads, which live on until it is closed.
    final class Core: Sendable {
        let address: DatabaseAddress
        let schema: String
        let bounds: Bounds
        let logger: Logger
        let queue: WorkQueue
        /// How it stands between the threads and the database.
        let standing = Mutex(Standing())

        init(_ address: DatabaseAddress, schema: String, bounds: Bounds, logger: Logger) {
            self.address = address
            self.schema = schema
            self.bounds = bounds
            self.logger = logger
            queue = WorkQueue(limit: bounds.queue, threads: bounds.connections)
        }
    }

    struct Standing: Sendable {
        /// Whether outages are news: whoever opens the pool is told of the first one anyhow.
        var isOpen = false
        /// Threads that have a connection.
        var connected = 0
        /// Why none could be had, when the last attempt ended, while nobody has one.
        var outage: (error: DatabaseError, at: ContinuousClock.Instant)?
    }

    private let core: Core

    init(_ address: DatabaseAddress, schema: String, bounds: Bounds, logger: Logger) {
        core = Core(address, schema: schema, bounds: bounds, logger: logger)
    }

    /// Why no connection could be had the last time; nil while they can.
    var outage: DatabaseError? { core.standing.withLock { $0.outage?.error } }

    /// From now on an outage is something to be logged.
    func opened() { core.standing.withLock { $0.isOpen = true } }

    var isClosed: Bool { core.queue.isClosing }

    /// Has the work done, or refused at once if too much waits already.
    ///
    /// - Parameter isLast: whether this is the last thing that work does which has a connection now.
    func submit(isLast: Bool = false, _ work: @escaping Work) {
        switch core.queue.append(Job(since: .now, work: work), isReturning: isLast) {
        case .admitted: break
        case .wantsThread:
            let thread = Thread { [core] in
                var worker = PoolWorker(core)
                worker.run()
            }
            thread.name = "database"
            thread.start()
        case .refused: work(.failure(DatabaseError(.busy, "too many calls wait for the database")))
        }
    }

    /// Has the work done and returns what came of it.
    func run<Value: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            submit { connection in
                continuation.resume(with: Result { try body(try connection.get()) })
            }
        }
    }

    /// A pool of one connection beside this one, for what keeps it long.
    ///
    /// - Parameter limits: how long the session may wait, and how long work may wait for a session; nil for the limits
    ///   of the other sessions.
    func single(limits: SessionLimits? = nil) -> ConnectionPool {
        var bounds = core.bounds
        bounds.connections = 1
        if let limits {
            bounds.limits = limits
            bounds.wait = limits.statement
        }
        return ConnectionPool(core.address, schema: core.schema, bounds: bounds, logger: core.logger)
    }

    /// Does what waits, takes no more, and lets the connections go.
    func close() async {
        await withCheckedContinuation { continuation in core.queue.close { continuation.resume() } }
    }
}
