import Foundation
import GRDB
import OfficialAccount
import SQLiteLog
import Synchronization
import TagStore

/// What one transaction writes.
struct DiskTransaction: Sendable {
    var journal: JournalRow?
    var rows: [any SealedRow] = []
    /// Accounts that come with all their followers.
    var arriving: ArrivingAccounts?
    /// Accounts that are removed, before anything else is written.
    var removed: [(number: AccountNumber, appID: AppID)] = []
    /// All grants there are, where some were removed.
    var grants: [Grant]?
    var droppedTokens: [Fingerprint] = []
    var droppedTag: (account: AccountNumber, id: TagID)?
    /// Delete journal records up to this sequence, a bounded number at a time.
    var trimJournalThrough: Int64?
    /// Pages that SQLite's log may hold before it is taken into the file.
    var logPages = Disk.logPages
}

/// Why a transaction was not written.
struct DiskFailure: Error, CustomStringConvertible {
    let description: String
    /// Whether it is certain that nothing of the transaction is on disk, so that the next one may be tried.
    let isUndone: Bool

    /// What a caller is told.
    var sentence: String {
        isUndone ? description : "\(description); what is on disk is uncertain until the server is started again"
    }
}

/// The SQLite file of one store. Used by one thread at a time.
final class Disk: Sendable {
    static let fileName = "tagline.sqlite"
    /// Journal records deleted per transaction while trimming: enough to keep up, few enough not to be felt.
    static let trimBatch = 256
    /// The commit that comes when the log holds so many pages waits until they are in the file: seldom enough to be few
    /// commits, and early enough that the log is written over and not made longer, because making it longer makes syncs
    /// dearer.
    static let logPages = 1000
    /// While followers are saved with every commit the log fills ten times as fast. Then it is better that many wait
    /// for a moment.
    static let logPagesWhileSaving = 250

    let path: String
    let database: DatabaseQueue
    private let willCommit: @Sendable () throws -> Void
    private let log: LogGauge
    private let mark: LogMarkFile
    private let watch: DirectoryWatch
    /// Whether what a damaged log has lost is accepted.
    let acceptsLoss: Bool
    /// What is wrong with the log, in words; nil if nothing is.
    let logDamage: String?
    /// The log as it was before the file was opened.
    private let logAtStart: WriteAheadLog
    /// Whether the database existed without its mark. Without the mark we cannot judge the end of the log.
    let isMarkMissing: Bool
    /// The last record of the journal that is known to have been on disk; nil if nothing says so.
    let markedSequence: Int64?

