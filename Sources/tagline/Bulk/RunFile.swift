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
    enum State: Int, CaseIterable {
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
        /// The tags for rows that name none, if there are several.
        var tags: [Int]?
        /// The command line, for people; nil in files of earlier versions.
        var command: String?
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

    /// Creates a new file and locks it for this process. Throws ``StartFailure`` if the file exists already.
    static func create(_ path: String) throws -> RunFile {
        try reporting(path) {
            guard !FileManager.default.fileExists(atPath: path) else { throw taken(path) }
            let file = RunFile(path: path, database: try open(path))
            // Another process may have created, used and closed the file in the meantime.
            guard try file.database.inDatabase({ try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") }) == 0
            else { throw taken(path) }
            try file.begin()
            return file
        }
    }

    private static func taken(_ path: String) -> StartFailure {
        .failed("\(path) was made by another tagline just now; see what it does, or name another with --run-file")
    }

    /// Creates a temporary run for a plan. It has no path, and closing it deletes it.
    static func temporary() throws -> RunFile {
        try reporting("") {
            // For an empty name SQLite makes a file that it deletes when it closes it.
            let file = RunFile(path: "", database: try DatabaseQueue(path: ""))
            try file.begin()
            return file
        }
    }

    private func begin() throws {
        try database.inTransaction { db in
            try db.execute(sql: "PRAGMA application_id = \(Self.applicationID)")
            try db.execute(sql: Self.schema)
            return .commit
        }
    }

    /// Opens the file of an earlier run. Throws if it is not a run file, is damaged, or is locked by another process.
    static func existing(_ path: String) throws -> RunFile {
        try reporting(path) { try checked(RunFile(path: path, database: try open(path))) }
    }

    /// Opens the file of a run for reading, also if it is write-protected. Throws if a run is using it.
    static func readable(_ path: String) throws -> RunFile {
        guard FileManager.default.fileExists(atPath: path) else {
            throw StartFailure.failed("there is no run file \(path)")
        }
        do {
            return try reporting(path) {
                var configuration = Configuration()
                configuration.readonly = true
                let file = RunFile(path: path, database: try DatabaseQueue(path: path, configuration: configuration))
                return try checked(file)
            }
        } catch let failure as RunFileFailure where failure.isUnwritable {
            // A killed run left a journal, which SQLite must process first.
            return try existing(path)
        }
    }

    private static func checked(_ file: RunFile) throws -> RunFile {
        let isOurs = try file.database.inDatabase { db in
            // A run that stopped while it created the file left it empty.
            try Int.fetchOne(db, sql: "PRAGMA application_id") == applicationID
                || Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
        }
        guard isOurs else {
            throw StartFailure.failed("\(file.path) is no run file; name another with --run-file")
        }
        return file
    }

    private static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "tagline.run"
        let database = try DatabaseQueue(path: path, configuration: configuration)
        try database.inDatabase { db in
            // Only one process may use the file. SQLite keeps the lock until it closes the file.
            try db.execute(
                sql: "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA fullfsync = ON")
        }
        // An exclusive transaction fails at its start, where it leaves nothing open.
        try database.inTransaction(.exclusive) { _ in .commit }
        // The other process may have moved or removed this file after we opened it.
        guard FileManager.default.fileExists(atPath: path) else { throw taken(path) }
        return database
    }

    /// Removes a run that has not begun, while this process still holds the lock on it.
    func discard() {
        if !path.isEmpty { unlink(path) }
        close()
    }

    private static let schema = """
        CREATE TABLE run (id INTEGER PRIMARY KEY CHECK (id = 1), identity TEXT NOT NULL, is_loaded INTEGER NOT NULL,
            sent INTEGER NOT NULL, duplicates INTEGER NOT NULL, calls INTEGER NOT NULL, failures INTEGER NOT NULL,
            seconds REAL NOT NULL) STRICT;
        CREATE TABLE source (first INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
        CREATE TABLE unnoted (tag INTEGER PRIMARY KEY) STRICT;
        CREATE TABLE work (seq INTEGER PRIMARY KEY, openid TEXT NOT NULL, tag INTEGER NOT NULL, untags INTEGER NOT NULL,
            line INTEGER NOT NULL, state INTEGER NOT NULL DEFAULT 0, before INTEGER NOT NULL DEFAULT 0) STRICT;
        CREATE TABLE reject (line INTEGER NOT NULL, openid TEXT NOT NULL, tag INTEGER, errcode INTEGER,
            reason TEXT NOT NULL, rid TEXT) STRICT;
        """

    /// Runs the body. Turns an error of SQLite into a ``RunFileFailure``.
    static func reporting<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw RunFileFailure(error, path: path)
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
