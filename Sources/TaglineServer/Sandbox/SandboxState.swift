import AdminAPI
import OfficialAccount
import Synchronization
import TagStore

/// Resets a sandbox to its first state, and takes and restores snapshots. Holds the clock, the faults and the other
/// parts of a sandbox that tests can change.
public final class SandboxState: Sendable {
    /// The most snapshots at once.
    static let mostSnapshots = 100
    /// The most followers of all snapshots together.
    static let mostFollowers = 5_000_000

    private struct Snapshot {
        let info: SnapshotInfo
        let records: [StateRecord]
        let clock: SandboxClock.Reading
        /// The relaxed accounts among the accounts of the snapshot.
        let relaxed: Set<AppID>
        /// The chosen texts of the tokens of these relaxed accounts.
        let givenTokens: [AppID: Set<String>]
        /// The settings of the unsteady accounts among the accounts of the snapshot.
        let unsteadiness: [AppID: Unsteadiness]
    }

    public let clock: SandboxClock
    public let faults: FaultBoard
    /// The store that API calls use.
    public let unsteadiness: UnsteadyStore
    public let relaxed: RelaxedAccounts
    private let world: SandboxWorld
    /// The fault rules that the sandbox plays from the start.
    private let firstFaults: FaultSet
    private let snapshots = Mutex<[ExactText: Snapshot]>([:])

    private var store: any TagStore { unsteadiness.steady }

    /// - Parameter firstFaults: the fault rules that the sandbox plays from the start, and again after a reset.
    public init(
        world: SandboxWorld = .demo, clock: SandboxClock, faults: FaultBoard,
        firstFaults: FaultSet = FaultSet(rules: []), store: UnsteadyStore, relaxed: RelaxedAccounts
    ) {
        self.firstFaults = firstFaults
        self.relaxed = relaxed
        self.world = world
        self.clock = clock
        self.faults = faults
        unsteadiness = store
        faults.replaceAll(with: firstFaults)
    }

    // MARK: Starting over

    /// Restores the first state: accounts, clock, faults and steadiness. With `appID`, restores only the state of that
    /// account. Throws ``Refusal`` 40013 for an account that the world does not have. If the store or a file cannot be
    /// written, throws and changes nothing.
    func reset(_ appID: AppID?, quotas: QuotaKeeper) async throws -> [AppID] {
        let firstClock = appID == nil ? SandboxClock.Reading() : nil
        let records = world.records(of: appID, at: firstClock.map { clock.time(in: $0) } ?? clock.now)
        if let appID, records.isEmpty { throw Refusal.unknownAccount(appID) }
        let accounts = try await put(
            records, appID == nil ? .replacingAll : .replacing, clock: firstClock, quotas: quotas)
        unsteadiness.settle(appID)
        try relaxed.replaceAll(with: appID == nil ? [] : Set(relaxed.appIDs).subtracting(accounts))
        guard appID == nil else { return accounts }
        faults.replaceAll(with: firstFaults)
        try await resetComponents(quotas: quotas)
        return accounts
    }

    /// Restores the third-party platform of the demo world, if the sandbox has this world. Sets the counts of every
    /// third-party platform to zero.
    ///
    /// The tokens and codes of every third-party platform end, and the reset withdraws the grants to it. A store cannot
    /// remove a third-party platform. So a third-party platform that a test has added keeps its secret and its
    /// settings, except quotas.
    private func resetComponents(quotas: QuotaKeeper) async throws {
        let components = try await store.components().map(\.appID)
        for appID in components {
            try await store.changeComponent(appID, account: nil) { (component, _) throws(Refusal) in
                component.settings.quotas = nil
                component.replaceSecret(by: component.secret)
                component.endCodes()
            }
            for account in try await store.grants(to: appID, of: nil).map(\.account) {
                try await store.changeComponent(appID, account: account) { (_, grant) throws(Refusal) in
                    var withdrawn = grant
                    withdrawn?.withdraw()
                    grant = withdrawn
                }
            }
        }
        if world.isDemo { try await DemoWorld.restoreComponent(in: store, at: clock.now) }
        try await quotas.clear(Set(components))
    }

    /// Throws if ``forget(_:)`` could not write the list of relaxed accounts. Call it before the account is deleted.
    func checkForgetting(_ appID: AppID) throws {
        if relaxed.contains(appID) { try relaxed.checkFile() }
    }

    /// Forgets everything about an account that the store does not keep, because the account has been deleted.
    func forget(_ appID: AppID) throws {
        unsteadiness.settle(appID)
        faults.forgetEndedTokens(of: [appID])
        try relaxed.set(appID, isRelaxed: false)
    }

