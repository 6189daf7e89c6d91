/// Decides which faults a ``FaultLog`` logs.
///
/// The log writes a line for the first fault of a kind. The faults of this kind in the next `interval` share one line
/// with a count.
struct FaultTally: Sendable {
    private struct Entry {
        var saidAt: ContinuousClock.Instant
        var unsaid = 0
    }

    let interval: Duration
    private var entries: [String: Entry] = [:]
    private static let capacity = 100

    init(interval: Duration = .seconds(10)) {
        self.interval = interval
    }

    /// Counts a fault, and returns the count that the log must write now; nil if the log must write no line now.
    ///
    /// The count is the number of faults of this kind since the last line, including this fault.
    mutating func note(_ kind: String, at now: ContinuousClock.Instant) -> Int? {
        guard var entry = entries[kind] else {
            if entries.count >= Self.capacity { entries = [:] }
            entries[kind] = Entry(saidAt: now)
            return 1
        }
        entry.unsaid += 1
        defer { entries[kind] = entry }
        guard now >= entry.saidAt + interval else { return nil }
        defer { entry = Entry(saidAt: now) }
        return entry.unsaid
    }

    /// Returns for each kind the number of faults that have no line in the log yet.
    ///
    /// Forgets the kinds whose last line is older than `interval`.
    mutating func takeUnsaid(at now: ContinuousClock.Instant) -> [(kind: String, count: Int)] {
        let unsaid = entries.filter { $0.value.unsaid > 0 }.map { (kind: $0.key, count: $0.value.unsaid) }
        entries = entries.filter { now < $0.value.saidAt + interval }.mapValues { Entry(saidAt: $0.saidAt) }
        return unsaid.sorted { $0.kind < $1.kind }
    }
}
