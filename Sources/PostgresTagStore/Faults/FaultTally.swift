/// Which faults are worth a line in the log: the first of its kind at once, then one line with a count for all that
/// follow it in a while.
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

    /// Counts a fault. Returns how many of its kind there were since it was last said, this one among them, if it is to
    /// be said now.
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

    /// Returns the kinds of which there were faults that have not been said, with how many. What is older than the
    /// interval is forgotten.
    mutating func takeUnsaid(at now: ContinuousClock.Instant) -> [(kind: String, count: Int)] {
        let unsaid = entries.filter { $0.value.unsaid > 0 }.map { (kind: $0.key, count: $0.value.unsaid) }
        entries = entries.filter { now < $0.value.saidAt + interval }.mapValues { Entry(saidAt: $0.saidAt) }
        return unsaid.sorted { $0.kind < $1.kind }
    }
}
