import OfficialAccount
import Synchronization
import TagStore

// Export, import and deletion of whole accounts.
extension EmbeddedTagStore {
    public func exportState(of appID: AppID?) throws(Refusal) -> AsyncThrowingStream<StateRecord, any Error> {
        let snapshots = try read { world throws(Refusal) in
            let chosen = if let appID { [try world.existing(appID)] } else { world.accounts.filter { !$0.isGone } }
            return chosen.map { image in
                AccountSnapshot(image, counters: Array(world.counters[image.account.appID, default: [:]].values))
            }
        }
        let place = Mutex((account: 0, record: 0))
        return AsyncThrowingStream {
            place.withLock { place in
                guard place.account < snapshots.count else { return nil }
                let snapshot = snapshots[place.account]
                defer {
                    place.record += 1
                    if place.record == snapshot.count { place = (place.account + 1, 0) }
                }
                return snapshot.record(place.record)
            }
        }
    }

    /// Imports accounts as ``TagStore/importState(_:_:)`` describes. The store first builds the accounts in memory,
    /// outside the world that readers see. The writer then writes these accounts in one transaction. Other changes wait
    /// until this transaction ends.
    public func importState(
        _ arrival: StateArrival, _ feed: (any StateSink) async throws -> Void
    ) async throws -> [AppID] {
        let arriving = ArrivingAccounts(limits: limits, seed: options.directorySeed) { [shared] appID in
            arrival == .adding && shared.state.withLock { $0.world[appID] != nil }
        }
        try await feed(arriving)
        let appIDs = arriving.appIDs
        try await change { world throws(Refusal) -> AccountArrival in
            let present = world.accounts.filter { !$0.isGone }.map(\.account.appID)
            let removed: [AppID] =
                switch arrival {
                case .adding: []
                case .replacing: present.filter(appIDs.contains)
                case .replacingAll: present
                }
            try arriving.judge(against: world, removing: removed)
            return AccountArrival(accounts: arriving, removed: removed)
        }
        return appIDs
    }

    public func deleteAccount(_ appID: AppID) async throws(Refusal) {
        let nobody = ArrivingAccounts(limits: limits, seed: options.directorySeed) { _ in false }
        try await change { world throws(Refusal) -> AccountArrival in
            _ = try world.existing(appID)
            return AccountArrival(accounts: nobody, removed: [appID])
        }
    }
}
