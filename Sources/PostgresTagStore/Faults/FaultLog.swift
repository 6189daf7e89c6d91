import Logging
import Synchronization

/// Logs faults of the database. Many faults of one kind share one line, which gives their number.
///
/// An outage has one cause but affects thousands of calls.
final class FaultLog: Sendable {
    private let tally = Mutex(FaultTally())
    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant

    init(logger: Logger, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.logger = logger
        self.now = now
    }

    /// - Parameter what: the action that failed, in the same words for every fault of the kind.
    func note(_ error: DatabaseError, while what: String) {
        // A conflict is not a fault. The pool's worker logs that the database cannot be reached, and ``Machines`` logs
        // that a machine does not answer.
        guard !error.isWorthRepeating, error.kind != .unreachable, error.kind != .away else { return }
        let kind = "\(what): \(error.sqlState ?? "\(error.kind)")"
        let now = now()
        guard let count = tally.withLock({ $0.note(kind, at: now) }) else { return }
        logger.warning(
            "a fault of the database", metadata: ["while": "\(what)", "reason": "\(error)", "count": "\(count)"])
    }

    /// Notes that a count of calls was of a day that begins more than a day after now.
    func noteLaterCount() {
        let now = now()
        guard let count = tally.withLock({ $0.note("counts of later days", at: now) }) else { return }
        logger.warning(
            "a node has counted calls for a later day, and the store has replaced its count; check the clocks of all nodes",
            metadata: ["count": "\(count)"])
    }

    /// Logs, for each kind of fault, the number of faults that have no line in the log yet.
    func settle() {
        let now = now()
        for (kind, count) in tally.withLock({ $0.takeUnsaid(at: now) }) {
            logger.warning("more faults of the database", metadata: ["kind": "\(kind)", "count": "\(count)"])
        }
    }
}
