import Logging
import OfficialAccount
import Synchronization
import TagStore

/// The store for many machines: all state in a database that speaks PostgreSQL's protocol, any number of nodes beside each other.
///
/// A node keeps nothing that it could not lose: the standing of tokens for less than a second, and the settings of accounts, which the
/// database compares with its own at every tagging. Taggings that wait while others are being written go together in one statement.
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
        /// How long a change may be repeated while the database goes away and comes back, before it is answered with -1.
        public var patience: Duration = .seconds(20)
        /// How long the outcome of a change is asked for that may have been made when the connection broke.
        public var resolution: Duration = .seconds(300)
        /// Statements that write taggings at once, 1 to ``connections``: over all nodes of a database about as many as it has processors.
        public var writers = 2
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
    /// What is done now and then until the store is closed.
    private let upkeep = Mutex<Task<Void, Never>?>(nil)
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
        pool = ConnectionPool(schema.address, schema: schema.name, bounds: bounds, logger: logger)
        do {
            try await pool.run { try schema.check($0) }
        } catch let error as DatabaseError {
            await pool.close()
            throw PostgresStoreError(DatabaseSchema.explanation(error))
        } catch {
            await pool.close()
            throw error
        }
        pool.opened()
        upkeep.withLock {
            $0 = Task { [weak self, interval = options.upkeepInterval] in
                while (try? await Task.sleep(for: interval)) != nil { await self?.tidyUp() }
            }
        }
    }

    /// Does what was accepted, refuses everything new, and lets the connections go.
    public func close() async throws {
        upkeep.withLock { $0?.cancel() }
        await pool.close()
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
                return failure.reason.map { .readOnly(reason: $0) } ?? .writable
            }
            if let known { return known }
            let id = options.changeID()
            do {
                if let outage = pool.outage {
                    // Somebody has to try, so that it is found out when the database is back.
                    pool.submit { [self] in if case .success = $0 { note(nil) } }
                    throw outage
                }
                try await pool.run { _ = try $0.run(Settled.probe, [.int(id)]) }
                note(nil)
                return .writable
            } catch {
                note(error as? DatabaseError)
                return .readOnly(reason: (error as? DatabaseError).map(DatabaseSchema.explanation) ?? "\(error)")
            }
        }
    }

    /// Remembers why the last change could not be made.
    func note(_ error: DatabaseError?) {
        writeFailure.withLock { $0.reason = error.map(DatabaseSchema.explanation) }
    }

    /// Whether the data has been marked with this name.
    public func isMarked(_ name: String) async throws(Refusal) -> Bool {
        try await read { try $0.run(Statements.mark, [.text(name)]).count > 0 }
    }

    /// Marks the data with a name, for good.
    public func mark(_ name: String) async throws(Refusal) {
        try await change(AccountNumber(AppID(name))) { _ = try $0.run(Statements.setMark, [.text(name)]) }
    }

    public var vitals: StoreVitals {
        get async {
            var vitals = measured.withLock { $0 }
            let sums = try? await pool.run { connection -> [Int] in
                let rows = try connection.run(Statements.vitals)
                return [try rows.int(0, 0), try rows.int(0, 1), try rows.int(0, 2)]
            }
            if let sums { (vitals.accounts, vitals.followers, vitals.taggings) = (sums[0], sums[1], sums[2]) }
            return vitals
        }
    }
}
