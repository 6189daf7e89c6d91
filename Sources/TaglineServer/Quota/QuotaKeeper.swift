import Logging
import OfficialAccount
import ServiceLifecycle
import Synchronization
import TagStore

/// Counts calls, and saves the counts in the store once a second and at shutdown.
public final class QuotaKeeper: Service {
    private let counts: Mutex<CallCounts>
    /// Whether the last save failed. The keeper logs the first failure only, not one every second.
    private let isFailing = Atomic(false)
    private let store: any TagStore
    private let surroundings: Surroundings
    private let logger: Logger

    /// Loads the counts from the store. Throws if they cannot be read.
    public init(
        policy: QuotaPolicy, store: any TagStore, surroundings: Surroundings, logger: Logger
    ) async throws(Refusal) {
        counts = Mutex(CallCounts(policy: policy, saved: try await store.counters()))
        self.store = store
        self.surroundings = surroundings
        self.logger = logger
    }

    /// Loads the counts of imported accounts from the store.
    func takeUp(of appIDs: Set<AppID>) async throws(Refusal) {
        let arrived = try await store.counters().filter { appIDs.contains($0.appID) }
        counts.withLock { $0.takeUp(arrived) }
    }

    /// Replaces the counts of `appIDs`, or all counts for nil, with those in the store.
    func begin(_ appIDs: Set<AppID>?) async throws(Refusal) {
        counts.withLock { $0.forget(appIDs) }
        let kept = try await store.counters().filter { appIDs?.contains($0.appID) ?? true }
        counts.withLock { $0.takeUp(kept) }
    }

    /// Sets every count of `appIDs` to zero, also in the store, and the count of their resets too.
    func clear(_ appIDs: Set<AppID>) async throws(Refusal) {
        counts.withLock { $0.forget(appIDs) }
        let kept = try await store.counters().filter { appIDs.contains($0.appID) }
        guard !kept.isEmpty else { return }
        _ = try await store.add(
            kept.map {
                CounterAddition(appID: $0.appID, name: $0.name, period: $0.period, step: 0, startsAnew: true)
            })
        counts.withLock { $0.forget(appIDs) }
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
        let changed = counts.withLock { $0.takeUnsaved() }
        guard !changed.isEmpty else { return }
        do throws(Refusal) {
            let sums = try await store.add(changed)
            let added = Set(sums.map { [$0.appID.rawValue, $0.name] })
            counts.withLock { counts in
                counts.takeUp(sums: sums)
                counts.putBack(changed.filter { !added.contains([$0.appID.rawValue, $0.name]) })
            }
            isFailing.store(false, ordering: .relaxed)
        } catch {
            counts.withLock { $0.putBack(changed) }
            if !isFailing.exchange(true, ordering: .relaxed) {
                logger.warning("the counts of calls cannot be kept", metadata: ["reason": "\(error.reason)"])
            }
        }
    }

    func count(_ endpoint: Endpoint, by owner: CallOwner) throws(Refusal) {
        try counts.withLock { (counts) throws(Refusal) in
            try counts.count(endpoint.path, by: owner, at: surroundings.now())
        }
    }

    func quota(of path: String, for owner: CallOwner) -> CallAllowance {
        counts.withLock { $0.quota(of: path, for: owner, at: surroundings.now()) }
    }

    func resetAll(of appID: AppID) throws(Refusal) {
        try counts.withLock { (counts) throws(Refusal) in try counts.resetAll(of: appID, at: surroundings.now()) }
    }

    func reset(_ path: String, of appID: AppID) throws(Refusal) {
        try counts.withLock { (counts) throws(Refusal) in
            try counts.reset(path, of: appID, at: surroundings.now())
        }
    }
}
