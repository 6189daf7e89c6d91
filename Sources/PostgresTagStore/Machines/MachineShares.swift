import DequeModule

/// Decides which work may take a connection, so that work for one machine leaves connections for the others. Work
/// beyond its machine's share waits here.
struct MachineShares<Work> {
    /// The most pieces of work for one machine that may have a connection or wait for one; nil for any number.
    var limit: Int?
    private var held: [String: Int] = [:]
    private var waiting: [String: Deque<Work>] = [:]
    /// The number of pieces of work that wait here.
    private(set) var count = 0

    /// Returns `work` if it may take a connection now. Otherwise keeps it until ``end(_:)`` returns it.
    mutating func admit(_ work: Work, for machine: String?) -> Work? {
        guard let machine else { return work }
        if let limit, held[machine, default: 0] >= limit {
            waiting[machine, default: []].append(work)
            count += 1
            return nil
        }
        held[machine, default: 0] += 1
        return work
    }

    /// Notes that a piece of work for `machine` has ended. Returns the piece that takes its place; nil if none waits.
    mutating func end(_ machine: String?) -> Work? {
        guard let machine else { return nil }
        if let next = waiting[machine]?.popFirst() {
            count -= 1
            if waiting[machine]?.isEmpty == true { waiting[machine] = nil }
            return next
        }
        held[machine] = held[machine].flatMap { $0 > 1 ? $0 - 1 : nil }
        return nil
    }

    /// Lifts the limit, and returns all the work that waits.
    mutating func releaseAll() -> [Work] {
        limit = nil
        for (machine, work) in waiting { held[machine, default: 0] += work.count }
        defer { (waiting, count) = ([:], 0) }
        return waiting.values.flatMap(Array.init)
    }
}
