import OfficialAccount
import Synchronization
import TagStore

// Whole accounts, out and in.
extension EmbeddedTagStore {
    public func exportState(of appID: AppID?) throws(Refusal) -> AsyncThrowingStream<StateRecord, any Error> {
        let snapshots = try read { world throws(Refusal) in
            let chosen = if let appID { [try world.existing(appID)] } else { world.accounts }
            return chosen.map { image in
                AccountSnapshot(image, counters: world.counters.values.filter { $0.appID == image.account.appID })
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

    /// See ``TagStore/importState(_:)``. The accounts are built aside in memory; the writer is busy with nothing else while it writes
    /// them, in one transaction.
    public func importState(_ feed: (any StateSink) async throws -> Void) async throws -> [AppID] {
        let arriving = ArrivingAccounts(limits: limits, seed: options.directorySeed) { [writer] appID in
            writer.state.withLock { $0.world[appID] != nil }
        }
        try await feed(arriving)
        let appIDs = arriving.appIDs
        try await change { world throws(Refusal) in
            try arriving.judge(against: world)
            return .arrived(arriving)
        }
        return appIDs
    }
}
