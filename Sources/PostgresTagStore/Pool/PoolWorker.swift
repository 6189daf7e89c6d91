import Dispatch
import Foundation
import Logging
import Synchronization

/// One thread's part: a connection and what it is used for.
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
                    // Others have a connection and this one cannot get any: it is theirs to do.
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
        }
        drop()
        core.queue.leave()
    }

    private mutating func drop() {
        guard connection != nil else { return }
        connection = nil
        core.standing.withLock { $0.connected -= 1 }
    }

    /// The connection, made anew if need be, tried for as long as the work may wait. Nil if only other threads have
    /// one.
    private mutating func connected(for job: ConnectionPool.Job) throws(DatabaseError) -> Connection? {
        if let connection, !connection.isStale { return connection }
        drop()
        let end = job.since + core.bounds.wait
        while true {
            // Someone has tried since this work came, and it has waited long enough: no need to try for each piece of
            // work.
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

    /// Notes that no connection could be had. False if others have one.
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
