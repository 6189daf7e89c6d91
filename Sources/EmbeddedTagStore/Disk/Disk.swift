import Foundation
import GRDB
import GRDBSQLite
import OfficialAccount
import SQLiteLog
import Synchronization
import TagStore

/// The changes that one transaction makes to the database file.
struct DiskTransaction: Sendable {
    var journal: JournalRow?
    var rows: [any SealedRow] = []
    /// Accounts to add with all their followers.
    var arriving: ArrivingAccounts?
    /// Accounts to remove before the transaction writes anything else.
    var removed: [(number: AccountNumber, appID: AppID)] = []
    /// All grants that remain after a removal of grants; nil leaves the table of grants unchanged.
    var grants: [Grant]?
    var droppedTokens: [Fingerprint] = []
    var droppedTag: (account: AccountNumber, id: TagID)?
    /// The transaction deletes journal records up to this sequence, but at most `Disk.trimBatch` records. Nil deletes
    /// no record.
    var trimJournalThrough: Int64?
    /// The number of pages that SQLite's log may hold before SQLite copies the log into the database file.
    var logPages = Disk.logPages
}

/// Why the commit of a transaction failed.
struct DiskFailure: Error, CustomStringConvertible {
    let description: String
    /// Whether the store knows that nothing of the transaction is on disk. If so, the store can try the next
    /// transaction.
    let isUndone: Bool

    /// The description for the caller, with a warning if the content of the disk is uncertain.
    var sentence: String {
        isUndone
            ? description : "\(description); the content of the disk is uncertain until the server is started again"
    }
}

/// The SQLite file of one store. Only one thread at a time may use this object.
final class Disk: Sendable {
    static let fileName = "tagline.sqlite"
    /// The endings of the names of SQLite's own files next to a database file.
    static let besideEndings = ["-wal", "-shm", "-journal"]
    /// The most journal records that a transaction deletes. This number is high enough to keep up with new records, and
    /// too low to slow calls noticeably.
    static let trimBatch = 256
    /// When the log holds this number of pages, a commit waits until SQLite has copied the pages into the database
    /// file. With a lower limit, more commits would wait. With a higher limit, the log would grow instead of being
    /// overwritten, and syncs would cost more.
    static let logPages = 1000
    /// The limit on the pages of the log during a checkpoint pass. During a pass every commit also saves followers, and
    /// the log fills ten times as fast. With this lower limit more commits wait, but each commit waits for a shorter
    /// time.
    static let logPagesWhileSaving = 250

    let path: String
    let database: DatabaseQueue
    private let willCommit: @Sendable () throws -> Void
    let gauge: LogGauge
    private let mark: LogMarkFile
    private let watch: DirectoryWatch
    /// The log in its state before SQLite opened the database file.
    private let logAtStart: LogAtStart
    /// For each table on disk, the number of rows and the sum of the rows' seals.
    private let totals = Mutex(TableTotals())
    /// Whether SQLite must copy the log into the database file before the store writes anything.
    private let mustTakeInLog = Atomic(false)

    /// Opens the database file.
    ///
    /// - Parameters:
    ///   - log: the log of the database file, already checked for damage.
    ///   - willCommit: a function that runs at the end of every transaction. If this function throws, SQLite undoes the
    ///     transaction.
    ///   - now: returns the current time.
    init(
        directory: String, _ log: LogAtStart, willCommit: @escaping @Sendable () throws -> Void,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) throws(StoreOpenError) {
        path = Self.path(in: directory)
        self.willCommit = willCommit
        logAtStart = log
        mark = try LogMarkFile(directory: directory)
        gauge = LogGauge(database: path, limit: Self.logPages)
        do {
            database = try Self.open(path, isExpected: log.isStoreExpected)
            watch = DirectoryWatch(directory: directory, database: path, now: now)
            database.inDatabase { [gauge, watch] in gauge.watch($0, files: watch) }
        } catch let error as StoreOpenError {
            throw error
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
            throw .notWritable(directory: directory, why: error.message ?? "the file cannot be opened")
        } catch {
            throw Self.openError(error, path: path)
        }
    }

    /// Returns the path of the database file in a data directory.
    static func path(in directory: String) -> String { directory + "/" + fileName }

