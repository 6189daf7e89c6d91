public import OfficialAccount

/// An addition to one ``CallCounter``.
public struct CounterAddition: Sendable, Hashable {
    public let appID: AppID
    public let name: String
    /// The day or the month of the count, as in ``CallCounter/period``. If the present count is of an earlier period,
    /// the store counts from zero again. If the present count is already of a later period, the store adds nothing.
    /// But see ``replaces(_:at:)``.
    public let period: Int64
    public var step: Int
    /// Whether the store counts from zero again even if the period has not changed.
    public var startsAnew: Bool
    /// The count that the node has for the period, with this addition; 0 if the node does not say. The store uses it
    /// only if it replaces a later count; see ``replaces(_:at:)``.
    public var known: Int

    public init(
        appID: AppID, name: String, period: Int64, step: Int, startsAnew: Bool = false, known: Int = 0
    ) {
        self.appID = appID
        self.name = name
        self.period = period
        self.step = step
        self.startsAnew = startsAnew
        self.known = known
    }

    /// Returns the count after the addition.
    ///
    /// - Parameter present: the count before the addition; nil if there was no count.
    public func added(to present: CallCounter?) -> CallCounter {
        let fresh = CallCounter(appID: appID, name: name, period: period, count: step)
        guard let present, !startsAnew else { return fresh }
        if present.period == period {
            return CallCounter(
                appID: appID, name: name, period: period, count: present.count.saturatingSum(with: step))
        }
        // When a node adds calls of one period, the count can already be of a later period. Then another node is past
        // midnight, or the clock of this node is behind. A node whose own clock was set back starts the count anew,
        // with `startsAnew`.
        return present.period > period ? present : fresh
    }

    /// Returns whether the store must repeat this addition as ``replacement``. This is so if `sum` is of a later period
    /// that begins more than a day after `now`.
    ///
    /// A node whose clock was wrong made such a count. If the count stayed, no call would count until that period.
    ///
    /// - Parameters:
    ///   - sum: the count after this addition.
    ///   - now: the time of a clock that all nodes share. A node must not pass its own clock. If that clock is behind,
    ///     the node would replace the counts of other nodes.
    public func replaces(_ sum: CallCounter, at now: UnixTime) -> Bool {
        sum.period > period && sum.period > CallCounter.period(of: name, at: now + 86_400)
    }

    /// The addition with which the node's own count of the period replaces a later count.
    public var replacement: CounterAddition {
        CounterAddition(appID: appID, name: name, period: period, step: max(step, known), startsAnew: true)
    }
}

extension TagStore {
    /// Stores each count in `counters`, and replaces the stored count that has the same account and name.
    public func saveCounters(_ counters: [CallCounter]) async throws(Refusal) {
        _ = try await add(
            counters.map {
                CounterAddition(
                    appID: $0.appID, name: $0.name, period: $0.period, step: $0.count, startsAnew: true)
            })
    }
}
