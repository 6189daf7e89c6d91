import Foundation
import Logging
import Synchronization

/// A bounded number of connections, each with its own thread. The threads run work in the order in which it arrives.
///
/// The pool adds a connection only when all its connections are busy. libpq blocks, so each connection needs a thread.
/// A thread connects when it gets work, stays connected, and connects again if its connection breaks. Work waits in one
/// bounded queue. If the database cannot be reached, work waits at most for ``Bounds/wait``.
final class ConnectionPool: Sendable {
    struct Bounds: Sendable {
        /// The most connections.
        var connections = 8
        /// The most pieces of work that may wait.
        var queue = 10_000
        /// The time that work may wait for a connection while the database cannot be reached.
        var wait: Duration = .seconds(5)
        var limits = SessionLimits()
        /// The dialect to use with any engine; nil to use the dialect of the engine that answers.
        var dialect: Dialect?
    }

    /// A function that does work. Its argument is a connection, or the reason why the work gets no connection.
    typealias Work = @Sendable (Result<Connection, DatabaseError>) -> Void

    struct Job: Sendable {
        let since: ContinuousClock.Instant
        /// The machine behind the server that the work needs; nil if the work needs no machine, or all machines.
        var machine: String?
        let work: Work
    }

    /// The part of the pool that its threads share. The threads run until the pool is closed.
    final class Core: Sendable {
        let address: DatabaseAddress
        let schema: String
        let bounds: Bounds
        let logger: Logger
        let queue: WorkQueue
        /// The state of the connections to the database.
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
        /// Whether the pool logs outages.
        ///
        /// While the store opens, the pool logs no outage, because the store itself reports an outage.
        var isOpen = false
        /// The number of threads that have a connection.
        var connected = 0
        /// The error of the last attempt to connect, and the time when the attempt ended.
        ///
        /// Nil while a thread has a connection, and before an attempt has failed.
        var outage: (error: DatabaseError, at: ContinuousClock.Instant)?
    }

    private let core: Core

    init(_ address: DatabaseAddress, schema: String, bounds: Bounds, logger: Logger) {
        core = Core(address, schema: schema, bounds: bounds, logger: logger)
    }

    /// The error of the last attempt to connect; nil while a thread has a connection.
    var outage: DatabaseError? { core.standing.withLock { $0.outage?.error } }

    /// Makes the pool log outages from now on.
    func opened() { core.standing.withLock { $0.isOpen = true } }

    var isClosed: Bool { core.queue.isClosing }

    /// Sets how many connections the work for one machine may have; nil removes the limit.
    func share(perMachine limit: Int?) { core.queue.share(perMachine: limit) }

    /// Queues the work, or refuses the work immediately if too much work waits already.
    ///
    /// - Parameters:
    ///   - machine: the machine behind the server that the work needs; nil if the work needs no machine, or all
    ///     machines.
    ///   - isLast: whether a thread of this pool calls this function as the last step of its present work.
    func submit(for machine: String? = nil, isLast: Bool = false, _ work: @escaping Work) {
        switch core.queue.append(Job(since: .now, machine: machine, work: work), isReturning: isLast) {
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

    /// Runs `body` with a connection and returns its result.
    func run<Value: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            submit { connection in
                continuation.resume(with: Result { try body(try connection.get()) })
            }
        }
    }

    /// Makes a separate pool of few connections, for work that keeps a connection for a long time.
    ///
    /// - Parameter limits: the limits of the new pool's sessions; nil to use the limits of this pool. With `limits`,
    ///   work waits for a connection at most as long as a statement may take.
    func separate(connections: Int = 1, limits: SessionLimits? = nil) -> ConnectionPool {
        var bounds = core.bounds
        bounds.connections = connections
        if let limits {
            bounds.limits = limits
            bounds.wait = limits.statement
        }
        return ConnectionPool(core.address, schema: core.schema, bounds: bounds, logger: core.logger)
    }

    /// Finishes the waiting work, accepts no new work, and closes the connections.
    func close() async {
        await withCheckedContinuation { continuation in core.queue.close { continuation.resume() } }
    }
}
