import Logging
import OfficialAccount
import Synchronization
import TagStore

/// What becomes of a call that names a follower whom another call in flight is changing.
public enum ConflictPolicy: Sendable, Hashable {
    /// It is refused with 45169, as the platform does.
    case refuse
    /// It waits until the follower is free.
    case wait
}

/// The store for one machine: all state in memory, every change durable in one SQLite file.
///
/// Reads never touch the disk. A change costs its share of one sync: all that gather while one group is being synced
/// are written together as the next. One process owns the directory.
public final class EmbeddedTagStore: TagStore {
    /// How a store behaves. The defaults are the platform's.
    public struct Options: Sendable {
        public var limits = Limits()
        public var conflicts = ConflictPolicy.refuse
        /// Bytes of journal after which the followers are saved and the journal is cut.
        public var checkpointThreshold = 64 << 20
        /// What the follower directory is keyed with; random, so that nobody can choose openids that collide.
        public var directorySeed: UInt64
        /// Whether the store opens although its log is damaged, with what can still be read. What is lost is logged.
        public var acceptsLoss = false
        /// What times are taken with.
        public var now: @Sendable () -> ContinuousClock.Instant = { .now }
        /// Chunks a deleted tag is taken off at once: 40 are 160,000 followers, eight megabytes to go over.
        var chunksPerSweep = 40
        /// Called inside every transaction before it is committed; what it throws undoes it. For tests.
        var willCommit: @Sendable () throws -> Void = {}

        public init(directorySeed: UInt64 = .random(in: .min ... .max)) {
            self.directorySeed = directorySeed
        }
    }

    public let limits: Limits
    let options: Options
    let writer: Writer
    let disk: Disk
    private let owner: OwnerLock
    let refusedCalls: RefusedCallFile
    /// The bytes of journal that opening had to replay.
    let replayedJournalBytes: Int

    /// Opens the store in `directory`, which must exist, and makes a new one if there is none.
    ///
    /// Cost: reads the whole file. Throws if another process holds the directory or the file is damaged.
    public init(directory: String, options: Options = Options(), logger: Logger) throws(StoreOpenError) {
        owner = try OwnerLock(directory: directory)
        disk = try Disk(directory: directory, acceptsLoss: options.acceptsLoss, willCommit: options.willCommit)
        refusedCalls = try RefusedCallFile(directory: directory, limit: options.limits.refusedCallsKept)
        let recovery = try Recovery(disk, limits: options.limits, seed: options.directorySeed)
        try disk.accept(lastSequence: recovery.lastSequence)
        if let loss = recovery.loss {
            logger.critical(
                "the store was opened although its log is damaged; what was lost cannot be read any more",
                metadata: ["why": "\(loss)", "kept": "\(disk.keptLog ?? "nothing")"])
        }
        if disk.isMarkMissing {
            logger.warning(
                "the mark of the log is missing or unreadable; whether the last transactions are all there cannot be told",
                metadata: ["file": "\(directory)/\(LogMark.fileName)"])
        }
        limits = options.limits
        replayedJournalBytes = recovery.journalBytes
        self.options = options
        let state = StoreState(
            world: recovery.world,
            checkpoint: Checkpoint(
                threshold: options.checkpointThreshold, savedCut: recovery.cut, journalBytes: recovery.journalBytes),
            lastSequence: recovery.lastSequence, lastCut: options.now(),
            chunksPerSweep: options.chunksPerSweep)
        writer = Writer(state: state, disk: disk, now: options.now, logger: logger)
    }

    /// Writes what has been accepted, refuses everything new, and lets the file go.
    public func close() async throws {
        writer.state.withLock { $0.isClosing = true }
        await withCheckedContinuation { writer.submit(.barrier($0)) }
        try disk.close(lastSequence: writer.state.withLock { $0.lastSequence })
        try refusedCalls.close()
        owner.release()
    }

    /// Whether changes are possible. Asking while the last one failed has the disk tried again in the background, so
    /// that a store from which traffic is kept away finds out when there is room again.
    public var condition: StoreCondition {
        writer.judgeFiles()
        let (condition, isWorthTrying) = writer.state.withLock { state in
            (state.condition, state.cannotWriteAgain == nil && state.queue.count == 0)
        }
        if condition != .writable, isWorthTrying { writer.submit(.probe) }
        return condition
    }

    public var vitals: StoreVitals {
        writer.state.withLock { state in
            var vitals = state.vitals
            vitals.journalBytes = state.checkpoint.replayBytes
            vitals.checkpointAge = (options.now() - state.lastCut) / .seconds(1)
            vitals.accounts = state.world.accounts.count { !$0.isGone }
            for account in state.world.accounts {
                vitals.followers += account.followers.following
                vitals.taggings += account.followers.carriers.reduce(0, +)
            }
            return vitals
        }
    }

    public var timings: StoreVitals { writer.state.withLock { $0.vitals } }

    // MARK: Accounts

    public func createAccount(_ account: Account) async throws(Refusal) {
        try await change { world throws(Refusal) in
            guard world[account.appID] == nil, world.platforms[account.appID] == nil else {
                throw .appIDTaken(account.appID)
            }
            return .account(account, number: AccountNumber(world.accounts.count))
        }
    }

    public func account(_ appID: AppID) -> Account? {
        read { $0[appID]?.account }
    }

    public func accounts() -> [AccountSummary] {
        read { world in
            world.accounts.filter { !$0.isGone }.map {
                AccountSummary(
                    account: $0.account, followers: $0.followers.following, tags: $0.tags.entries.count - 1)
            }
        }
    }

    @discardableResult
    public func updateAccount(_ appID: AppID, _ change: AccountChange) async throws(Refusal) -> Account {
        let updated = try await self.change { world throws(Refusal) in
            .accountUpdated(change.applied(to: try world.existing(appID).account))
        } reading: { world, _ in
            world[appID]?.account
        }
        guard let updated else { throw .unknownAccount(appID) }
        return updated
    }

    // MARK: -

    func changeFollowers(
        _ effect: FollowerEffect, _ list: OpenIDList?, of appID: AppID
    ) async throws(Refusal) {
        let outcome = await withCheckedContinuation { answer in
            writer.submit(
                SubmittedClaim(effect: effect, list: list, appID: appID, answer: answer),
                whenInFlight: options.conflicts)
        }
        try outcome.get()
    }

    func read<Value: Sendable, Failure: Error>(
        _ body: @Sendable (World) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try writer.state.withLock { (state) throws(Failure) -> Value in try body(state.world) }
    }

    func change(
        _ decide: @escaping @Sendable (World) throws(Refusal) -> StoreChange?
    ) async throws(Refusal) {
        try await change(decide) { _, _ in }
    }

    /// Decides a change when its turn comes, writes it, and reads what the caller wants to know from the world after
    /// it.
    func change<Value: Sendable>(
        _ decide: @escaping @Sendable (World) throws(Refusal) -> StoreChange?,
        reading: @escaping @Sendable (World, StoreChange?) -> Value
    ) async throws(Refusal) -> Value {
        try writer.state.withLock { (state) throws(Refusal) in try state.admit() }
        let outcome: Result<Value, Refusal> = await withCheckedContinuation { answer in
            writer.submit(
                .change(
                    CommitQueue.PendingChange(decide: decide) { result, world in
                        answer.resume(returning: result.map { reading(world, $0) })
                    }))
        }
        return try outcome.get()
    }
}
