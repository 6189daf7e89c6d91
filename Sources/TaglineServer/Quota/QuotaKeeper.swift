import Logging
import OfficialAccount
import ServiceLifecycle
import Synchronization
import TagStore

/// Counts calls, and saves the counts in the store once a second, after a reset and at shutdown.
///
/// Several nodes can use one store. Each of them counts calls, and can set counts to zero. So before the keeper refuses
/// a call of an account, it reads the counts of this account again, at most once a second.
public final class QuotaKeeper: Service {
    private let counts: Mutex<CallCounts>
    private let pace = Mutex(RereadPace())
    /// The last save. The next save begins after it, so that the store gets additions in the order of the calls.
    private let lastSave = Mutex<Task<Void, Never>?>(nil)
    /// The saves that have failed.
    private let failures = Mutex(FailureCount())
    /// The saves that found a later count of another node.
    private let lateSaves = Mutex(FailureCount())
    private let store: any TagStore
    private let surroundings: Surroundings
    private let instant: @Sendable () -> ContinuousClock.Instant
    private let logger: Logger

    /// Loads the counts from the store. Throws if they cannot be read.
    ///
    /// - Parameters:
    ///   - isAlone: whether no other node uses the store. Counts of a later day or month then show that the clock has
    ///     gone back.
    ///   - instant: the clock that paces the reads of counts and the warnings. No caller can set this clock, unlike the
    ///     clock of a sandbox.
    public init(
        policy: QuotaPolicy, store: any TagStore, surroundings: Surroundings, logger: Logger, isAlone: Bool = true,
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) async throws(Refusal) {
        let saved = try await store.counters()
        var counts = CallCounts(policy: policy, saved: saved, isAlone: isAlone)
        if isAlone { counts.resetLaterCounts(among: saved, at: surroundings.now()) }
        self.counts = Mutex(counts)
        self.store = store
        self.surroundings = surroundings
        self.instant = instant
        self.logger = logger
    }

    /// Replaces the counts of `appIDs`, or all counts if `appIDs` is nil, with the counts in the store.
    func begin(_ appIDs: Set<AppID>?) async throws(Refusal) {
        counts.withLock { $0.forget(appIDs) }
        let kept = try await kept(of: appIDs)
        let now = surroundings.now()
        counts.withLock { counts in
            counts.takeUp(kept)
            // The clock of the server from which imported counts come may have been ahead.
            counts.resetLaterCounts(among: kept, at: now)
        }
    }

    /// Sets every count of `appIDs` to zero, on this node and in the store. The counts of resets become zero too.
    func clear(_ appIDs: Set<AppID>) async throws(Refusal) {
        counts.withLock { $0.forget(appIDs) }
        let kept = try await kept(of: appIDs)
        guard !kept.isEmpty else { return }
        let now = surroundings.now()
        let cleared = try await store.add(
            kept.map {
                CounterAddition(
                    appID: $0.appID, name: $0.name, period: CallCounter.period(of: $0.name, at: now), step: 0,
                    startsAnew: true)
            })
        counts.withLock { counts in
            counts.forget(appIDs)
            counts.takeUp(cleared)
        }
    }

    /// Sets each count of a later day or month to zero, on this node and in the store. Call it after a change of
    /// the clock, because the clock may have gone back.
    func resetLaterCounts() async {
        // Counts that are being saved now can be of a later day too.
        await save()
        let now = surroundings.now()
        counts.withLock { $0.resetLaterCounts(at: now) }
        await save()
    }

    /// Returns the counts of `appIDs` in the store, or all counts if `appIDs` is nil.
    private func kept(of appIDs: Set<AppID>?) async throws(Refusal) -> [CallCounter] {
        guard let appIDs else { return try await store.counters() }
        var kept: [CallCounter] = []
        for appID in appIDs { kept += try await store.counters(of: appID) }
        return kept
    }

