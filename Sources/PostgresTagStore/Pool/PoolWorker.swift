import Dispatch
import Foundation
import Logging
import Synchronization

/// The loop of one thread, which runs work on the thread's connection.
struct PoolWorker {
    private let core: ConnectionPool.Core
    private var connection: Connection?
    private let waker = DispatchSemaphore(value: 0)
    private static let pause: TimeInterval = 0.2

    init(_ core: ConnectionPool.Core) {
        self.core = core
    }

    mutating func run() {
        while let job = core.queue.next(waitingWith: waker) {
            do throws(DatabaseError) {
                guard let connection = try connected(for: job) else {
                    // This thread cannot get a connection. Other threads have a connection, so they do the work.
                    core.queue.putBack(job)
                    Thread.sleep(forTimeInterval: Self.pause)
                    continue
                }
                job.work(.success(connection))
                connection.endUse()
                if connection.isBroken { drop() }
            } catch {
                job.work(.failure(error))
            }
            core.queue.ended(job)
        }
        drop()
        core.queue.leave()
    }

    private mutating func drop() {
        guard connection != nil else { return }
        connection = nil
        core.standing.withLock { $0.connected -= 1 }
    }

    /// Returns the thread's connection, and first connects if the thread has no working connection.
    ///
    /// Tries to connect for as long as the work may wait. Returns nil if an attempt fails while other threads have a
    /// connection.
    private mutating func connected(for job: ConnectionPool.Job) throws(DatabaseError) -> Connection? {
        if let connection, !connection.isStale { return connection }
        drop()
        let end = job.since + core.bounds.wait
        while true {
            // An attempt to connect may have failed since this work arrived. In that case, the thread does not try
            // again if the work has waited long enough, or if the pool is closing.
            if let outage = core.standing.withLock({ $0.outage }), outage.at > job.since,
                .now >= end || core.queue.isClosing
            {
                throw outage.error
            }
            do throws(DatabaseError) {
                let connection = try Connection(core.address, limits: core.bounds.limits)
                try connection.prepare(
                    schema: core.schema, limits: core.bounds.limits, dialect: core.bounds.dialect)
                self.connection = connection
                succeeded()
                return connection
            } catch {
                guard failed(error) else { return nil }
            }
            guard .now < end else { continue }
            Thread.sleep(forTimeInterval: Self.pause)
        }
    }

    private func succeeded() {
        let before = core.standing.withLock { standing in
            standing.connected += 1
            defer { standing.outage = nil }
            return standing.outage
        }
        if before != nil { core.logger.warning("the database can be reached again") }
    }

    /// Notes that no connection was possible. Returns false if other threads have a connection.
    private func failed(_ error: DatabaseError) -> Bool {
        let (isAlone, isNews) = core.standing.withLock { standing in
            guard standing.connected == 0 else { return (false, false) }
            defer { standing.outage = (error, .now) }
            return (true, standing.outage == nil && standing.isOpen)
        }
        if isNews { core.logger.error("the database cannot be reached", metadata: ["reason": "\(error)"]) }
        return isAlone
    }
}
