import Foundation
import FreshFiles
import GRDB
import OfficialAccount
import TagStore

/// The refused calls, in a separate file next to the store's database file. The file has a limited size, and SQLite
/// never syncs the file. If the file is damaged, the store creates a new file.
final class RefusedCallFile: Sendable {
    private let database: DatabaseQueue
    private let limit: Int

    init(directory: String, limit: Int) throws(StoreOpenError) {
        self.limit = limit
        let path = directory + "/refused-calls.sqlite"
        do {
            database = try Self.open(path)
        } catch {
            // `unlink` does not remove a directory, so a directory with the name of the file stays.
            for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
            do {
                database = try Self.open(path)
            } catch {
                throw Disk.openError(error, path: path)
            }
        }
    }

    private static func open(_ path: String) throws -> DatabaseQueue {
        // If the file were a symbolic link, SQLite would write to the target of the link.
        for suffix in ["", "-wal"] { try FreshFile(path + suffix).check() }
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
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

    func note(_ calls: [RefusedCall]) throws {
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

    func call(rid: String) throws -> RefusedCall? {
        try database.read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM refused_call WHERE rid = ?", arguments: [rid]).map { row in
                RefusedCall(
                    rid: row["rid"], appID: AppID(row["appid"]), time: UnixTime(seconds: row["time"]),
                    milliseconds: row["milliseconds"], query: row["query"], requestBody: row["request_body"],
                    answer: row["answer"], address: row["address"])
            }
        }
    }

    func close() throws {
        try database.close()
    }
}
