import Logging
import OfficialAccount
import Synchronization
import TagStore

/// The store for many machines: all state in a database that speaks PostgreSQL's protocol, any number of nodes beside
/// each other.
///
/// A node keeps nothing that it could not lose: the standing of tokens for less than a second, and the settings of
/// accounts, which the database compares with its own at every tagging. Taggings that wait while others are being
/// written go together in one statement.
///
/// See `docs/decisions/postgresql.md` for how the tables are laid out and why.
public final class PostgresTagStore: TagStore {
    /// How a store behaves. The defaults are the platform's.
    public struct Options: Sendable {
        public var limits = Limits()
        /// Connections to the database, 1 to 1000. Each has a thread.
        public var connections = 8
        /// What times are taken with.
        public var now: @Sendable () -> ContinuousClock.Instant = { .now }
        /// What changes are known by in the database, so that their outcome can be asked for.
        public var changeID: @Sendable () -> Int64 = { .random(in: .min ... .max) }
        /// How long a change may be repeated while the database goes away and comes back, before it is answered with
        /// -1.
        public var patience: Duration {
            get { repetition.patience }
            set { repetition.patience = newValue }
        }
        /// How long the outcome of a change is asked for that may have been made when the connection broke.
        public var resolution: Duration = .seconds(300)
        /// Statements that write taggings at once, 1 to ``connections``: over all nodes of a database about as many as
        /// it has processors.
        public var writers = 2
        /// When what failed is tried again.
        var repetition = Repetition()
        /// What is spoken whatever engine answers; nil for the engine's own.
        var dialect: Dialect?
        /// How often a machine that does not answer is asked again.
        var watchInterval: Duration = .milliseconds(500)
        /// Flips of a tag after which they are folded.
        var foldThreshold = 512
        /// How often what piled up is folded, and marks that nobody asks for any more are forgotten.
        var upkeepInterval: Duration = .seconds(60)
        /// How long a session waits for the database.
        var sessionLimits = SessionLimits()
        /// How long what is known of a token is relied on.
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
    let faults: FaultLog
    /// The machines behind the one that is asked; nil where there are none.
    let machines: Machines?
    /// What is done now and then until the store is closed.
    private let tasks = Mutex<[Task<Void, Never>]>([])
    private let writeFailure = Mutex<(reason: String?, checkedAt: ContinuousClock.Instant?)>((nil, nil))

    /// Opens the store over the tables of `schema`, which `tagline migrate` has made.
    ///
    /// Throws ``PostgresStoreError`` if the database cannot be reached or the tables are not those of this version.
    public init(schema: DatabaseSchema, options: Options = Options(), logger: Logger) async throws {
        limits = options.limits
        self.options = options
        self.logger = logger
        credentials = CredentialCache(life: options.credentialLife, now: options.now)
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
        machines =
            isSpread
            ? Machines(pool.single(limits: Machines.limits), changeID: options.changeID, logger: logger) : nil
        pool.opened()
        let upkeep = Task { [weak self, interval = options.upkeepInterval] in
            while (try? await Task.sleep(for: interval)) != nil { await self?.tidyUp() }
        }
        tasks.withLock { $0.append(upkeep) }
        guard let machines else { return }
        try? await machines.look(all: true)
        let watch = Task { await machines.watch(every: options.watchInterval) }
        tasks.withLock { $0.append(watch) }
    }

    /// Does what was accepted, refuses everything new, and lets the connections go.
    public func close() async throws {
        tasks.withLock { for task in $0 { task.cancel() } }
        await machines?.close()
        await pool.close()
        faults.settle()
    }

    /// Whether changes are possible, found out by making one, at most twice a second.
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
            if let machines {
                do {
                    try await machines.look(all: true)
                    note(nil)
                } catch {
                    note(error as? DatabaseError)
                    return .readOnly(reason: (error as? DatabaseError).map(DatabaseSchema.explanation) ?? "\(error)")
                }
                return standing
            }
            let id = options.changeID()
            do {
                if let outage = pool.outage {
                    // Somebody has to try, so that it is found out when the database is back.
                    pool.submit { [self] in if case .success = $0 { note(nil) } }
                    throw outage
                }
                try await pool.run { _ = try $0.run(Settled.probe, [.int(id), .int(0)]) }
                note(nil)
                return .writable
            } catch {
                note(error as? DatabaseError)
                return .readOnly(reason: (error as? DatabaseError).map(DatabaseSchema.explanation) ?? "\(error)")
            }
        }
    }

    /// What the machines that were asked say.
    private var standing: StoreCondition {
        guard let machines else { return .writable }
        let complaints = machines.complaints
        guard !complaints.isEmpty else { return .writable }
        let reason = complaints.joined(separator: "; ")
        return machines.standing.contains(where: \.answers)
            ? .partlyWritable(reason: reason) : .readOnly(reason: reason)
    }

    /// Remembers why the last change could not be made. That another machine is away is remembered of that machine.
    func note(_ error: DatabaseError?) {
        if let error, machines != nil, error.tellsOfAnotherMachine { return }
        writeFailure.withLock { $0.reason = error.map(DatabaseSchema.explanation) }
    }

    /// Whether the data has been marked with this name.
    public func isMarked(_ name: String) async throws(Refusal) -> Bool {
        try await read(.copies) { try $0.run(Statements.mark, [.text(name)]).count > 0 }
    }

    /// Marks the data with a name, for good.
    public func mark(_ name: String) async throws(Refusal) {
        try await change(AccountKey(AppID(name))) { _ = try $0.run(Statements.setMark, [.text(name)]) }
    }

    public var vitals: StoreVitals {
        get async {
            // While a machine is away the sums are what they were: that of the others would be another thing.
            if machines?.missing(for: .every) == nil {
                let sums = try? await pool.run { connection -> [Int] in
                    let rows = try connection.run(Statements.vitals)
                    return [try rows.int(0, 0), try rows.int(0, 1), try rows.int(0, 2)]
                }
                if let sums {
                    measured.withLock { ($0.accounts, $0.followers, $0.taggings) = (sums[0], sums[1], sums[2]) }
                }
            }
            var vitals = measured.withLock { $0 }
            vitals.machines = machines?.standing ?? []
            return vitals
        }
    }

    public var timings: StoreVitals { measured.withLock { $0 } }
}