    /// Opens the file, after its log has been found whole.
    ///
    /// - Parameters:
    ///   - acceptsLoss: whether a damaged log is put aside as far as it cannot be read, instead of being refused.
    ///   - willCommit: called inside every transaction, last of all; what it throws undoes the transaction.
    init(
        directory: String, acceptsLoss: Bool = false, willCommit: @escaping @Sendable () throws -> Void
    ) throws(StoreOpenError) {
        path = directory + "/" + Self.fileName
        self.willCommit = willCommit
        let earlier = LogMarkFile.read(in: directory)
        isMarkMissing = earlier == nil && FileManager.default.fileExists(atPath: path)
        self.acceptsLoss = acceptsLoss
        (logAtStart, logDamage) = try Self.judgeLog(of: path, earlier, acceptsLoss: acceptsLoss)
        markedSequence = earlier?.sequence
        mark = try LogMarkFile(directory: directory)
        log = LogGauge(database: path, limit: Self.logPages)
        do {
            database = try Self.open(path, log)
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

    /// Looks at the log before SQLite does, which would write over what a damaged one still holds.
    private static func judgeLog(
        of path: String, _ mark: LogMark?, acceptsLoss: Bool
    ) throws(StoreOpenError) -> (WriteAheadLog, damage: String?) {
        do {
            let content = try WriteAheadLog(besideDatabase: path)
            guard let damage = try missingDatabase(path, mark) ?? content.damage(mark) else { return (content, nil) }
            guard acceptsLoss else { throw StoreOpenError.logDamaged(file: path, why: damage) }
            let log = path + "-wal"
            if FileManager.default.fileExists(atPath: log) {
                try? FileManager.default.removeItem(atPath: log + ".damaged")
                try FileManager.default.copyItem(atPath: log, toPath: log + ".damaged")
            }
            return (content, damage)
        } catch {
            throw openError(error, path: path)
        }
    }

    /// Returns what is wrong if the database is missing or empty, and something says that it held a store. SQLite would
    /// make a new one, and delete the log.
    private static func missingDatabase(_ path: String, _ mark: LogMark?) throws -> String? {
        func size(_ path: String) -> UInt64? {
            (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.uint64Value
        }
        guard size(path) ?? 0 == 0 else { return nil }
        if size(path + "-wal") ?? 0 > 0 { return "the database file is missing or empty, and its log is there" }
        guard let mark, mark.sequence > 0 else { return nil }
        return "the database file is missing or empty, and its mark says that it had \(mark.sequence) records"
    }

    private static func open(_ path: String, _ log: LogGauge) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "tagline.disk"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            // No other process may have the file. And SQLite keeps the index of its log in memory, where a full disk
            // does not matter.
            try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            // A file that turns out to be damaged is left as it is: not even its log is taken in when the connection is
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
            // Before anything is decided by what the file holds, and before anything is written.
            try checkPages(db)
            if owner != Schema.applicationID {
                try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
            }
            // A commit is one append to the write-ahead log and one sync of it: nothing is answered before that.
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try db.execute(sql: "PRAGMA synchronous = FULL")
            // On macOS a plain sync stops at the drive's cache. Elsewhere this changes nothing.
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
        database.inDatabase { log.watch($0) }
        return database
    }

    /// Has SQLite check that no row is missing: seals tell of rows that are there. A bit of a page's count of its rows
    /// is enough to hide the last of them.
    private static func checkPages(_ db: Database) throws {
        let findings = try String.fetchAll(db, sql: "PRAGMA integrity_check(1)")
        guard findings == ["ok"] else { throw DamagedFile("SQLite finds \(findings.first ?? "nothing")") }
    }

    /// The file has been read, and is whole: closing it takes in its log from now on.
    func accept(lastSequence: Int64) throws(StoreOpenError) {
        do {
            try database.inDatabase { db in
                guard keepLogOnClose(db.sqliteConnection, 0) == 0 else {
                    throw StoreOpenError.failed(file: path, why: "SQLite cannot take in its log")
                }
            }
        } catch {
            throw Self.openError(error, path: path)
        }
        // What a crash left behind the last whole transaction must not be taken for the trace of a later one.
        if logAtStart.hasRemains {
            do {
                try database.inDatabase { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
            } catch {
                throw Self.openError(error, path: path)
            }
            watch.acceptSizes()
        }
        // What an earlier mark says of a log that was lost holds no more.
        let present = logAtStart.hasRemains ? .none(sequence: lastSequence) : logAtStart.mark(sequence: lastSequence)
        mark.write(present, isSynced: true)
    }

    /// What is wrong with the files, in words; nil if they are where they were.
    func problem() -> String? { watch.problem() }

    /// Writes everything or nothing, and returns when it is on stable storage.
    ///
    /// The result says whether nothing is left to trim.
    ///
    /// - Parameter lastSequence: the last record of the journal before this transaction.
    func commit(_ transaction: DiskTransaction, after lastSequence: Int64) throws(DiskFailure) -> Bool {
        var isTrimmed = false
        log.limit.store(transaction.logPages, ordering: .relaxed)
        try judgeFiles()
        do {
            try database.inTransaction(.immediate) { db in
                for account in transaction.removed { try remove(account.number, account.appID, db) }
                if let journal = transaction.journal { try journal.insert(db) }
                for row in transaction.rows { try row.insert(db) }
                try transaction.arriving?.eachChunk { try $0.insert(db) }
                // Among the rows may be a chunk that was about to be saved.
                for account in transaction.removed { try removeChunks(of: account.number, db) }
                if let grants = transaction.grants {
                    try db.execute(sql: "DELETE FROM \(GrantRow.databaseTableName)")
                    for (number, grant) in grants.enumerated() { try GrantRow(number: number, grant: grant).insert(db) }
                }
                for token in transaction.droppedTokens {
                    try db.execute(sql: "DELETE FROM token WHERE fingerprint = ?", arguments: [Data(token.bytes)])
                }
                if let tag = transaction.droppedTag {
                    try db.execute(
                        sql: "DELETE FROM tag WHERE account = ? AND id = ?", arguments: [tag.account, tag.id.rawValue])
                }
                if let through = transaction.trimJournalThrough {
                    isTrimmed = try trim(db, through: through) < Self.trimBatch
                }
                try willCommit()
                return .commit
            }
        } catch let error as DatabaseError {
            let isUndone = [.SQLITE_FULL, .SQLITE_BUSY].contains(error.resultCode)
            throw DiskFailure(description: error.message ?? "SQLite error \(error.resultCode)", isUndone: isUndone)
        } catch {
            throw DiskFailure(description: "\(error)", isUndone: true)
        }
        // A transaction that went into a file which is no longer there is not on disk.
        try judgeFiles()
        if let reached = log.mark(sequence: transaction.journal?.sequence ?? lastSequence) { mark.write(reached) }
        return isTrimmed
    }

    /// Removes what belongs to an account, but for its number.
    private func remove(_ number: AccountNumber, _ appID: AppID, _ db: Database) throws {
        for table in ["tag", "remark"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE account = ?", arguments: [number])
        }
        for table in ["token", "counter"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE appid = ?", arguments: [appID.rawValue])
        }
        try removeChunks(of: number, db)
        let gone = AccountImage.gone(number, limits: Limits())
        try AccountRow(number: number, account: gone.account, nextTagID: .firstCreated).insert(db)
    }

    private func removeChunks(of number: AccountNumber, _ db: Database) throws {
        for table in [Identities.tableName, TagWords.tableName] {
            try db.execute(sql: "DELETE FROM \(table) WHERE account = ?", arguments: [number])
        }
    }

    private func judgeFiles() throws(DiskFailure) {
        if let problem = watch.problem() { throw DiskFailure(description: problem, isUndone: false) }
    }

    /// Takes the log into the file and lets it go.
    ///
    /// Files that are damaged are left as they are: the log and its mark tell the next start what has been lost.
    ///
    /// - Parameter lastSequence: the last record of the journal.
    func close(lastSequence: Int64) throws {
        guard damageNow() == nil else {
            database.inDatabase { db in
                log.unwatch(db)
                _ = keepLogOnClose(db.sqliteConnection, 1)
            }
            return try database.close()
        }
        // The log is about to go, so nothing may be asked of it any more.
        mark.write(.none(sequence: lastSequence), isSynced: true)
        database.inDatabase { log.unwatch($0) }
        try database.close()
    }

    /// What keeps the files from being closed as usual, in words; nil if they hold what was written.
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
