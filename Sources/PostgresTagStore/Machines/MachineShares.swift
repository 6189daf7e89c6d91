import DequeModule

/// Decides which work may take a connection, so that the work for one machine leaves connections for other machines.
///
/// Work waits here while its machine has as much work as ``limit`` allows.
struct MachineShares<Work> {
    /// How many pieces of work for one machine may have a connection or wait for a connection in the pool's queue.
    ///
    /// Nil if there is no limit.
    var limit: Int?
    private var held: [String: Int] = [:]
    private var waiting: [String: Deque<Work>] = [:]
    /// The number of pieces of work that wait here.
    private(set) var count = 0

    /// Returns `work` if it may take a connection now; otherwise keeps `work` until ``end(_:)`` returns it.
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

    /// Notes that a piece of work for `machine` has ended, and returns the next piece; nil if no piece waits.
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

    /// Removes the limit, and returns all work that waits here.
    mutating func releaseAll() -> [Work] {
        limit = nil
        for (machine, work) in waiting { held[machine, default: 0] += work.count }
        defer { (waiting, count) = ([:], 0) }
        return waiting.values.flatMap(Array.init)
    }
}
