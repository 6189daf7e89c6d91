import Logging
import OfficialAccount
import Synchronization
import TagStore

/// A store that any number of nodes can share.
///
/// It keeps all state in a database that speaks PostgreSQL's protocol.
///
/// A node itself keeps only caches. It keeps the holders of tokens for less than a second, and the settings of
/// accounts. The database checks the version of the settings at every tagging. While the node writes some taggings,
/// other taggings wait. The node then writes the waiting taggings of one account together in one statement.
///
/// See `docs/decisions/postgresql.md` for how the tables are laid out and why.
public final class PostgresTagStore: TagStore {
    /// The options of a store. The default limits are those of the platform.
    public struct Options: Sendable {
        public var limits = Limits()
        /// The number of connections to the database, from 1 to 1000. Each connection has its own thread.
        public var connections = 8
        /// The clock of the store.
        public var now: @Sendable () -> ContinuousClock.Instant = { .now }
        /// Makes the id of a change. With this id, a node can ask the database whether the change was made.
        public var changeID: @Sendable () -> Int64 = { .random(in: .min ... .max) }
        /// The time during which the store repeats a change that the database does not answer. After this time, the
        /// store answers -1.
        public var patience: Duration {
            get { repetition.patience }
            set { repetition.patience = newValue }
        }
        /// The time during which the store asks for the outcome of a change whose connection broke during the commit.
        public var resolution: Duration = .seconds(300)
        /// The most statements that write taggings at the same time, from 1 to ``connections``.
        ///
        /// The sum of this number over all nodes should be about the number of processors of the database. If accounts
        /// are spread over machines, one machine gets at most `writers - 1` of these statements.
        public var writers = 2
        /// The rules for repeating a failed call.
        var repetition = Repetition()
        /// The SQL dialect to use with every database engine; nil to use the dialect of the engine that answers.
        var dialect: Dialect?
        /// The times after which the store asks a silent machine whether it works, and after which the store stops
        /// waiting for the machine.
        var machines = MachineRules()
        /// The time for a search over all machines. If not all machines answer in this time, the store answers without
        /// the result of the search. But an import fails if its search for tokens takes longer, unless a machine is
        /// away.
        public var searchTime: Duration {
            get { machines.search }
            set { machines.search = newValue }
        }
        /// The time for which the store reuses the sums over all accounts, if accounts are spread over machines.
        var sumsLife: Duration = .seconds(5)
        /// The number of changes of a tag after which the store folds the flips of the tag. Folding applies the flips
        /// to the tag's ``CarrierChunk`` rows. See ``Flips``.
        var foldThreshold = 512
        /// The time between two runs of the upkeep, which folds leftover flips and deletes the marks of old changes.
        var upkeepInterval: Duration = .seconds(60)
        /// The longest times that a session waits for the database.
        var sessionLimits = SessionLimits()
        /// The time for which a node relies on its cached holder of a token.
        var credentialLife: Duration = .milliseconds(900)

        public init() {}
    }

    public let limits: Limits
    let options: Options
    let logger: Logger
    let pool: ConnectionPool
    let credentials: CredentialCache
    let accountCache = Mutex<[AppID: KnownAccount]>([:])
    let taggings = Mutex(TaggingQueue())
    let folding = Mutex(FoldingQueue())
    let measured = Mutex(StoreVitals())
    let sums: Mutex<SumsBook>
    /// The accounts for which this node has noted refused calls since the last upkeep.
    let refusedAccounts = Mutex<Set<AccountKey>>([])
    let faults: FaultLog
    /// The machines behind the server that this node connects to; nil if the database is on one machine.
    let machines: Machines?
    /// The task of the periodic upkeep, which ends when the store begins to close.
    private let upkeep = Mutex<Task<Void, Never>?>(nil)
    /// The task that watches the machines. It ends last, because calls that the store is still finishing may wait for a
    /// machine.
    private let watch = Mutex<Task<Void, Never>?>(nil)
    private let writeFailure = Mutex<(reason: String?, checkedAt: ContinuousClock.Instant?)>((nil, nil))

