import Foundation
import GRDB
import OfficialAccount
import SQLiteLog
import Synchronization
import TagStore

/// The rows that one transaction writes.
struct DiskTransaction: Sendable {
    var journal: JournalRow?
    var rows: [any SealedRow] = []
    /// Accounts to add with all their followers.
    var arriving: ArrivingAccounts?
    /// Accounts to remove before anything else is written.
    var removed: [(number: AccountNumber, appID: AppID)] = []
    /// All grants that remain, if some were removed; nil leaves the table unchanged.
    var grants: [Grant]?
    var droppedTokens: [Fingerprint] = []
    var droppedTag: (account: AccountNumber, id: TagID)?
    /// The sequence up to which to delete journal records, at most `Disk.trimBatch` of them.
    var trimJournalThrough: Int64?
    /// The number of pages that SQLite's log may hold before SQLite copies it into the file.
    var logPages = Disk.logPages
}

/// Why a transaction was not written.
struct DiskFailure: Error, CustomStringConvertible {
    let description: String
    /// Whether it is certain that nothing of the transaction is on disk, so that the store may try the next
    /// transaction.
    let isUndone: Bool

    /// The sentence for the caller.
    var sentence: String {
        isUndone
            ? description : "\(description); the content of the disk is uncertain until the server is started again"
    }
}

/// The SQLite file of one store. Only one thread may use it at a time.
final class Disk: Sendable {
    static let fileName = "tagline.sqlite"
    /// The most journal records that a transaction deletes: enough to keep up with new records, and too few to slow
    /// calls noticeably.
    static let trimBatch = 256
    /// The number of pages in the log at which a commit waits until SQLite has copied them into the file. With fewer,
    /// more commits would wait. With more, the log would grow instead of being overwritten, and syncs would cost more.
    static let logPages = 1000
    /// The number of pages while every commit saves followers. The log then fills ten times as fast. With this limit
    /// more commits wait, each for a shorter time.
    static let logPagesWhileSaving = 250

    let path: String
    let database: DatabaseQueue
    private let willCommit: @Sendable () throws -> Void
    private let gauge: LogGauge
    private let mark: LogMarkFile
    private let watch: DirectoryWatch
    /// The log as it was before the file was opened.
    private let logAtStart: LogAtStart
    /// The totals of the rows on disk.
    private let totals = Mutex(TableTotals())

    /// Opens the file.
    ///
    /// - Parameters:
    ///   - log: the log of the file, already judged.
    ///   - willCommit: is called at the end of every transaction; if it throws, the transaction is undone.
    init(
        directory: String, _ log: LogAtStart, willCommit: @escaping @Sendable () throws -> Void
    ) throws(StoreOpenError) {
        path = Self.path(in: directory)
        self.willCommit = willCommit
        logAtStart = log
        mark = try LogMarkFile(directory: directory)
        gauge = LogGauge(database: path, limit: Self.logPages)
        do {
            database = try Self.open(path, gauge, isExpected: log.isStoreExpected)
            watch = DirectoryWatch(
                directory: directory, files: [(path, "the database file"), (path + "-wal", "the log of the database")])
        } catch let error as StoreOpenError {
            throw error
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
            throw .notWritable(directory: directory, why: error.message ?? "the file cannot be opened")
        } catch {
            throw Self.openError(error, path: path)
        }
    }

    /// Returns the path of the file in a data directory.
    static func path(in directory: String) -> String { directory + "/" + fileName }

