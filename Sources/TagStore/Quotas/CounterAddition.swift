import OfficialAccount

/// What is to be added to the count of one call.
public struct CounterAddition: Sendable, Hashable {
    public let appID: AppID
    public let name: String
    /// The day or the month the count is of, as in ``CallCounter/period``. A later one begins from zero; to an earlier
    /// one nothing is added any more.
    public let period: Int64
    public var step: Int
    /// Whether the count begins from zero whatever it was.
    public var startsAnew: Bool

    public init(appID: AppID, name: String, period: Int64, step: Int, startsAnew: Bool = false) {
        self.appID = appID
        self.name = name
        self.period = period
        self.step = step
        self.startsAnew = startsAnew
    }

    /// The count afterwards.
    ///
    /// - Parameter present: what it was; nil if there was none.
    public func added(to present: CallCounter?) -> CallCounter {
        let fresh = CallCounter(appID: appID, name: name, period: period, count: step)
        guard let present, !startsAnew else { return fresh }
        if present.period == period {
            return CallCounter(
                appID: appID, name: name, period: period, count: present.count.saturatingSum(with: step))
        }
        // A count of the next period is there before the last calls of this one have been added. One that is further
        // ahead is of a clock that has gone back since.
        return present.period == period.saturatingSum(with: 1) ? present : fresh
    }
}

extension TagStore {
    /// Keeps these counts in place of what was kept under the same account and name.
    public func saveCounters(_ counters: [CallCounter]) async throws(Refusal) {
        _ = try await add(
            counters.map {
                CounterAddition(
                    appID: $0.appID, name: $0.name, period: $0.period, step: $0.count, startsAnew: true)
            })
    }
}
