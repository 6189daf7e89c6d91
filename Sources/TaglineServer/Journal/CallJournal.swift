import AdminAPI
import OfficialAccount
import TagStore

/// Keeps the last calls with their answers, so that a person can see what a client did.
///
/// To add a call, the journal only makes an object and takes a lock. The journal does all other work only when a reader
/// asks: see ``CallEntry``.
///
/// Of each call, the journal keeps either all the parts that ``detail`` names, or nothing. Memory holds the newest
/// calls. A sandbox keeps the content of older calls in a file: see ``CallSpill``.
public final class CallJournal: Sendable {
    /// The parts of a call that the journal keeps.
    public enum Detail: String, Sendable, CaseIterable {
        /// The journal keeps everything, including queries and bodies.
        case everything
        /// The journal keeps the caller, the path, the time and the result, but neither queries nor bodies.
        case metadata
    }

    /// The default number of calls to keep.
    public static let capacity = 10_000

    public let detail: Detail
    let ring: Watched<CallRing>
    let spill: CallSpill?

    /// - Parameters:
    ///   - detail: the parts of a call that the journal keeps.
    ///   - capacity: the most calls to keep.
    ///   - largest: the most bytes of the calls in memory. The default of 32 MiB holds 10,000 calls of 50 openids. With
    ///     a `spill`, calls may take a quarter more until `spill` has written the oldest calls.
    ///   - spill: keeps the content of the oldest calls when memory is full; nil to forget these calls. A spill serves
    ///     only one journal, and that journal must keep everything.
    public init(
        keeping detail: Detail = .everything, capacity: Int = CallJournal.capacity, largest: Int = 32 << 20,
        spill: CallSpill? = nil
    ) {
        let spill = detail == .everything ? spill : nil
        self.detail = detail
        self.spill = spill
        ring = Watched(CallRing(capacity: capacity, largest: largest, canSpill: spill != nil))
    }

    // MARK: Writing

    func append(_ entry: CallEntry) {
        let (displaced, wakes) = ring.change { $0.append(entry) }
        if wakes { wakeSpill() }
        // Releases the displaced entry here, outside the lock.
        withExtendedLifetime(displaced) {}
    }

    // MARK: Reading

    /// The number of the last call; 0 before the first call.
    public var last: Int { ring.read { $0.next - 1 } }

    /// The number of the last call that ``removeAll()`` has removed; 0 if it has removed no call.
    package var removed: Int { ring.read { $0.removed } }

    /// Returns a page of the calls that `filter` selects, oldest first.
    ///
    /// The page holds the first `limit` calls after `number`, or the last `limit` calls if `number` is nil. If `end` is
    /// not nil, the page holds only calls before the call with the number `end`. Cost: proportional to the number of
    /// calls that the search looks at.
    public func page(
        of filter: CallFilter = CallFilter(), after number: Int? = nil, before end: Int? = nil, limit: Int = 100
    ) -> CallPage {
        CallPage(find(filter, after: number, before: end, limit: limit), complete: true)
    }

    /// Returns the summaries of at most `limit` calls after `number` and before the call with the number `end`, oldest
    /// first: see ``CallEntry/summary(number:)``.
    package func summaries(after number: Int, before end: Int, limit: Int) -> CallPage {
        let found = find(CallFilter(), after: number, before: end, limit: limit)
        return CallPage(found, complete: true) { $0.summary(number: $1) }
    }

    /// Returns the entry with this number; nil if no call has had this number or the journal has forgotten the call.
    func entry(_ number: Int) -> CallEntry? {
        guard number > 0, number < .max else { return nil }
        let found = find(CallFilter(), after: number - 1, before: number + 1, limit: 1).entries.first
        return found?.number == number ? found?.entry : nil
    }

    /// Waits until `count` calls match `filter`, or until `timeout` has passed. Then returns a page of the matching
    /// calls.
    ///
    /// The page holds the first calls after `number`, or the oldest calls if `number` is nil.
    public func page(
        of filter: CallFilter, after number: Int?, limit: Int, count: Int, within timeout: Duration
    ) async -> CallPage {
        let deadline = ContinuousClock.now + timeout
        let limit = max(limit, count)
        while true {
            let found = find(filter, after: number ?? 0, limit: limit)
            let isComplete = found.entries.count >= count
            guard !isComplete, ContinuousClock.now < deadline, !Task.isCancelled else {
                return CallPage(found, complete: isComplete)
            }
            await waitForMore(than: found.last, until: deadline)
        }
    }

    /// Returns the entries that match `filter`, with their numbers. The parameters mean the same as in
    /// ``page(of:after:before:limit:)``.
    func find(_ filter: CallFilter, after number: Int?, before end: Int? = nil, limit: Int) -> FoundCalls {
        let (removed, (stop, calls)) = ring.read { ring in
            let (last, entries) = ring.entries(after: max(0, number ?? 0), before: end ?? .max)
            return (ring.removed, (last, entries))
        }
        var found: [(number: Int, entry: CallEntry)] = []
        guard let number else {
            for call in calls.reversed() where filter.wants(call.entry) {
                guard found.count < limit else { break }
                found.append(call)
            }
            return FoundCalls(entries: found.reversed(), last: stop, missed: 0)
        }
        var (last, kept) = (stop, calls.count)
        for (index, call) in calls.enumerated() where filter.wants(call.entry) {
            found.append(call)
            guard found.count < limit else {
                (last, kept) = (call.number, index + 1)
                break
            }
        }
        return FoundCalls(entries: found, last: last, missed: max(0, last - max(0, number, removed) - kept))
    }

    /// Waits until there is a call after `number`, the deadline is over, or the task is cancelled.
    public func waitForMore(than number: Int, until deadline: ContinuousClock.Instant) async {
        await ring.waitForChange(until: deadline) { $0.next - 1 > number }
    }

    // MARK: Marks

    /// Sets a mark named `name` after the last call.
    ///
    /// If `name` is nil, chooses a free name.
    public func mark(_ name: String? = nil) -> CallMark {
        ring.change { ring in
            var number = ring.marks.count + 1
            while name == nil, ring.has("mark \(number)") { number += 1 }
            return ring.mark(name ?? "mark \(number)")
        }
    }

    /// Returns the mark with this name; nil if no mark has this name.
    public func mark(named name: String) -> CallMark? {
        ring.read { ring in ring.marks.first { $0.name.hasSameBytes(as: name) } }
    }

    /// Forgets every call.
    ///
    /// The next call gets the next number, and marks stay. The forgotten calls do not count as missed.
    public func removeAll() {
        let (displaced, wakes) = ring.change { ring in
            let all = ring.entries(after: 0).entries
            return (all, ring.removeAll())
        }
        if wakes { wakeSpill() }
        withExtendedLifetime(displaced) {}
    }
}

/// The calls that match a filter, not yet formatted for a reader.
struct FoundCalls: Sendable {
    var entries: [(number: Int, entry: CallEntry)]
    /// The number of the last call that the search looked at.
    var last: Int
    /// The number of calls that the search missed, because the journal has forgotten them. Calls that
    /// ``CallJournal/removeAll()`` has removed do not count.
    var missed: Int
}

extension CallPage {
    fileprivate init(
        _ found: FoundCalls, complete: Bool, _ record: (CallEntry, Int) -> CallRecord = { $0.record(number: $1) }
    ) {
        self.init(
            calls: found.entries.map { record($0.entry, $0.number) }, last: found.last, complete: complete,
            missed: found.missed)
    }
}
