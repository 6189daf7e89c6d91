import Foundation
import FreshFiles
import GRDB
import Logging
import OfficialAccount
import Synchronization
import TagStore

/// The refused calls, in a separate file next to the store's database file. The separate file keeps only the newest
/// calls, and SQLite never syncs this file. If this file is damaged, the store creates a new file.
final class RefusedCallFile: Sendable {
    static let fileName = "refused-calls.sqlite"

    private let path: String
    private let limit: Int
    private let logger: Logger
    /// The open file; nil if the last attempt to open the file failed.
    private let database = Mutex<DatabaseQueue?>(nil)

    /// Opens the file. If another program holds the file, or if the disk is full, the next use of the file tries again.
    ///
    /// Throws if a directory has the name of the file.
    init(directory: String, limit: Int, logger: Logger) throws(StoreOpenError) {
        path = directory + "/" + RefusedCallFile.fileName
        self.limit = limit
        self.logger = logger
        do {
            try use { _ in }
        } catch is DatabaseError {
            // The next use of the file reports the failure if the cause is still present.
        } catch {
            throw Disk.openError(error, path: path)
        }
    }

    func note(_ calls: [RefusedCall]) throws {
        try use { database in
            try database.write { db in
                for call in calls {
                    try db.execute(
                        sql: """
                            INSERT OR REPLACE INTO refused_call
                                (rid, appid, time, milliseconds, query, request_body, answer, address)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                            """,
                        arguments: [
                            call.rid, call.appID.rawValue, call.time.seconds, call.milliseconds, call.query,
                            call.requestBody, call.answer, call.address,
                        ])
                }
                try db.execute(
                    sql: "DELETE FROM refused_call WHERE number <= (SELECT max(number) FROM refused_call) - ?",
                    arguments: [limit])
            }
        }
    }

    func call(rid: String) throws -> RefusedCall? {
        try use { database -> RefusedCall? in
            let row = try database.read { db in
                try Row.fetchOne(db, sql: "SELECT * FROM refused_call WHERE rid = ?", arguments: [rid])
            }
            guard let row else { return nil }
            // No seal protects the row, so each value may have any type, and the index may lead to another row.
            let call = RefusedCall(
                rid: try row.sealed("rid"), appID: AppID(try row.sealed("appid")),
                time: UnixTime(seconds: try row.sealed("time")), milliseconds: try row.sealed("milliseconds"),
                query: try row.sealed("query"), requestBody: try row.sealed("request_body"),
                answer: try row.sealed("answer"), address: try row.sealed("address"))
            guard call.rid == rid else { throw DamagedFile("the index of the rids leads to another call") }
            return call
        }
    }

    func close() throws {
        // The closed database stays, so that a later use fails and does not open the file again.
        let opened = database.withLock { $0 }
        try opened?.close()
    }

    // MARK: -

    /// Calls `body` with the open file. If the file itself is at fault, replaces the file with a new one and calls
    /// `body` again.
    private func use<Value: Sendable>(_ body: (DatabaseQueue) throws -> Value) throws -> Value {
        try database.withLock { database -> Value in
            do {
                return try body(try opened(&database))
            } catch let error where Self.isFileAtFault(error) {
                logger.warning(
                    "the file of refused calls is damaged or is not the server's own; a new file replaces it",
                    metadata: ["file": "\(path)", "reason": "\(error)"])
                if let damaged = database { try? damaged.close() }
                database = nil
                // `unlink` does not remove a directory, so a directory with the name of the file stays.
                for ending in [""] + Disk.besideEndings { unlink(path + ending) }
                return try body(try opened(&database))
            }
        }
    }

    /// Returns the open database, and opens the file if no database is open.
    private func opened(_ database: inout DatabaseQueue?) throws -> DatabaseQueue {
        if let database { return database }
        let opened = try Self.open(path)
        database = opened
        return opened
    }

    private static func open(_ path: String) throws -> DatabaseQueue {
        // If the file were a symbolic link, SQLite would write to the target of the link.
        for ending in [""] + Disk.besideEndings { try FreshFile(path + ending).check() }
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        let database = try DatabaseQueue(path: path, configuration: configuration)
        try database.inDatabase { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF")
            try db.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS refused_call (
                        number INTEGER PRIMARY KEY AUTOINCREMENT, rid TEXT NOT NULL UNIQUE, appid TEXT NOT NULL,
                        time INTEGER NOT NULL, milliseconds INTEGER NOT NULL, query TEXT NOT NULL, request_body TEXT NOT NULL,
                        answer TEXT NOT NULL, address TEXT NOT NULL) STRICT
                    """)
        }
        return database
    }

    /// Returns whether the file itself causes `error`, so that a new file helps.
    ///
    /// SQLite reports a table without the expected columns as `SQLITE_ERROR`. A full disk, a failing disk or another
    /// program that holds the file is no reason to lose the calls in the file.
    private static func isFileAtFault(_ error: any Error) -> Bool {
        switch error {
        case is DamagedFile, is FreshFileFailure: true
        case let error as DatabaseError:
            [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_READONLY].contains(error.resultCode)
        default: false
        }
    }
}
