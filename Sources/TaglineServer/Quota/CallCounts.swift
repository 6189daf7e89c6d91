import OfficialAccount
import TagStore

/// Counts the calls of each account and third-party platform, and decides whether one more call is allowed. It uses no
/// clock and no store.
struct CallCounts: Sendable {
    private struct Key: Hashable {
        let appID: AppID
        let name: String
    }

    private struct Count: Equatable {
        var period: Int64
        var count: Int
    }

    /// The counts of the present day or month of this node.
    private var days: [Key: Count] = [:]
    /// The counts of a later day or month that the store has. The counts in ``days`` stay beside them, because this
    /// node needs them until its own day or month ends. Each key is also in ``days``, with an earlier period.
    private var later: [Key: Count] = [:]
    private var minutes: [Key: Count] = [:]
    /// The counts that are not yet added to the counts in the store.
    private var unsaved: [Key: CounterAddition] = [:]
    /// The counts that are now being added to the counts in the store.
    private var saving: [Key: CounterAddition] = [:]
    /// The latest time at which this node has begun a save; nil before the first save.
    private var latestSave: UnixTime?
    /// Whether no other node uses the store. A count of a later day or month then means that the clock of this node has
    /// gone back.
    private let isAlone: Bool
    var policy: QuotaPolicy

    /// The names under which this type counts resets. A path begins with a slash, so no path equals them.
    private static let resetsOfAll = "resets of all"
    private static let resetsOfOne = "resets of one"
    /// The most seconds by which the clock of another node may be ahead. A count of a day that begins later means that
    /// the clock of this node has gone back or is behind.
    private var clockDifference: Int64 { isAlone ? 0 : 3600 }

    init(policy: QuotaPolicy, saved: [CallCounter] = [], isAlone: Bool = false) {
        self.policy = policy
        self.isAlone = isAlone
        takeUp(saved)
    }

    /// Takes over `saved`, the counts that the store kept.
    mutating func takeUp(_ saved: [CallCounter]) {
        for counter in saved {
            days[Key(appID: counter.appID, name: counter.name)] = Count(period: counter.period, count: counter.count)
        }
    }

    /// Removes the counts of `appIDs`, or all counts if `appIDs` is nil.
    mutating func forget(_ appIDs: Set<AppID>?) {
        func stays(_ key: Key) -> Bool { appIDs.map { !$0.contains(key.appID) } ?? false }
        days = days.filter { stays($0.key) }
        later = later.filter { stays($0.key) }
        minutes = minutes.filter { stays($0.key) }
        unsaved = unsaved.filter { stays($0.key) }
    }

    /// Counts a call. If the quota is used up, throws 45009 or 45011 and does not count the call.
    mutating func count(_ path: String, by owner: CallOwner, at now: UnixTime) throws(Refusal) {
        let quota = quota(of: path, for: owner)
        guard quota.perDay != nil || quota.perMinute != nil else { return }
        let appID = owner.appID
        let key = Key(appID: appID, name: path)
        if let perDay = quota.perDay, used(key, in: now.platformDay) >= perDay {
            throw Refusal(
                .dailyQuotaReached,
                "\(appID) has made this call \(perDay) times today; the count starts again at midnight, UTC+8")
        }
        let minute = now.seconds / 60
        if let perMinute = quota.perMinute {
            let used = minutes[key].flatMap { $0.period == minute ? $0.count : nil } ?? 0
            guard used < perMinute else {
                throw Refusal(.minuteQuotaReached, "\(appID) has made this call \(perMinute) times in this minute")
            }
            minutes[key] = Count(period: minute, count: used.saturatingSum(with: 1))
        }
        add(1, to: key, in: now.platformDay)
    }

    /// Returns the answer of `openapi/quota/get`.
    func quota(of path: String, for owner: CallOwner, at now: UnixTime) -> CallAllowance {
        let quota = quota(of: path, for: owner)
        return CallAllowance(
            perDay: quota.perDay, used: used(Key(appID: owner.appID, name: path), in: now.platformDay),
            perMinute: quota.perMinute)
    }