    /// Forgets the earlier changes of these accounts, because an import has replaced the state of the accounts. Their
    /// unsteadiness stays.
    func forgetChanges(of accounts: [AppID]) {
        for appID in accounts { unsteadiness.setUnsteadiness(unsteadiness.unsteadiness(of: appID), of: appID) }
        faults.forgetEndedTokens(of: accounts)
    }

    /// Puts `records` into the store, and then sets the clock. If the store or a file cannot be written, throws and
    /// changes nothing.
    ///
    /// - Parameter reading: the new state of the clock; nil leaves the clock as it is.
    private func put(
        _ records: [StateRecord], _ arrival: StateArrival, clock reading: SandboxClock.Reading?, quotas: QuotaKeeper
    ) async throws -> [AppID] {
        if reading != nil { try clock.checkFile() }
        try relaxed.checkFile()
        let accounts = try await store.importState(arrival) { sink in
            for record in records { try sink.take(record) }
        }
        // The disk may fill between the check and this moment. Then the accounts are new, and only the clock is not.
        let unset = Result { if let reading { try clock.restore(reading) } }
        try await quotas.begin(arrival == .replacingAll ? nil : Set(accounts))
        faults.forgetEndedTokens(of: accounts)
        try unset.get()
        return accounts
    }

    // MARK: Snapshots

    var list: SnapshotList {
        SnapshotList(snapshots: snapshots.withLock { $0.sorted { $0.key < $1.key }.map(\.value.info) })
    }

    /// Keeps the state of the account `appID` under `name`. If `appID` is nil, keeps the state of all accounts and of
    /// the clock. If a snapshot already has this name, the new snapshot replaces it.
    func take(_ name: String, of appID: AppID?, quotas: QuotaKeeper) async throws -> SnapshotInfo {
        await quotas.save()
        var records: [StateRecord] = []
        var (accounts, followers) = (0, 0)
        for try await record in try await store.exportState(of: appID) {
            switch record {
            case .account: accounts += 1
            case .followers(let part): followers += part.count
            case .token, .counter: break
            }
            guard followers <= Self.mostFollowers else { throw Self.tooMuch }
            records.append(record)
        }
        let info = SnapshotInfo(
            name: name, account: appID?.rawValue, accounts: accounts, followers: followers, time: clock.now.seconds)
        let kept = Set(relaxed.appIDs.filter { appID == nil || $0 == appID })
        let snapshot = Snapshot(
            info: info, records: records, clock: clock.current, relaxed: kept,
            givenTokens: relaxed.givenTokens(of: kept),
            unsteadiness: unsteadiness.settings.filter { appID == nil || $0.key == appID })
        let isKept = snapshots.withLock { snapshots in
            let others = snapshots.filter { $0.key != ExactText(name) }.values
            guard others.count < Self.mostSnapshots,
                others.reduce(followers, { $0 + $1.info.followers }) <= Self.mostFollowers
            else { return false }
            snapshots[ExactText(name)] = snapshot
            return true
        }
        guard isKept else { throw Self.tooMuch }
        return info
    }

    private static let tooMuch = AdminError.conflict(
        "the sandbox keeps \(mostSnapshots) snapshots and \(mostFollowers) followers in them at most; delete one")

    /// Restores the accounts of a snapshot with their unsteadiness. A snapshot of all accounts also removes every other
    /// account and restores the clock. Returns nil if there is no such snapshot. If the store or a file cannot be
    /// written, throws and changes nothing.
    func restore(_ name: String, quotas: QuotaKeeper) async throws -> [AppID]? {
        guard let snapshot = snapshots.withLock({ $0[ExactText(name)] }) else { return nil }
        let isWhole = snapshot.info.account == nil
        let accounts = try await put(
            snapshot.records, isWhole ? .replacingAll : .replacing, clock: isWhole ? snapshot.clock : nil,
            quotas: quotas)
        let others = isWhole ? [] : Set(relaxed.appIDs).subtracting(accounts)
        try relaxed.replaceAll(with: others.union(snapshot.relaxed), given: snapshot.givenTokens)
        unsteadiness.restore(snapshot.unsteadiness, of: snapshot.info.account.map { AppID($0) })
        return accounts
    }

    /// Removes a snapshot. Returns whether there was one with this name.
    func remove(_ name: String) -> Bool {
        snapshots.withLock { $0.removeValue(forKey: ExactText(name)) != nil }
    }
}
