import Logging
import Synchronization

/// Logs faults of the database once with a count: an outage has one cause and thousands of calls that meet it.
final class FaultLog: Sendable {
    private let tally = Mutex(FaultTally())
    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant

    init(logger: Logger, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.logger = logger
        self.now = now
    }

    /// - Parameter what: what was being done, the same words for every fault of the kind.
    func note(_ error: DatabaseError, while what: String) {
        // That another was faster is no fault, and that no connection is had is logged where it is tried.
        guard !error.isWorthRepeating, error.kind != .unreachable else { return }
        let kind = "\(what): \(error.sqlState ?? "\(error.kind)")"
        let now = now()
        guard let count = tally.withLock({ $0.note(kind, at: now) }) else { return }
        logger.warning(
            "a fault of the database", metadata: ["while": "\(what)", "reason": "\(error)", "count": "\(count)"])
    }

    /// Logs how many faults there were that have not been said.
    func settle() {
        let now = now()
        for (kind, count) in tally.withLock({ $0.takeUnsaid(at: now) }) {
            logger.warning("more faults of the database", metadata: ["kind": "\(kind)", "count": "\(count)"])
        }
    }
}
