import Foundation
import FreshFiles
import GRDB
import OfficialAccount
import OfficialAccountClient
import Synchronization

/// The work of a run and its results, in one SQLite file.
///
/// Before the first call, the file holds the whole input, sorted by tag and without duplicates. A run writes the
/// answers to the file several times a second, and reports an answer only when the answer is on disk. Before a call
/// begins, the file records on disk that the followers of the call may have been sent. So a run can be killed at any
/// moment. If the file records no answer to a call, the next run sends the followers of this call again, which does no
/// harm.
package final class RunFile: Sendable {
    /// The state of a row of the table `work`, as the column `state` stores it.
    package enum State: Int, CaseIterable {
        case waiting = 0
        case applied = 1
        case rejected = 2
        case unknown = 3
        /// `--undo` has undone the change.
        case undone = 4
        /// `--undo` sent a call, and no answer says whether the change was undone.
        case undoUnknown = 5
    }

    /// The identity of a run, which distinguishes it from other runs.
    package struct Identity: Codable, Equatable {
        package var verb: String
        package var appID: String
        /// The tag from the command line; nil if the command line names no tag or several tags. The run uses this tag
        /// for the rows that name no tag.
        package var tag: Int?
        /// The input files or the expression that say which followers the run changes, for people.
        package var source: String
        /// The address of the API when the run began.
        package var baseURL: String
        /// SHA-256 of the input; nil for standard input, which cannot be read twice.
        package var digest: String?
        /// The tags from the command line; nil if the command line names fewer than two tags.
        package var tags: [Int]?
        /// The command line, for people; nil in files of earlier versions.
        package var command: String?

        package init(
            verb: String, appID: String, tag: Int?, source: String, baseURL: String, digest: String?,
            tags: [Int]? = nil, command: String?
        ) {
            self.verb = verb
            self.appID = appID
            self.tag = tag
            self.source = source
            self.baseURL = baseURL
            self.digest = digest
            self.tags = tags
            self.command = command
        }
    }

    package struct Counts: Equatable {
        package var waiting = 0
        package var applied = 0
        package var rejected = 0
        package var unknown = 0
        package var undone = 0
        package var undoUnknown = 0
        /// The number of followers whom `--undo` would change.
        package var undoable = 0
        package var duplicates = 0
        /// The number of lines without an openid.
        package var badLines = 0
        /// The number of followers for whom the run changes nothing. These followers already had the tag that the run
        /// adds, or lacked the tag that the run removes. `--undo` does not change these followers.
        package var before = 0

        /// Whether `--undo` has changed a follower, or may have changed a follower.
        package var isUndoBegun: Bool { undone + undoUnknown > 0 }
        package var total: Int { waiting + applied + rejected + unknown + undone + undoUnknown }
    }

    package let path: String
    package let database: DatabaseQueue
    /// Whether ``stop()`` was called, so that ``pending(undoing:)`` returns no more taggings.
    package let isStopped = Mutex(false)

    private init(path: String, database: DatabaseQueue) {
        self.path = path
        self.database = database
    }

    /// "TAGR", which marks the file as a run file.
    private static let applicationID = 0x5441_4752

    /// Creates a new file and locks it for this process. Throws ``RunFailure`` if the file exists already.
    ///
    /// - Parameter command: the command line; nil if it is unknown. Commands show this text to a person as long as the
    ///   run has not begun.
    package static func create(_ path: String, command: String? = nil) throws -> RunFile {
        try reporting(path) {
            guard !FileManager.default.fileExists(atPath: path) else { throw RunFailure.justMade(path) }
            let file = RunFile(path: path, database: try open(path))
            // Another process may have created, used and closed the file after the check above.
            guard try file.database.inDatabase({ try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") }) == 0
            else { throw RunFailure.justMade(path) }
            try file.begin(command: command)
            return file
        }
    }

    /// Creates a temporary run for a plan. The run has no path, and SQLite deletes the file of the run when the run is
    /// closed.
    package static func temporary() throws -> RunFile {
        try reporting("") {
            // If the path is empty, SQLite creates a temporary file.
            let file = RunFile(path: "", database: try DatabaseQueue(path: ""))
            try file.begin(command: nil)
            return file
        }
    }

    private func begin(command: String?) throws {
        try database.inTransaction { db in
            try db.execute(sql: "PRAGMA application_id = \(Self.applicationID)")
            try db.execute(sql: Self.schema)
            if let command { try db.execute(sql: "INSERT INTO preparation VALUES (?)", arguments: [command]) }
            return .commit
        }
    }

    /// Opens the file of an earlier run. Throws if the file is not a run file, is damaged, or is locked by another
    /// process.
    package static func existing(_ path: String) throws -> RunFile {
        try reporting(path) { try checked(RunFile(path: path, database: try open(path))) }
    }

    /// Opens the file of a run for reading, even if the file is write-protected. Throws if another process is using the
    /// file, or if the file is not a regular file.
    package static func readable(_ path: String) throws -> RunFile {
        guard FileManager.default.fileExists(atPath: path) else { throw RunFailure.noFile(path) }
        // Opening a pipe would wait until another process writes to it.
        guard FileStatus(path: path)?.isPlain ?? true else { throw RunFailure.notARunFile(path) }
        // If the path names a link, SQLite looks for the other files beside the link's target. The run of another user
        // may be read, and its other files belong to that user too.
        let target = URL(filePath: path).resolvingSymlinksInPath().path
        try checkFiles(companions, of: target, allowing: [.isForeign, .hasOtherNames])
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
            // A run that stopped while it created the file leaves an empty file.
            try Int.fetchOne(db, sql: "PRAGMA application_id") == applicationID
                || Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
        }
        guard isOurs else { throw RunFailure.notARunFile(file.path) }
        return file
    }

    private static func open(_ path: String) throws -> DatabaseQueue {
        let found = FileStatus(path: path)
        guard found?.isPlain ?? true else { throw RunFailure.notARunFile(path) }
        try checkFiles([""] + companions, of: path)
        var configuration = Configuration()
        configuration.label = "tagline.run"
        // Two processes that begin at the same moment can block each other's lock, so each process retries for one
        // second.
        configuration.busyMode = .timeout(1)
        let database = try DatabaseQueue(path: path, configuration: configuration)
        try database.inDatabase { db in try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON") }
        // Only one process may use the file. SQLite keeps the lock of this transaction until SQLite closes the file. If
        // another process has the lock, an exclusive transaction fails at its start, and leaves no transaction open.
        try database.inTransaction(.exclusive) { db in
            try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            return .commit
        }
        try database.inDatabase { db in try db.execute(sql: "PRAGMA journal_mode = DELETE") }
        // After this process opened the file, another process may have moved or removed it, and created a new file with
        // the same name.
        guard let locked = FileStatus(path: path), found.map({ $0.identity == locked.identity }) ?? true else {
            throw RunFailure.justMade(path)
        }
        return database
    }

    /// The endings of the files that SQLite opens beside a run file. Only a run file from elsewhere has the last two.
    private static let companions = ["-journal", "-wal", "-shm"]

    /// Throws ``RunFailure`` unless SQLite can safely open a run file and the files beside it.
    ///
    /// If the journal is a pipe, SQLite waits for ever. If it is a link, SQLite writes to the link's target.
    ///
    /// - Parameters:
    ///   - endings: what follows `path` in the path of each file to check.
    ///   - causes: the causes that do not matter.
    private static func checkFiles(
        _ endings: [String], of path: String, allowing causes: [FreshFileFailure.Cause] = []
    ) throws {
        for ending in endings {
            do throws(FreshFileFailure) {
                try FreshFile(path + ending).check()
            } catch {
                if causes.contains(error.cause) { continue }
                throw RunFailure.notOwnFile(path + ending, why: error.reason)
            }
        }
    }

    /// Removes the file of a run that has not begun, and closes it. This process holds the lock until the file is
    /// closed.
    package func discard() {
        remove()
        close()
    }

    /// Deletes the file and its journal from the directory, but does not close them.
    ///
    /// Any thread may call this function shortly before the process ends, even while another thread writes to the file.
    package func remove() {
        guard !path.isEmpty else { return }
        unlink(path)
        unlink(path + "-journal")
    }

    private static let schema = """
        CREATE TABLE run (id INTEGER PRIMARY KEY CHECK (id = 1), identity TEXT NOT NULL, is_loaded INTEGER NOT NULL,
            sent INTEGER NOT NULL, duplicates INTEGER NOT NULL, calls INTEGER NOT NULL, failures INTEGER NOT NULL,
            seconds REAL NOT NULL) STRICT;
        CREATE TABLE source (first INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
        CREATE TABLE unnoted (tag INTEGER PRIMARY KEY) STRICT;
        CREATE TABLE preparation (command TEXT NOT NULL) STRICT;
        CREATE TABLE work (seq INTEGER PRIMARY KEY, openid TEXT NOT NULL, tag INTEGER NOT NULL, untags INTEGER NOT NULL,
            line INTEGER NOT NULL, state INTEGER NOT NULL DEFAULT 0, before INTEGER NOT NULL DEFAULT 0) STRICT;
        CREATE TABLE reject (line INTEGER NOT NULL, openid TEXT NOT NULL, tag INTEGER, errcode INTEGER,
            reason TEXT NOT NULL, rid TEXT) STRICT;
        """

    /// The error about a value that no run writes.
    ///
    /// The check of a whole file with ten million rows would take seconds. So every read checks the values that it
    /// reads, and throws.
    static var damage: DatabaseError { DatabaseError(resultCode: .SQLITE_CORRUPT) }

    /// Runs `body`. Turns an error of SQLite, or a value of the wrong type, into a ``RunFileFailure``.
    package static func reporting<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw RunFileFailure(error, path: path)
        } catch is RowDecodingError {
            throw RunFileFailure(damage, path: path)
        }
    }

    /// Returns whether the file has the table `name`.
    ///
    /// GRDB's function for this traps if the file's list of tables is damaged.
    static func has(_ name: String, _ db: Database) throws -> Bool {
        try Int.fetchOne(
            db, sql: "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?", arguments: [name]) == 1
    }

    /// Returns the run's identity; nil if the run stopped before ``complete(_:)``.
    package func identity() throws -> Identity? {
        try Self.reporting(path) { try database.inDatabase { try identity($0) } }
    }

    /// Returns the run's identity; nil if the run stopped before ``complete(_:)``. Throws if only one half of what
    /// ``complete(_:)`` writes is there. A new run replaces a run without an identity, so damage must not look like
    /// one.
    func identity(_ db: Database) throws -> Identity? {
        // A run that stopped while it created the file leaves an empty file.
        guard try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") != 0,
            let row = try Row.fetchOne(db, sql: "SELECT identity, is_loaded FROM run")
        else { return nil }
        let text = try row.decode(String.self, forColumn: "identity")
        let isLoaded = try row.decode(Int.self, forColumn: "is_loaded") != 0
        guard text.isEmpty != isLoaded else { throw Self.damage }
        guard isLoaded else { return nil }
        guard let identity = try? JSONDecoder().decode(Identity.self, from: Data(text.utf8)) else {
            throw RunFailure.otherVersion(path)
        }
        return identity
    }

    /// Returns the command line that created the file; nil for files of earlier versions and for empty files.
    package func preparingCommand() throws -> String? {
        try Self.reporting(path) {
            try database.inDatabase { db in
                guard try Self.has("preparation", db) else { return nil }
                return try String.fetchOne(db, sql: "SELECT command FROM preparation")
            }
        }
    }

    package func close() { try? database.close() }
}