    /// Returns the owner's own quota of the call. If the owner has none, returns the quota in ``policy``.
    private func quota(of path: String, for owner: CallOwner) -> CallQuota {
        owner.quotas[path] ?? CallQuota(perDay: policy.perDay[path], perMinute: policy.perMinute[path])
    }

    /// Sets every count of the account to zero. Throws 48006 if the account has used up its resets this month.
    mutating func resetAll(of appID: AppID, at now: UnixTime) throws(Refusal) {
        try countReset(Self.resetsOfAll, limit: Limits.resetsOfAllPerMonth, of: appID, at: now)
        for key in days.keys where key.appID == appID && key.name.hasPrefix("/") { reset(key, at: now) }
    }

    /// Sets one count of the account to zero. Throws 48006 if the account has used up its resets this month.
    mutating func reset(_ path: String, of appID: AppID, at now: UnixTime) throws(Refusal) {
        try countReset(Self.resetsOfOne, limit: Limits.resetsOfOnePerMonth, of: appID, at: now)
        reset(Key(appID: appID, name: path), at: now)
    }

    /// Sets each count of a later day or month to zero, because a person has set the clock back to `now`.
    ///
    /// Otherwise the store would drop the additions of this node, because a count of the next day usually comes from a
    /// node that is already past midnight.
    mutating func resetLaterCounts(at now: UnixTime) {
        for (key, count) in days.merging(later, uniquingKeysWith: { $1 })
        where count.period > CallCounter.period(of: key.name, at: now) {
            reset(key, at: now)
        }
    }

    /// Sets those counts of `stored` to zero that are of a later day or month than any node should have at `now`. The
    /// caller must know that no other node is making these counts.
    mutating func resetLaterCounts(among stored: [CallCounter], at now: UnixTime) {
        for counter in stored where isLater(counter, than: now) {
            reset(Key(appID: counter.appID, name: counter.name), at: now)
        }
    }

    /// Notes the time at which a save begins, for ``judgeLaterCounts(among:at:)``.
    mutating func noteSave(at now: UnixTime) {
        latestSave = max(latestSave ?? now, now)
    }

    /// Judges `sums`, the counts that the store has after a save. If this node is alone, or if its clock has gone back
    /// since an earlier save, resets later counts as ``resetLaterCounts(among:at:)`` does.
    ///
    /// - Returns: whether another node has made a later count. This count stays, because the clock of this node must be
    ///   behind.
    mutating func judgeLaterCounts(among sums: [CallCounter], at now: UnixTime) -> Bool {
        let hasGoneBack = latestSave.map { now + clockDifference < $0 } ?? false
        guard isAlone || hasGoneBack else { return sums.contains { isLater($0, than: now) } }
        resetLaterCounts(among: sums, at: now)
        return false
    }

    private func isLater(_ counter: CallCounter, than now: UnixTime) -> Bool {
        counter.period > CallCounter.period(of: counter.name, at: now + clockDifference)
    }

    /// Returns the counts since this function last ran. The caller must pass the result of the save to
    /// ``takeUp(sums:)`` or ``putBack(_:)`` before it calls this function again.
    mutating func takeUnsaved() -> [CounterAddition] {
        (saving, unsaved) = (unsaved, [:])
        return saving.map { key, addition in
            var addition = addition
            addition.known = used(key, in: addition.period)
            return addition
        }
    }

    /// Adds `additions` to the unsaved counts again, because the store could not keep them.
    mutating func putBack(_ additions: [CounterAddition]) {
        saving = [:]
        for var addition in additions {
            let key = Key(appID: addition.appID, name: addition.name)
            if let later = unsaved[key] {
                guard !later.startsAnew, later.period == addition.period else { continue }
                addition.step = addition.step.saturatingSum(with: later.step)
            }
            unsaved[key] = addition
        }
    }

