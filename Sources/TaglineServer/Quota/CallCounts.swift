import OfficialAccount
import TagStore

/// How often each account and each third-party platform has made each call, and whether it may once more: the
/// decisions, without clock or store.
struct CallCounts: Sendable {
    private struct Key: Hashable {
        let appID: AppID
        let name: String
    }

    private struct Count {
        var period: Int64
        var count: Int
    }

    private var days: [Key: Count] = [:]
    private var minutes: [Key: Count] = [:]
    /// What has been counted here and not been added to what is kept.
    private var unsaved: [Key: CounterAddition] = [:]
    var policy: QuotaPolicy

    /// The names under which resets are counted, which no path can have.
    private static let resetsOfAll = "resets of all"
    private static let resetsOfOne = "resets of one"

    init(policy: QuotaPolicy, saved: [CallCounter] = []) {
        self.policy = policy
        takeUp(saved)
    }

    /// Goes on from counts that were kept.
    mutating func takeUp(_ saved: [CallCounter]) {
        for counter in saved {
            days[Key(appID: counter.appID, name: counter.name)] = Count(period: counter.period, count: counter.count)
        }
    }

    /// Forgets what these accounts have called, or all of them for nil.
    mutating func forget(_ appIDs: Set<AppID>?) {
        func stays(_ key: Key) -> Bool { appIDs.map { !$0.contains(key.appID) } ?? false }
        days = days.filter { stays($0.key) }
        minutes = minutes.filter { stays($0.key) }
        unsaved = unsaved.filter { stays($0.key) }
    }

    /// Counts a call. Throws 45009 or 45011 if it is one too many, and then does not count it.
    mutating func count(_ path: String, by owner: CallOwner, at now: UnixTime) throws(Refusal) {
        let quota = quota(of: path, for: owner)
        guard quota.perDay != nil || quota.perMinute != nil else { return }
        let appID = owner.appID
        let key = Key(appID: appID, name: path)
        if let perDay = quota.perDay, used(key, in: days, now.platformDay) >= perDay {
            throw Refusal(
                .dailyQuotaReached,
                "\(appID) has made this call \(perDay) times today; it counts anew at midnight, UTC+8")
        }
        let minute = now.seconds / 60
        if let perMinute = quota.perMinute {
            guard used(key, in: minutes, minute) < perMinute else {
                throw Refusal(.minuteQuotaReached, "\(appID) has made this call \(perMinute) times in this minute")
            }
            minutes[key] = Count(period: minute, count: used(key, in: minutes, minute).saturatingSum(with: 1))
        }
        add(1, to: key, in: now.platformDay)
    }

    /// What `openapi/quota/get` says.
    func quota(of path: String, for owner: CallOwner, at now: UnixTime) -> CallAllowance {
        let quota = quota(of: path, for: owner)
        return CallAllowance(
            perDay: quota.perDay, used: used(Key(appID: owner.appID, name: path), in: days, now.platformDay),
            perMinute: quota.perMinute)
    }

    /// The owner's own quota, or everyone's.
    private func quota(of path: String, for owner: CallOwner) -> CallQuota {
        owner.quotas[path] ?? CallQuota(perDay: policy.perDay[path], perMinute: policy.perMinute[path])
    }

    /// Sets every count of the account to zero. Throws 48006 if that was done too often this month.
    mutating func resetAll(of appID: AppID, at now: UnixTime) throws(Refusal) {
        try countReset(Self.resetsOfAll, limit: Limits.resetsOfAllPerMonth, of: appID, at: now)
        for key in days.keys where key.appID == appID && key.name.hasPrefix("/") { reset(key, at: now) }
    }

    /// Sets one count of the account to zero. Throws 48006 if that was done too often this month.
    mutating func reset(_ path: String, of appID: AppID, at now: UnixTime) throws(Refusal) {
        try countReset(Self.resetsOfOne, limit: Limits.resetsOfOnePerMonth, of: appID, at: now)
        reset(Key(appID: appID, name: path), at: now)
    }

    /// What has been counted since it was last taken.
    mutating func takeUnsaved() -> [CounterAddition] {
        defer { unsaved = [:] }
        return Array(unsaved.values)
    }

    /// These could not be kept: they are unsaved again, beside what has been counted since.
    mutating func putBack(_ additions: [CounterAddition]) {
        for var addition in additions {
            let key = Key(appID: addition.appID, name: addition.name)
            if let later = unsaved[key] {
                guard !later.startsAnew, later.period == addition.period else { continue }
                addition.step = addition.step.saturatingSum(with: later.step)
            }
            unsaved[key] = addition
        }
    }

    /// These are the counts that are kept by now, with what other nodes have counted.
    mutating func takeUp(sums: [CallCounter]) {
        for sum in sums {
            let key = Key(appID: sum.appID, name: sum.name)
            let later = unsaved[key]
            guard later?.startsAnew != true, later.map({ $0.period <= sum.period }) ?? true else { continue }
            let own = later?.period == sum.period ? later?.step ?? 0 : 0
            days[key] = Count(period: sum.period, count: sum.count.saturatingSum(with: own))
        }
    }

    private mutating func countReset(_ name: String, limit: Int, of appID: AppID, at now: UnixTime) throws(Refusal) {
        let key = Key(appID: appID, name: name)
        guard used(key, in: days, now.platformMonth) < limit else {
            throw Refusal(.clearQuotaLimitReached, "\(appID) has reset counts \(limit) times this month")
        }
        add(1, to: key, in: now.platformMonth)
    }

    private mutating func reset(_ key: Key, at now: UnixTime) {
        days[key] = Count(period: now.platformDay, count: 0)
        minutes[key] = nil
        unsaved[key] = CounterAddition(
            appID: key.appID, name: key.name, period: now.platformDay, step: 0, startsAnew: true)
    }

    private mutating func add(_ step: Int, to key: Key, in period: Int64) {
        days[key] = Count(period: period, count: used(key, in: days, period).saturatingSum(with: step))
        let fresh = CounterAddition(appID: key.appID, name: key.name, period: period, step: 0)
        var addition = unsaved[key] ?? fresh
        if addition.period != period { addition = fresh }
        addition.step = addition.step.saturatingSum(with: step)
        unsaved[key] = addition
    }

    private func used(_ key: Key, in counts: [Key: Count], _ period: Int64) -> Int {
        guard let count = counts[key], count.period == period else { return 0 }
        return count.count
    }
}