    /// Opens the store on the tables of `schema`, which `tagline migrate` has made.
    ///
    /// Throws ``PostgresStoreError`` if the database cannot be reached or its tables do not have the form of this
    /// version.
    public init(schema: DatabaseSchema, options: Options = Options(), logger: Logger) async throws {
        limits = options.limits
        self.options = options
        self.logger = logger
        credentials = CredentialCache(life: options.credentialLife, now: options.now)
        sums = Mutex(SumsBook(life: options.sumsLife))
        var bounds = ConnectionPool.Bounds()
        bounds.connections = options.connections
        bounds.limits = options.sessionLimits
        bounds.dialect = options.dialect
        faults = FaultLog(logger: logger, now: options.now)
        pool = ConnectionPool(schema.address, schema: schema.name, bounds: bounds, logger: logger)
        let isSpread: Bool
        do {
            isSpread = try await pool.run {
                try schema.check($0)
                return $0.dialect.isSpread && options.dialect == nil
            }
        } catch let error as DatabaseError {
            await pool.close()
            throw PostgresStoreError(DatabaseSchema.explanation(error))
        } catch {
            await pool.close()
            throw error
        }
        machines = isSpread ? Machines(pool, options: options, logger: logger) : nil
        pool.opened()
        let upkeep = Task { [weak self, interval = options.upkeepInterval] in
            while (try? await Task.sleep(for: interval)) != nil { await self?.tidyUp() }
        }
        self.upkeep.withLock { $0 = upkeep }
        guard let machines else { return }
        let whenAway: @Sendable (String, DatabaseError) -> Void = { [weak self] machine, error in
            self?.refuseWaiting(for: machine, error)
        }
        let watch = Task { await machines.watch(whenAway: whenAway) }
        self.watch.withLock { $0 = watch }
        try? await machines.askAll()
        warnOfFewConnections()
    }

    /// Logs a warning if the node has too few connections to serve the other machines while one machine does not
    /// answer.
    private func warnOfFewConnections() {
        guard let machines, machines.map?.machines.count ?? 1 > 1, options.connections < 8 || options.writers < 2 else {
            return
        }
        logger.warning(
            "if a machine of the database does not answer, calls for accounts on other machines may wait; set at least 8 connections and 2 writers",
            metadata: ["connections": "\(options.connections)", "writers": "\(options.writers)"])
    }

    /// Finishes accepted work, refuses new work, and closes the connections.
    public func close() async throws {
        upkeep.withLock { $0?.cancel() }
        await pool.close()
        await machines?.close()
        watch.withLock { $0?.cancel() }
        faults.settle()
    }

    /// Whether changes are possible. The store finds out by making a change, at most twice a second.
    public var condition: StoreCondition {
        get async {
            let now = options.now()
            let known = writeFailure.withLock { failure -> StoreCondition? in
                guard let checkedAt = failure.checkedAt, now < checkedAt + .milliseconds(500) else {
                    failure.checkedAt = now
                    return nil
                }
                return failure.reason.map { .readOnly(reason: $0) } ?? standing
            }
            if let known { return known }
            do {
                try await checkWriting()
                note(nil)
                return standing
            } catch {
                note(error as? DatabaseError)
                return .readOnly(reason: (error as? DatabaseError).map(DatabaseSchema.explanation) ?? "\(error)")
            }
        }
    }

    /// Makes a change. If the connection breaks, makes the change once more, on another connection.
    ///
    /// A connection that broke does not show that changes are impossible: the address may name a second server, or the
    /// server may have started again.
    private func checkWriting() async throws {
        do {
            try await makeProbe()
        } catch let error as DatabaseError where error.endsConnection && error.kind != .unreachable {
            try await makeProbe()
        }
    }

    private func makeProbe() async throws {
        if let machines { return try await machines.askAll() }
        if let outage = pool.outage {
            // This makes the pool try to connect, so that the store notices when the database is back.
            pool.submit { [self] in if case .success = $0 { note(nil) } }
            throw outage
        }
        let id = options.changeID()
        try await pool.run { try Settled.probe($0, number: 0, id: id) }
    }

    /// The condition according to the last answers of the machines.
    private var standing: StoreCondition {
        guard let machines else { return .writable }
        let complaints = machines.complaints
        guard !complaints.isEmpty else { return .writable }
        let reason = complaints.joined(separator: "; ")
        return machines.standing.contains(where: \.answers)
            ? .partlyWritable(reason: reason) : .readOnly(reason: reason)
    }

    /// Remembers the error of the last change; nil if the change succeeded. Ignores an error of a machine behind the
    /// server, because ``Machines`` remembers such errors.
    func note(_ error: DatabaseError?) {
        if let error, machines != nil, error.tellsOfAnotherMachine || error.kind == .away { return }
        writeFailure.withLock { $0.reason = error.map(DatabaseSchema.explanation) }
    }

    /// Returns whether the data has been marked with this name.
    public func isMarked(_ name: String) async throws(Refusal) -> Bool {
        try await read(.copies) { try $0.run(Statements.mark, [.text(name)]).count > 0 }
    }

    /// Marks the data with a name permanently.
    public func mark(_ name: String) async throws(Refusal) {
        try await change(AccountKey(AppID(name)), in: .every) { _ = try $0.run(Statements.setMark, [.text(name)]) }
    }
}