    /// Applies another policy from now on. The present counts stay.
    public func apply(_ policy: QuotaPolicy) {
        counts.withLock { $0.policy = policy }
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: .seconds(1))) != nil { await self.save() }
        }
        await save()
    }

    /// Saves the changed counts in the store.
    public func save() async {
        let save = lastSave.withLock { last in
            let save = Task { [before = last] in
                await before?.value
                await saveChanged()
            }
            last = save
            return save
        }
        await save.value
    }

    private func saveChanged() async {
        let start = surroundings.now()
        let changed = counts.withLock { counts -> [CounterAddition] in
            counts.noteSave(at: start)
            return counts.takeUnsaved()
        }
        guard !changed.isEmpty else { return }
        do throws(Refusal) {
            let sums = try await store.add(changed)
            let added = Set(sums.map { [$0.appID.rawValue, $0.name] })
            let now = surroundings.now()
            let isBehind = counts.withLock { counts -> Bool in
                counts.takeUp(sums: sums)
                defer { counts.putBack(changed.filter { !added.contains([$0.appID.rawValue, $0.name]) }) }
                return counts.judgeLaterCounts(among: sums, at: now)
            }
            if isBehind { warnOfClock() } else { _ = lateSaves.withLock { $0.end() } }
            if let failed = failures.withLock({ $0.end() }) {
                logger.notice("the counts of calls can be kept again", metadata: ["failed": "\(failed)"])
            }
        } catch {
            counts.withLock { $0.putBack(changed) }
            let time = instant()
            if let failed = failures.withLock({ $0.note(at: time) }) {
                logger.warning(
                    "the counts of calls cannot be kept",
                    metadata: ["reason": "\(error.reason)", "failed": "\(failed)"])
            }
        }
    }

    /// Logs that the counts of this node do not reach other nodes because its clock is behind, at most once a minute.
    private func warnOfClock() {
        let time = instant()
        guard let late = lateSaves.withLock({ $0.note(at: time) }) else { return }
        logger.warning(
            "this node's clock is more than an hour behind the counts of other nodes; check the clocks of all nodes",
            metadata: ["saves": "\(late)"])
    }

    // MARK: Calls

    /// Counts a call. Throws 45009 or 45011 if the quota is used up.
    func count(_ endpoint: Endpoint, by owner: CallOwner) async throws(Refusal) {
        let now = surroundings.now()
        try await judge(owner.appID) { (counts) throws(Refusal) in
            try counts.count(endpoint.path, by: owner, at: now)
        }
    }

    /// Returns the answer of `openapi/quota/get`.
    func quota(of path: String, for owner: CallOwner) async -> CallAllowance {
        _ = await reread(owner.appID)
        return counts.withLock { $0.quota(of: path, for: owner, at: surroundings.now()) }
    }

    /// Sets every count of the account to zero, including counts that only other nodes know. When the function returns,
    /// other nodes find the reset in the store.
    func resetAll(of appID: AppID) async throws(Refusal) {
        await refresh(appID)
        let now = surroundings.now()
        try await judge(appID) { (counts) throws(Refusal) in try counts.resetAll(of: appID, at: now) }
        await save()
    }

    /// Sets one count of the account to zero. When the function returns, other nodes find the reset in the store.
    func reset(_ path: String, of appID: AppID) async throws(Refusal) {
        let now = surroundings.now()
        try await judge(appID) { (counts) throws(Refusal) in try counts.reset(path, of: appID, at: now) }
        await save()
    }

    /// Runs `body` on the counts of this node. If `body` refuses, runs it again on the counts in the store, because
    /// another node may have reset counts.
    private func judge(
        _ appID: AppID, _ body: (inout CallCounts) throws(Refusal) -> Void
    ) async throws(Refusal) {
        do throws(Refusal) {
            return try counts.withLock { (counts) throws(Refusal) in try body(&counts) }
        } catch {
            guard await reread(appID) else { throw error }
        }
        try counts.withLock { (counts) throws(Refusal) in try body(&counts) }
    }

    /// Refreshes the counts of an account. Returns false if the store fails, or if the last refresh was less than a
    /// second ago.
    private func reread(_ appID: AppID) async -> Bool {
        guard pace.withLock({ $0.mayRead(appID, at: instant()) }) else { return false }
        return await refresh(appID)
    }

    /// Reads the counts of an account from the store again. Returns false if the store fails.
    @discardableResult
    private func refresh(_ appID: AppID) async -> Bool {
        guard let kept = try? await store.counters(of: appID) else { return false }
        counts.withLock { $0.refresh(appID, from: kept) }
        return true
    }
}
