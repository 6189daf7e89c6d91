public import OfficialAccount

/// An addition to the count of one call.
public struct CounterAddition: Sendable, Hashable {
    public let appID: AppID
    public let name: String
    /// The day or the month of the count, as in ``CallCounter/period``. A later period begins from zero. If the present
    /// count is already of the next period, the store adds nothing.
    public let period: Int64
    public var step: Int
    /// Whether the count begins from zero, even if its period has not changed.
    public var startsAnew: Bool

    public init(appID: AppID, name: String, period: Int64, step: Int, startsAnew: Bool = false) {
        self.appID = appID
        self.name = name
        self.period = period
        self.step = step
        self.startsAnew = startsAnew
    }

    /// Returns the count after the addition.
    ///
    /// - Parameter present: the count before the addition; nil if there was none.
    public func added(to present: CallCounter?) -> CallCounter {
        let fresh = CallCounter(appID: appID, name: name, period: period, count: step)
        guard let present, !startsAnew else { return fresh }
        if present.period == period {
            return CallCounter(
                appID: appID, name: name, period: period, count: present.count.saturatingSum(with: step))
        }
        // The count can already be of the next period when calls of an earlier period are added. A count of a still
        // later period was made before the clock went back.
        return present.period == period.saturatingSum(with: 1) ? present : fresh
    }
}

extension TagStore {
    /// Replaces each count of the same account and name with the count in `counters`.
    public func saveCounters(_ counters: [CallCounter]) async throws(Refusal) {
        _ = try await add(
            counters.map {
                CounterAddition(
                    appID: $0.appID, name: $0.name, period: $0.period, step: $0.count, startsAnew: true)
            })
    }
}
