import Foundation
import Logging
import Synchronization

/// One thread's part: a connection and what it is used for.
struct PoolWorker {
    private let core: ConnectionPool.Core
    private var connection: Connection?
    private var lastAttempt: ContinuousClock.Instant?
    private static let pause: Duration = .milliseconds(200)

    init(_ core: ConnectionPool.Core) {
        self.core = core
    }

    mutating func run() {
        while let job = core.queue.next() {
            do throws(DatabaseError) {
                let connection = try connected(for: job)
                job.work(.success(connection))
                connection.endUse()
                if connection.isBroken { self.connection = nil }
            } catch {
                job.work(.failure(error))
            }
        }
        connection = nil
        core.queue.leave()
    }

    /// The connection, made anew if need be, tried for as long as the work may wait.
    private mutating func connected(for job: ConnectionPool.Job) throws(DatabaseError) -> Connection {
        if let connection, !connection.isStale { return connection }
        connection = nil
        let end = job.since + core.bounds.wait
        while true {
            if let outage = core.outage.withLock({ $0 }), let lastAttempt, .now < lastAttempt + Self.pause {
                guard .now < end else { throw outage }
                Thread.sleep(forTimeInterval: Self.pause / .seconds(1))
            }
            lastAttempt = .now
            do throws(DatabaseError) {
                let connection = try Connection(core.address, limits: core.bounds.limits)
                try connection.prepare(schema: core.schema, limits: core.bounds.limits)
                self.connection = connection
                tell(nil)
                return connection
            } catch {
                tell(error)
                guard .now < end, !core.queue.isClosing else { throw error }
            }
        }
    }

    /// Says once when the database goes away, and once when it is back.
    private func tell(_ error: DatabaseError?) {
        let before = core.outage.withLock { outage in
            defer { outage = error }
            return outage
        }
        switch (before, error) {
        case (nil, let error?):
            core.logger.error("the database cannot be reached", metadata: ["reason": "\(error)"])
        case (_?, nil): core.logger.notice("the database can be reached again")
        default: break
        }
    }
}