    /// - Parameter isExpected: whether the file must already hold a store.
    private static func open(_ path: String, isExpected: Bool) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "tagline.disk"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            // With this setting, no other process can open the file. SQLite also keeps the index of its log in memory,
            // where a full disk does not matter.
            try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            // Without this setting, SQLite could need space in the directory for temporary files, on another disk.
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
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
            // Check the pages before the store uses the content of the file, and before the store writes anything.
            try checkPages(db)
            if owner != Schema.applicationID {
                try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
            }
            // A commit appends to the write-ahead log once and syncs the log once. The server answers only after the
            // sync.
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try db.execute(sql: "PRAGMA synchronous = FULL")
            // On macOS a plain sync reaches only the drive's cache, so these two settings ask for a full sync. On other
            // systems the settings change nothing.
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
        return database
    }

    /// Makes sure that a file without tables never had tables. If a faulty disk brings back the oldest content of the
    /// first page, SQLite sees an empty database.
    private static func checkEmpty(_ db: Database, _ path: String, isExpected: Bool) throws {
        let pageSize = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber
        guard !isExpected, size?.intValue ?? 0 <= pageSize else {
            throw DamagedFile("it holds no tables, although it held a store")
        }
    }

    /// Makes SQLite check that no row is missing, because a seal protects only a row that is present. For example, one
    /// wrong bit in a page's count of rows hides the last row of the page.
    private static func checkPages(_ db: Database) throws {
        let findings = try String.fetchAll(db, sql: "PRAGMA integrity_check(1)")
        guard findings == ["ok"] else { throw DamagedFile("SQLite finds \(findings.first ?? "nothing")") }
    }

    /// Accepts the file after the store has read all rows. After this call, SQLite copies the log into the file when
    /// the store closes the file.
    ///
    /// Returns why the store cannot write yet; nil if it can write. If there is no room to copy a log that is not
    /// damaged, each commit tries again, and writes nothing before the copy succeeds.
    ///
    /// - Parameter lastSequence: the sequence of the last journal record.
    func accept(_ totals: TableTotals, lastSequence: Int64) throws(StoreOpenError) -> DiskFailure? {
        self.totals.withLock { $0 = totals }
        let milestone = milestone(lastSequence)
        do {
            try database.inDatabase { db in
                guard keepLogOnClose(db.sqliteConnection, 0) == 0 else {
                    throw StoreOpenError.failed(file: path, why: "SQLite cannot apply its log")
                }
            }
            // The earlier mark may describe a log that was lost, so the store writes a new mark. The store writes the
            // new mark before it empties the log. So the mark never requires more than the log holds, even if the
            // process ends between the two steps.
            mark.write(logAtStart.mustBeEmptied ? .none(milestone) : logAtStart.mark(milestone), isSynced: true)
            guard logAtStart.mustBeEmptied else { return nil }
            watch.databaseWillBeWritten()
            defer { watch.databaseIsWritten() }
            try database.inDatabase { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
            watch.acceptSizes()
            return nil
        } catch let error as DatabaseError {
            guard let lack = lackOfRoom(error, lastErrorOfDatabase) else { throw Self.openError(error, path: path) }
            guard logAtStart.damage == nil else {
                // Only the earlier mark tells the next start what a log that was cut has lost.
                if let earlier = logAtStart.mark { mark.write(earlier, isSynced: true) }
                throw needsRoom(lack)
            }
            // SQLite empties the log only after it has copied all of it, so the log is unchanged.
            mark.write(logAtStart.mark(milestone), isSynced: true)
            mustTakeInLog.store(true, ordering: .relaxed)
            return DiskFailure(description: lack, isUndone: true)
        } catch {
            throw Self.openError(error, path: path)
        }
    }

    /// Returns the error for a damaged log that the start must empty, but cannot empty for `lack` of room.
    private func needsRoom(_ lack: String) -> StoreOpenError {
        let log = path + "-wal"
        let size = (try? FileManager.default.attributesOfItem(atPath: log)[.size] as? NSNumber)?.intValue ?? 0
        return .failed(
            file: path,
            why: "\(lack), but SQLite must copy \(log) into it; make room for \(size) bytes, and start again")
    }

    /// Makes SQLite copy the log into the database file, if the start had no room for it.
    ///
    /// The log holds frames after its last whole transaction. A transaction between these frames could look like damage
    /// to the next start. After this copy, the next transaction begins another log.
    private func takeInLog() throws(DiskFailure) {
        guard mustTakeInLog.load(ordering: .relaxed) else { return }
        watch.databaseWillBeWritten()
        defer { watch.databaseIsWritten() }
        do {
            _ = try database.inDatabase { try $0.checkpoint(.restart) }
        } catch let error as DatabaseError {
            throw failure(error, lastErrorOfDatabase)
        } catch {
            throw DiskFailure(description: "\(error)", isUndone: true)
        }
        mustTakeInLog.store(false, ordering: .relaxed)
    }

    private func milestone(_ lastSequence: Int64) -> Milestone {
        Milestone(sequence: lastSequence, generation: totals.withLock { $0.generation })
    }

    /// Returns a description of a problem with the files; nil if every file is still in its place and complete.
    func problem() -> String? { watch.problem() }

    /// Writes the whole transaction or nothing, and returns when the transaction is on stable storage.
    ///
    /// Returns true if the transaction had journal records to delete, and none of these records is left.
    ///
    /// - Parameter lastSequence: the sequence of the last journal record before this transaction.
    func commit(_ transaction: DiskTransaction, after lastSequence: Int64) throws(DiskFailure) -> Bool {
        var isTrimmed = false
        gauge.limit.store(transaction.logPages, ordering: .relaxed)
        try judgeFiles()
        try takeInLog()
        var totals = totals.withLock { $0 }
        do {
            try database.inTransaction(.immediate) { db in
                var rows = RowWriter(db, totals)
                for account in transaction.removed { try remove(account.number, account.appID, &rows) }
                try transaction.journal?.append(db)
                for row in transaction.rows { try rows.put(row) }
                try transaction.arriving?.eachChunk { try rows.put($0) }
                // The rows may include a chunk of a removed account, if a checkpoint step added this chunk to the
                // transaction.
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
            throw failure(error, lastErrorOfLog)
        } catch {
            throw DiskFailure(description: "\(error)", isUndone: true)
        }
        // If the file was removed during the commit, the transaction is not on disk.
        try judgeFiles()
        self.totals.withLock { $0 = totals }
        let milestone = milestone(transaction.journal?.sequence ?? lastSequence)
        if let reached = try gauge.mark(milestone) { mark.write(reached) }
        return isTrimmed
    }

    /// Returns why SQLite did not write, and whether the store can try again.
    ///
    /// - Parameter lastError: returns the system's number of the last error of the file that SQLite wrote to.
    private func failure(_ error: DatabaseError, _ lastError: (OpaquePointer?) -> CInt) -> DiskFailure {
        if error.resultCode == .SQLITE_BUSY {
            return DiskFailure(description: error.message ?? "the disk is busy", isUndone: true)
        }
        if let lack = lackOfRoom(error, lastError) { return DiskFailure(description: lack, isUndone: true) }
        return DiskFailure(description: error.message ?? "SQLite error \(error.resultCode)", isUndone: false)
    }

    /// Returns a description of the lack of room that made a write fail; nil if `error` has another cause.
    ///
    /// - Parameter lastError: returns the system's number of the last error of the file that SQLite wrote to.
    private func lackOfRoom(_ error: DatabaseError, _ lastError: (OpaquePointer?) -> CInt) -> String? {
        if error.resultCode == .SQLITE_FULL { return error.message ?? "the disk is full" }
        // Of the errors of a write, SQLite recognises only a full disk as a lack of room.
        guard error.extendedResultCode == .SQLITE_IOERR_WRITE else { return nil }
        let causes = database.inDatabase {
            [lastError($0.sqliteConnection), sqlite3_system_errno($0.sqliteConnection)]
        }
        return causes.first { [EDQUOT, EFBIG].contains($0) }.map { String(cString: strerror($0)) }
    }

    /// Removes all rows of an account, and writes a row that keeps only the number of the account.
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
        if let problem = watch.problemAtCommit() { throw DiskFailure(description: problem, isUndone: false) }
    }

    /// Copies the log into the file, and closes the file.
    ///
    /// If one of the files is damaged or not in its place, does not copy the log. Then the next start can see from the
    /// log and its mark what was lost.
    ///
    /// - Parameter lastSequence: the sequence of the last journal record.
    func close(lastSequence: Int64) throws {
        guard damageNow() == nil else {
            database.inDatabase { db in
                gauge.unwatch(db)
                _ = keepLogOnClose(db.sqliteConnection, 1)
            }
            return try database.close()
        }
        // SQLite is about to delete the log, so the mark must no longer require frames of the log.
        mark.write(.none(milestone(lastSequence)), isSynced: true)
        database.inDatabase { gauge.unwatch($0) }
        try database.close()
    }

    /// Returns why SQLite must not copy the log into the file; nil if the files hold everything that the store wrote.
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
