import Foundation
import GRDB
import OfficialAccount
import OfficialAccountClient
import Synchronization

/// What a run is to do and what is done of it, in one SQLite file.
///
/// Everything the input says is in it before the first call, sorted by tag and without duplicates; what is answered is noted several times a second,
/// and on disk before it is told. Who may have been sent to is on disk before they are. So a run can be killed at any moment and goes on where it
/// was: what was sent and not noted is sent again, which changes nothing.
final class RunFile: Sendable {
    /// What a row of `work` has come to.
    enum State: Int {
        case waiting = 0
        case applied = 1
        case rejected = 2
        case unknown = 3
        /// Done with by `--undo`: the run changes nothing for it any more.
        case undone = 4
        /// Sent by `--undo`, and nobody knows whether it was carried out.
        case undoUnknown = 5
    }

    /// What makes a run this one and no other.
    struct Identity: Codable, Equatable {
        var verb: String
        var appID: String
        /// The tag of rows that name none; nil if all do.
        var tag: Int?
        /// Where the openids come from, for people.
        var source: String
        /// Where the API was when it began.
        var baseURL: String
        /// SHA-256 of the input; nil for standard input, which cannot be read twice.
        var digest: String?
    }

    struct Counts: Equatable {
        var waiting = 0
        var applied = 0
        var rejected = 0
        var unknown = 0
        var undone = 0
        var undoUnknown = 0
        /// How many `--undo` would change.
        var undoable = 0
        var duplicates = 0
        /// Lines that name nobody.
        var badLines = 0
        /// How many are as the run wants them and were before it began, so that nothing of theirs is undone.
        var before = 0

        var total: Int { waiting + applied + rejected + unknown + undone + undoUnknown }
    }

    let path: String
    let database: DatabaseQueue
    /// Whether rows are handed out no more.
    let isStopped = Mutex(false)

    private init(path: String, database: DatabaseQueue) {
        self.path = path
        self.database = database
    }

    /// "TAGR", so that we ourselves know the file.
    private static let applicationID = 0x5441_4752

    /// A new file. Throws if something is there already.
    static func create(_ path: String) throws -> RunFile {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw StartFailure.failed("\(path) is there already")
        }
        return try reporting(path) {
            let file = RunFile(path: path, database: try open(path))
            try file.database.inTransaction { db in
                try db.execute(sql: "PRAGMA application_id = \(applicationID)")
                try db.execute(sql: schema)
                return .commit
            }
            return file
        }
    }

    /// The file of an earlier run. Throws if it is something else, damaged, or in the hands of another process.
    static func existing(_ path: String) throws -> RunFile {
        try reporting(path) {
            let file = RunFile(path: path, database: try open(path))
            let isOurs = try file.database.inDatabase { db in
                // One that is empty was left at the very moment it was made.
                try Int.fetchOne(db, sql: "PRAGMA application_id") == applicationID
                    || Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
            }
            guard isOurs else {
                throw StartFailure.failed("\(path) is no run file; name another with --run-file")
            }
            return file
        }
    }

    private static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "tagline.run"
        let database = try DatabaseQueue(path: path, configuration: configuration)
        try database.inDatabase { db in
            // One process at a time; the lock is taken with the first write and kept.
            try db.execute(
                sql: "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA fullfsync = ON")
            try db.execute(sql: "BEGIN IMMEDIATE; COMMIT")
        }
        return database
    }

    private static let schema = """
        CREATE TABLE run (id INTEGER PRIMARY KEY CHECK (id = 1), identity TEXT NOT NULL, is_loaded INTEGER NOT NULL,
            sent INTEGER NOT NULL, duplicates INTEGER NOT NULL, calls INTEGER NOT NULL, failures INTEGER NOT NULL,
            seconds REAL NOT NULL) STRICT;
        CREATE TABLE unnoted (tag INTEGER PRIMARY KEY) STRICT;
        CREATE TABLE work (seq INTEGER PRIMARY KEY, openid TEXT NOT NULL, tag INTEGER NOT NULL, untags INTEGER NOT NULL,
            line INTEGER NOT NULL, state INTEGER NOT NULL DEFAULT 0, before INTEGER NOT NULL DEFAULT 0) STRICT;
        CREATE TABLE reject (line INTEGER NOT NULL, openid TEXT NOT NULL, tag INTEGER, errcode INTEGER,
            reason TEXT NOT NULL, rid TEXT) STRICT;
        """

    /// Runs the body; what SQLite says becomes one line.
    static func reporting<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw StartFailure.failed("\(path): \(reason(error))")
        }
    }

    static func reason(_ error: DatabaseError) -> String {
        switch error.resultCode {
        case .SQLITE_BUSY: "another tagline is at work with this run file"
        case .SQLITE_FULL: "the disk is full; make room and go on"
        case .SQLITE_IOERR:
            "it cannot be written or read (\(error.message ?? "I/O error")); see to the disk and go on"
        case .SQLITE_CANTOPEN: "it cannot be created; name another place with --run-file"
        case .SQLITE_READONLY: "it cannot be written; name another place with --run-file"
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: "it is damaged, or no run file; name another with --run-file"
        default: error.message ?? "SQLite error \(error.resultCode.rawValue)"
        }
    }

    /// What run it is; nil if the input was not wholly read.
    func identity() throws -> Identity? {
        try Self.reporting(path) {
            try database.inDatabase { db in
                guard try db.tableExists("run"),
                    let text = try String.fetchOne(db, sql: "SELECT identity FROM run WHERE is_loaded = 1")
                else { return nil }
                guard let identity = try? JSONDecoder().decode(Identity.self, from: Data(text.utf8)) else {
                    throw StartFailure.failed("\(path) is a run of another version of tagline, which can go on with it")
                }
                return identity
            }
        }
    }

    func close() { try? database.close() }
}