    /// - Parameter isExpected: whether the file must hold a store.
    private static func open(_ path: String, _ gauge: LogGauge, isExpected: Bool) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "tagline.disk"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            // No other process may open the file. SQLite then also keeps the index of its log in memory, where a full
            // disk does not matter.
            try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            // A damaged file must stay unchanged, so SQLite must not copy the log into it when the connection is
            // closed.
            guard keepLogOnClose(db.sqliteConnection, 1) == 0 else {
                throw StoreOpenError.failed(file: path, why: "SQLite cannot keep its log")
            }
        }
        let database = try DatabaseQueue(path: path, configuration: configuration)
        try database.inDatabase { db in
            let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
            let owner = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
            guard tables == 0 || owner == Schema.applicationID else {
                throw StoreOpenError.failed(file: path, why: "it is a database of another program")
            }
            if tables == 0 { try checkEmpty(db, path, isExpected: isExpected) }
            // This check comes before the store uses the content of the file, and before it writes anything.
            try checkPages(db)
            if owner != Schema.applicationID {
                try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
            }
            // A commit is one append to the write-ahead log and one sync of it. The server answers only after that.
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try db.execute(sql: "PRAGMA synchronous = FULL")
            // On macOS a plain sync reaches only the drive's cache. On other systems this setting changes nothing.
            try db.execute(sql: "PRAGMA fullfsync = ON")
            try db.execute(sql: "PRAGMA checkpoint_fullfsync = ON")
            guard
                try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal",
                try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2
            else {
                throw StoreOpenError.failed(file: path, why: "SQLite cannot keep a write-ahead log here")
            }
        }
        guard try database.read({ try !Schema.migrator.hasBeenSuperseded($0) }) else {
            throw StoreOpenError.tooNew(file: path)
        }
        try Schema.migrator.migrate(database)
        database.inDatabase { gauge.watch($0) }
        return database
    }

    /// Makes sure that a file without tables never had tables. If a disk restores the first content of the first page,
    /// SQLite sees an empty database.
    private static func checkEmpty(_ db: Database, _ path: String, isExpected: Bool) throws {
        let pageSize = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber
        guard !isExpected, size?.intValue ?? 0 <= pageSize else {
            throw DamagedFile("it holds no tables, although it held a store")
        }
    }

    /// Makes SQLite check that no row is missing; a seal protects only a row that is present. One wrong bit in a page's
    /// count of rows hides the last row.
    private static func checkPages(_ db: Database) throws {
        let findings = try String.fetchAll(db, sql: "PRAGMA integrity_check(1)")
        guard findings == ["ok"] else { throw DamagedFile("SQLite finds \(findings.first ?? "nothing")") }
    }

    /// Accepts the file after a complete read. From now on, closing the file copies the log into it.
    ///
    /// - Parameter lastSequence: the last record of the journal.
    func accept(_ totals: TableTotals, lastSequence: Int64) throws(StoreOpenError) {
        self.totals.withLock { $0 = totals }
        do {
            try database.inDatabase { db in
                guard keepLogOnClose(db.sqliteConnection, 0) == 0 else {
                    throw StoreOpenError.failed(file: path, why: "SQLite cannot apply its log")
                }
            }
            // An earlier mark may describe a log that was lost, so a new mark replaces it. The store writes the mark
            // before it empties the log. If the process ends between these steps, the mark must not require more than
            // the log holds.
            let milestone = milestone(lastSequence)
            mark.write(logAtStart.mustBeEmptied ? .none(milestone) : logAtStart.mark(milestone), isSynced: true)
            guard logAtStart.mustBeEmptied else { return }
            try database.inDatabase { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
            watch.acceptSizes()
        } catch {
            throw Self.openError(error, path: path)
        }
    }

    private func milestone(_ lastSequence: Int64) -> Milestone {
        Milestone(sequence: lastSequence, generation: totals.withLock { $0.generation })
    }

    /// Returns what is wrong with the files, in words; nil if they are where they were.
    func problem() -> String? { watch.problem() }

    /// Writes the whole transaction or nothing, and returns when the transaction is on stable storage.
    ///
    /// Returns whether no journal records are left to delete.
    ///
    /// - Parameter lastSequence: the last record of the journal before this transaction.
    func commit(_ transaction: DiskTransaction, after lastSequence: Int64) throws(DiskFailure) -> Bool {
        var isTrimmed = false
        gauge.limit.store(transaction.logPages, ordering: .relaxed)
        try judgeFiles()
        var totals = totals.withLock { $0 }
        do {
            try database.inTransaction(.immediate) { db in
                var rows = RowWriter(db, totals)
                for account in transaction.removed { try remove(account.number, account.appID, &rows) }
                if let journal = transaction.journal { try journal.insert(db) }
                for row in transaction.rows { try rows.put(row) }
                try transaction.arriving?.eachChunk { try rows.put($0) }
                // The rows may include a chunk of a removed account, because the checkpoint was about to save it.
                for account in transaction.removed { try removeChunks(of: account.number, &rows) }
                if let grants = transaction.grants {
                    try rows.remove(GrantRow.self)
                    for (number, grant) in grants.enumerated() { try rows.put(GrantRow(number: number, grant: grant)) }
                }
                for token in transaction.droppedTokens {
                    try rows.remove(TokenRow.self, where: ["fingerprint": Data(token.bytes).databaseValue])
                }
                if let tag = transaction.droppedTag {
                    try rows.remove(
                        TagRow.self,
                        where: ["account": tag.account.databaseValue, "id": tag.id.rawValue.databaseValue])
                }
                if let through = transaction.trimJournalThrough {
                    isTrimmed = try trim(db, through: through) < Self.trimBatch
                }
                totals = try rows.finish()
                try willCommit()
                return .commit
            }
        } catch let error as DatabaseError {
            let isUndone = [.SQLITE_FULL, .SQLITE_BUSY].contains(error.resultCode)
            throw DiskFailure(description: error.message ?? "SQLite error \(error.resultCode)", isUndone: isUndone)
        } catch {
            throw DiskFailure(description: "\(error)", isUndone: true)
        }
        // If the file was removed meanwhile, the transaction is not on disk.
        try judgeFiles()
        self.totals.withLock { $0 = totals }
        let milestone = milestone(transaction.journal?.sequence ?? lastSequence)
        if let reached = gauge.mark(milestone) { mark.write(reached) }
        return isTrimmed
    }

    /// Removes everything of an account except its number.
    private func remove(_ number: AccountNumber, _ appID: AppID, _ rows: inout RowWriter) throws {
        try rows.remove(TagRow.self, where: ["account": number.databaseValue])
        try rows.remove(RemarkRow.self, where: ["account": number.databaseValue])
        try rows.remove(TokenRow.self, where: ["appid": appID.rawValue.databaseValue])
        try rows.remove(CounterRow.self, where: ["appid": appID.rawValue.databaseValue])
        try removeChunks(of: number, &rows)
        let gone = AccountImage.gone(number, limits: Limits())
        try rows.put(AccountRow(number: number, account: gone.account, nextTagID: .firstCreated))
    }

    private func removeChunks(of number: AccountNumber, _ rows: inout RowWriter) throws {
        try rows.remove(ChunkRow<Identities>.self, where: ["account": number.databaseValue])
        try rows.remove(ChunkRow<TagWords>.self, where: ["account": number.databaseValue])
    }

    private func judgeFiles() throws(DiskFailure) {
        if let problem = watch.problem() { throw DiskFailure(description: problem, isUndone: false) }
    }

    /// Copies the log into the file, and closes the file.
    ///
    /// Damaged files stay unchanged. From the log and its mark, the next start can see what was lost.
    ///
    /// - Parameter lastSequence: the last record of the journal.
    func close(lastSequence: Int64) throws {
        guard damageNow() == nil else {
            database.inDatabase { db in
                gauge.unwatch(db)
                _ = keepLogOnClose(db.sqliteConnection, 1)
            }
            return try database.close()
        }
        // SQLite is about to delete the log, so the mark must no longer require frames of it.
        mark.write(.none(milestone(lastSequence)), isSynced: true)
        database.inDatabase { gauge.unwatch($0) }
        try database.close()
    }

    /// Returns why the files cannot be closed as usual, in words; nil if they hold what was written.
    private func damageNow() -> String? {
        if let problem = watch.problem() { return problem }
        let reached = LogMarkFile.read(in: (path as NSString).deletingLastPathComponent)
        return (try? WriteAheadLog(besideDatabase: path)).flatMap { $0.damage(reached) }
    }

    private func trim(_ db: Database, through sequence: Int64) throws -> Int {
        try db.execute(
            sql: """
                DELETE FROM journal WHERE sequence IN
                    (SELECT sequence FROM journal WHERE sequence <= ? ORDER BY sequence LIMIT ?)
                """, arguments: [sequence, Self.trimBatch])
        return db.changesCount
    }

    static func openError(_ error: any Error, path: String) -> StoreOpenError {
        switch error {
        case let error as StoreOpenError:
            error
        case let error as DamagedFile:
            .damaged(file: path, why: error.description)
        case let error as DatabaseError where error.resultCode == .SQLITE_BUSY:
            .failed(file: path, why: "another program has it open; end that one first")
        case let error as DatabaseError where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode):
            .damaged(file: path, why: error.message ?? "SQLite cannot read it")
        case let error as DatabaseError:
            .failed(file: path, why: error.message ?? "SQLite error \(error.resultCode)")
        default:
            .failed(file: path, why: "\(error)")
        }
    }
}
