import FreshFiles
import Logging
import OfficialAccount
import Synchronization
import TagStore

/// How the store handles a call that names a follower whom another call is already changing.
public enum ConflictPolicy: Sendable, Hashable {
    /// The store refuses the call with 45169, as the platform does.
    case refuse
    /// The call waits until no other call is changing the follower.
    case wait
}

/// A store for one machine, which keeps all state in memory and writes every change to one SQLite file.
///
/// Reads of the state never touch the disk. The store collects the consecutive taggings that arrive during one sync,
/// and writes them with the next sync. Only one process at a time can open the store's directory.
public final class EmbeddedTagStore: TagStore {
    /// The options of a store. The default limits and the default conflict policy are the platform's.
    public struct Options: Sendable {
        public var limits = Limits()
        public var conflicts = ConflictPolicy.refuse
        /// The size of the journal, in bytes, at which a checkpoint pass begins. The pass saves the changed followers,
        /// and then deletes old journal records.
        public var checkpointThreshold = 64 << 20
        /// The key of the hash by which the store finds followers. The default is random, so that a caller cannot
        /// choose openids whose hashes are equal.
        public var directorySeed: UInt64
        /// Whether to open the store even if its write-ahead log is damaged. If true, the store keeps what it can still
        /// read, and logs the loss.
        public var acceptsLoss = false
        /// Returns the current time, with which the store measures durations and decides when to look at the paths of
        /// its files.
        public var now: @Sendable () -> ContinuousClock.Instant = { .now }
        /// The number of chunks that one step of a ``TagSweep`` clears: 40 chunks are 163,840 followers, or 7.9 MB of
        /// records.
        var chunksPerSweep = 40
        /// Tests set this function, which the store calls inside every transaction, before the commit. If the function
        /// throws, SQLite rolls the transaction back.
        var willCommit: @Sendable () throws -> Void = {}

        public init(directorySeed: UInt64 = .random(in: .min ... .max)) {
            self.directorySeed = directorySeed
        }
    }

    public let limits: Limits
    let options: Options
    let shared: SharedState
    let writer: Writer
    let disk: Disk
    private let owner: OwnerLock
    let refusedCalls: RefusedCallFile
    /// The size, in bytes, of the journal records that the store replayed when it opened.
    let replayedJournalBytes: Int

    /// Opens the store in `directory`, which must exist. Creates a store if the directory holds none.
    ///
    /// Cost: reads the whole database file. Throws if another process holds the directory, or if a file of the store is
    /// damaged. If the store has no room to write, it opens and serves reads.
    public init(directory: String, options: Options = Options(), logger: Logger) throws(StoreOpenError) {
        owner = try OwnerLock(directory: directory)
        if let failure = owner.noteFailure {
            logger.warning(
                "this process cannot write its number, which a second process would show in its error message",
                metadata: ["file": "\(failure.path)", "reason": "\(failure.reason)"])
        }
        let log = try LogAtStart(
            ofDatabase: Disk.path(in: directory), in: directory, acceptsLoss: options.acceptsLoss)
        let (disk, recovery) = try log.opening { (log) throws(StoreOpenError) in
            let disk = try Disk(directory: directory, log, willCommit: options.willCommit, now: options.now)
            let recovery = try Recovery(
                disk, log, acceptsLoss: options.acceptsLoss, limits: options.limits, seed: options.directorySeed)
            return ((disk, recovery), recovery.reached)
        }
        self.disk = disk
        refusedCalls = try RefusedCallFile(
            directory: directory, limit: options.limits.refusedCallsKept, logger: logger)
        let lackOfRoom = try disk.accept(recovery.totals, lastSequence: recovery.lastSequence)
        Self.tell(recovery.loss, log, of: directory, logger)
        limits = options.limits
        replayedJournalBytes = recovery.journalBytes
        self.options = options
        let state = StoreState(
            world: recovery.world,
            checkpoint: Checkpoint(
                threshold: options.checkpointThreshold, savedCut: recovery.cut, journalBytes: recovery.journalBytes),
            lastSequence: recovery.lastSequence, lastCut: options.now(),
            chunksPerSweep: options.chunksPerSweep)
        shared = SharedState(state)
        writer = Writer(shared, disk: disk, now: options.now, logger: logger)
        if let lackOfRoom { writer.note(lackOfRoom, at: options.now()) }
    }

