import Foundation
import GRDB
import OfficialAccount
import Synchronization
import TagStore

/// What one transaction writes.
struct DiskTransaction: Sendable {
    var journal: JournalRow?
    var rows: [any SealedRow] = []
    /// Accounts that come with all their followers.
    var arriving: ArrivingAccounts?
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
}

/// The SQLite file of one store. Used by one thread at a time.
final class Disk: Sendable {
    static let fileName = "tagline.sqlite"
    /// Journal records deleted per transaction while trimming: enough to keep up, few enough not to be felt.
    static let trimBatch = 256
    /// The commit that comes when the log holds so many pages waits until they are in the file: seldom enough to be few commits, and early
    /// enough that the log is written over and not made longer, because making it longer makes syncs dearer.
    static let logPages = 1000
    /// While followers are saved with every commit the log fills ten times as fast. Then it is better that many wait for a moment.
    static let logPagesWhileSaving = 250

    let path: String
    let database: DatabaseQueue
    private let willCommit: @Sendable () throws -> Void
    /// The limit SQLite was last told, in pages of its log.
    private let logLimit = Mutex(0)

    /// - Parameter willCommit: called inside every transaction, last of all; what it throws undoes the transaction.
    init(directory: String, willCommit: @escaping @Sendable () throws -> Void) throws(StoreOpenError) {
        path = directory + "/" + Self.fileName
        self.willCommit = willCommit
        do {
            database = try Self.open(path)
        } catch let error as StoreOpenError {
            throw error
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
            throw .notWritable(directory: directory, why: error.message ?? "the file cannot be opened")
        } catch {
            throw Self.openError(error, path: path)
        }
    }

    private static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "tagline.disk"
        configuration.busyMode = .timeout(5)
        let database = try DatabaseQueue(path: path, configuration: configuration)
        try database.inDatabase { db in
            let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
            let owner = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
            guard tables == 0 || owner == Schema.applicationID else {
                throw StoreOpenError.failed(file: path, why: "it is a database of another program")
            }
            try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
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
        return database
    }

    /// Writes everything or nothing, and returns when it is on stable storage.
    ///
    /// The result says whether nothing is left to trim.
    func commit(_ transaction: DiskTransaction) throws(DiskFailure) -> Bool {
        var isTrimmed = false
        limitLog(to: transaction.logPages)
        do {
            try database.inTransaction(.immediate) { db in
                if let journal = transaction.journal { try journal.insert(db) }
                for row in transaction.rows { try row.insert(db) }
                try transaction.arriving?.eachChunk { try $0.insert(db) }
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
            return isTrimmed
        } catch let error as DatabaseError {
            let isUndone = [.SQLITE_FULL, .SQLITE_BUSY].contains(error.resultCode)
            throw DiskFailure(description: error.message ?? "SQLite error \(error.resultCode)", isUndone: isUndone)
        } catch {
            throw DiskFailure(description: "\(error)", isUndone: true)
        }
    }

    func close() throws {
        try database.close()
    }

    /// No more than tuning: if it cannot be set, the old limit stays, and the next transaction tries again.
    private func limitLog(to pages: Int) {
        logLimit.withLock { limit in
            guard limit != pages else { return }
            do {
                try database.inDatabase { try $0.execute(sql: "PRAGMA wal_autocheckpoint = \(pages)") }
                limit = pages
            } catch {}
        }
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
        case let error as DatabaseError where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode):
            .damaged(file: path, why: error.message ?? "SQLite cannot read it")
        case let error as DatabaseError:
            .failed(file: path, why: error.message ?? "SQLite error \(error.resultCode)")
        default:
            .failed(file: path, why: "\(error)")
        }
    }
}