    /// Takes over `sums`, the counts that the store has after a save. They include the calls that other nodes counted.
    mutating func takeUp(sums: [CallCounter]) {
        saving = [:]
        for sum in sums {
            let key = Key(appID: sum.appID, name: sum.name)
            let news = unsaved[key]
            guard news?.startsAnew != true, news.map({ $0.period <= sum.period }) ?? true else { continue }
            let own = news?.period == sum.period ? news?.step ?? 0 : 0
            takeUp(Count(period: sum.period, count: sum.count.saturatingSum(with: own)), for: key)
        }
    }

    /// Takes over `count`, which the store has for `key`. If the present count of this node is of an earlier day or
    /// month, keeps both.
    private mutating func takeUp(_ count: Count, for key: Key) {
        if let present = days[key], present.period < count.period {
            later[key] = count
        } else {
            days[key] = count
            later[key] = nil
        }
    }

    /// Replaces the counts of an account or platform with the counts in the store, plus the additions that the store
    /// may not have yet. If another node has reset counts, the counts of this minute and those that only this node has
    /// begin anew too.
    mutating func refresh(_ appID: AppID, from stored: [CallCounter]) {
        let before = resets(of: appID)
        let kept = Dictionary(stored.map { (Key(appID: appID, name: $0.name), $0) }) { _, last in last }
        let own = [Array(days.keys), Array(saving.keys), Array(unsaved.keys)].joined().filter { $0.appID == appID }
        for key in Set(own).union(kept.keys) {
            var counter = kept[key]
            for addition in [saving[key], unsaved[key]].compactMap(\.self) { counter = addition.added(to: counter) }
            if let counter {
                takeUp(Count(period: counter.period, count: counter.count), for: key)
            } else {
                days[key] = nil
                later[key] = nil
            }
        }
        guard resets(of: appID) != before else { return }
        minutes = minutes.filter { $0.key.appID != appID }
        for (key, count) in later where key.appID == appID && key.name.hasPrefix("/") {
            days[key] = count
            later[key] = nil
        }
    }

    private func resets(of appID: AppID) -> [Count?] {
        [Self.resetsOfAll, Self.resetsOfOne].map { Key(appID: appID, name: $0) }.flatMap { [days[$0], later[$0]] }
    }

    private mutating func countReset(_ name: String, limit: Int, of appID: AppID, at now: UnixTime) throws(Refusal) {
        let key = Key(appID: appID, name: name)
        guard used(key, in: now.platformMonth) < limit else {
            throw Refusal(.clearQuotaLimitReached, "\(appID) has reset counts \(limit) times this month")
        }
        add(1, to: key, in: now.platformMonth)
    }

    private mutating func reset(_ key: Key, at now: UnixTime) {
        let period = CallCounter.period(of: key.name, at: now)
        days[key] = Count(period: period, count: 0)
        later[key] = nil
        minutes[key] = nil
        unsaved[key] = CounterAddition(appID: key.appID, name: key.name, period: period, step: 0, startsAnew: true)
    }

    private mutating func add(_ step: Int, to key: Key, in period: Int64) {
        days[key] = Count(period: period, count: used(key, in: period).saturatingSum(with: step))
        if let next = later[key], next.period <= period { later[key] = nil }
        let fresh = CounterAddition(appID: key.appID, name: key.name, period: period, step: 0)
        var addition = unsaved[key] ?? fresh
        if addition.period != period { addition = fresh }
        addition.step = addition.step.saturatingSum(with: step)
        unsaved[key] = addition
    }

    /// Returns the count of the day or month `period`; 0 if there is none.
    private func used(_ key: Key, in period: Int64) -> Int {
        if let count = days[key], count.period == period { return count.count }
        if let count = later[key], count.period == period { return count.count }
        return 0
    }
}