    /// Logs what a damaged log has lost, and warns if the mark of the log is missing.
    private static func tell(_ loss: String?, _ log: LogAtStart, of directory: String, _ logger: Logger) {
        if let loss {
            logger.critical(
                "the store was opened although its log is damaged; what was lost cannot be read any more",
                metadata: ["why": "\(loss)", "kept": "\(log.copy ?? "nothing")"])
        }
        if log.isMarkMissing {
            logger.warning(
                "the mark of the log is missing or unreadable; the store cannot tell whether the last transactions are complete",
                metadata: ["file": "\(directory)/\(LogMark.fileName)"])
        }
    }

    /// Refuses new changes, writes the accepted changes, closes the files and releases the directory.
    public func close() async throws {
        shared.state.withLock { $0.isClosing = true }
        await withCheckedContinuation { writer.submit(.barrier($0)) }
        try disk.close(lastSequence: shared.state.withLock { $0.lastSequence })
        try refusedCalls.close()
        owner.release()
    }

    /// Whether the store can write. If the last change failed, reading this property starts a new attempt to write, in
    /// the background. So a store that receives no calls still notices when the disk works again.
    public var condition: StoreCondition {
        writer.judgeFiles()
        let (condition, isWorthTrying) = shared.state.withLock { state in
            (state.condition, state.cannotWriteAgain == nil && state.queue.count == 0)
        }
        if condition != .writable, isWorthTrying { writer.submit(.probe) }
        return condition
    }

    public var vitals: StoreVitals {
        shared.state.withLock { state in
            var vitals = state.timings
            vitals.checkpointAge = (options.now() - state.lastCut) / .seconds(1)
            var sums = StoreVitals.Sums(accounts: state.world.accounts.count { !$0.isGone })
            for account in state.world.accounts {
                sums.followers += account.followers.following
                sums.taggings += account.followers.carriers.reduce(0, +)
            }
            vitals.sums = sums
            return vitals
        }
    }

    public var timings: StoreVitals { shared.state.withLock { $0.timings } }

    // MARK: Accounts

    public func createAccount(_ account: Account) async throws(Refusal) {
        try await change { world throws(Refusal) -> AccountCreation in
            guard world[account.appID] == nil, world.components[account.appID] == nil else {
                throw .appIDTaken(account.appID)
            }
            return AccountCreation(account: account)
        }
    }

    public func account(_ appID: AppID) -> Account? {
        read { $0[appID]?.account }
    }

    public func summary(of appID: AppID) -> AccountSummary? {
        read { $0[appID]?.summary }
    }

    public func accounts() -> [AccountSummary] {
        read { $0.accounts.filter { !$0.isGone }.map(\.summary) }
    }

    @discardableResult
    public func updateAccount(_ appID: AppID, _ change: AccountChange) async throws(Refusal) -> Account {
        try await self.change { world throws(Refusal) -> AccountUpdate in
            let image = try world.existing(appID)
            return AccountUpdate(number: image.number, answer: change.applied(to: image.account))
        }
    }

    // MARK: -

    func changeFollowers(
        _ effect: FollowerEffect<TagID?>, _ list: OpenIDList?, of appID: AppID
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
        try shared.state.withLock { (state) throws(Failure) -> Value in try body(state.world) }
    }

    /// Queues a change, and returns its answer after the commit. When the change is next in the queue, the writer calls
    /// `decide` and commits the result.
    func change<Change: StoreChange>(
        _ decide: @escaping @Sendable (World) throws(Refusal) -> Change
    ) async throws(Refusal) -> Change.Answer {
        try shared.state.withLock { (state) throws(Refusal) in try state.admit() }
        let outcome: Result<Change.Answer, Refusal> = await withCheckedContinuation { answer in
            writer.submit(.change(SubmittedChange(decide: decide, answer: answer)))
        }
        return try outcome.get()
    }
}
