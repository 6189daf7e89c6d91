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
    private let isStopped = Mutex(false)

    private init(path: String, database: DatabaseQueue) {
        self.path = path
        self.database = database
    }

    // MARK: Opening

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

    // MARK: Loading

    /// Fills the file from rows. It counts as loaded after ``complete(_:)`` only.
    func load(_ rows: (Loader) throws -> Void) throws {
        try Self.reporting(path) {
            try database.inDatabase { db in
                try db.execute(sql: "CREATE TEMP TABLE input (openid TEXT, tag INTEGER, untags INTEGER, line INTEGER)")
            }
            try database.inTransaction { db in
                let loader = try Loader(db)
                try rows(loader)
                // Tag after tag, each in the order of the lines: calls are full, and no follower gets two tags at a time.
                try db.execute(
                    sql: """
                        INSERT INTO work (openid, tag, untags, line)
                        SELECT openid, tag, untags, min(line) FROM temp.input GROUP BY tag, untags, openid
                        ORDER BY tag, untags, min(line)
                        """)
                let total = db.changesCount
                try db.execute(
                    sql: "INSERT INTO run VALUES (1, '', 0, 0, ?, 0, 0, 0)", arguments: [loader.count - total])
                return .commit
            }
            try database.inDatabase { try $0.execute(sql: "DROP TABLE temp.input") }
        }
    }

    /// The tags that had no ids when the rows were loaded have them now.
    ///
    /// - Parameter tags: their ids, by what stood there in their place.
    func name(_ tags: [Int: TagID]) throws {
        try Self.reporting(path) {
            try database.inTransaction { db in
                for (placeholder, tag) in tags {
                    try db.execute(
                        sql: "UPDATE work SET tag = ? WHERE tag = ?", arguments: [tag.rawValue, placeholder])
                }
                return .commit
            }
        }
    }

    /// From here on it is what `identity` says.
    func complete(_ identity: Identity) throws {
        try Self.reporting(path) {
            let encoded = String(decoding: try JSONEncoder().encode(identity), as: UTF8.self)
            try database.inDatabase {
                try $0.execute(sql: "UPDATE run SET identity = ?, is_loaded = 1", arguments: [encoded])
            }
        }
    }

    // MARK: What the platform lists

    /// Begins a list of openids, in place of the one before.
    func beginList() throws {
        try Self.reporting(path) {
            try database.inDatabase { db in
                try db.execute(
                    sql: """
                        DROP TABLE IF EXISTS temp.listed;
                        CREATE TEMP TABLE listed (openid TEXT PRIMARY KEY) WITHOUT ROWID
                        """)
            }
        }
    }

    func list(_ openIDs: [OpenID]) throws {
        try Self.reporting(path) {
            try database.inTransaction { db in
                let insert = try db.makeStatement(sql: "INSERT OR IGNORE INTO temp.listed VALUES (?)")
                for openID in openIDs { try insert.execute(arguments: [openID.description]) }
                return .commit
            }
        }
    }

    /// Those who are listed carried the tag before the run: who is to get it has it, and who is to lose it and is not listed has lost it.
    func markBefore(_ tag: TagID, _ verb: Tagging.Verb) throws {
        try Self.reporting(path) {
            try database.inDatabase { db in
                try db.execute(
                    sql: """
                        UPDATE work SET before = 1
                        WHERE tag = ? AND untags = ? AND (openid IN (SELECT openid FROM temp.listed)) <> untags
                        """, arguments: [tag.rawValue, verb == .untag ? 1 : 0])
            }
        }
    }

    /// Who carried the tag before the run is not known.
    func markUnnoted(_ tag: TagID) throws {
        try Self.reporting(path) {
            try database.inDatabase {
                try $0.execute(sql: "INSERT OR IGNORE INTO unnoted VALUES (?)", arguments: [tag.rawValue])
            }
        }
    }

    /// The tags of which it is not known who carried them before the run.
    func unnoted() throws -> [TagID] {
        try Self.reporting(path) {
            try database.inDatabase { try Int.fetchAll($0, sql: "SELECT tag FROM unnoted ORDER BY tag") }
        }.map { TagID($0) }
    }

    /// How many are listed, how many of the rows of a tag are as the list says, and some of those that are not.
    func compare(_ tag: TagID) throws -> (listed: Int, right: Int, wrong: Int, examples: [String]) {
        try Self.reporting(path) {
            try database.inDatabase { db in
                let isListed = "openid IN (SELECT openid FROM temp.listed)"
                let isWrong = "tag = ? AND state = 1 AND (\(isListed)) = untags"
                let isRight = "tag = ? AND state = 1 AND (\(isListed)) <> untags"
                return (
                    try Int.fetchOne(db, sql: "SELECT count(*) FROM temp.listed") ?? 0,
                    try Int.fetchOne(db, sql: "SELECT count(*) FROM work WHERE \(isRight)", arguments: [tag.rawValue])
                        ?? 0,
                    try Int.fetchOne(db, sql: "SELECT count(*) FROM work WHERE \(isWrong)", arguments: [tag.rawValue])
                        ?? 0,
                    try String.fetchAll(
                        db, sql: "SELECT openid FROM work WHERE \(isWrong) LIMIT 10", arguments: [tag.rawValue])
                )
            }
        }
    }

    /// Rows for everyone who is listed and not in the input, to have the tag taken off; and none for those who are in both.
    ///
    /// Returns how many are in both.
    func loadDifference(_ tag: TagID) throws -> Int {
        try Self.reporting(path) {
            var both = 0
            try database.inTransaction { db in
                try db.execute(
                    sql: """
                        INSERT INTO work (openid, tag, untags, line)
                        SELECT openid, ?, 1, 0 FROM temp.listed
                        WHERE openid NOT IN (SELECT openid FROM work) ORDER BY openid
                        """, arguments: [tag.rawValue])
                try db.execute(
                    sql: "DELETE FROM work WHERE untags = 0 AND openid IN (SELECT openid FROM temp.listed)")
                both = db.changesCount
                return .commit
            }
            return both
        }
    }

    // MARK: Loading, row by row

    /// Takes the rows of an input.
    final class Loader {
        private let insert: Statement
        private let reject: Statement
        private(set) var count = 0

        fileprivate init(_ db: Database) throws {
            insert = try db.makeStatement(sql: "INSERT INTO temp.input VALUES (?, ?, ?, ?)")
            reject = try db.makeStatement(sql: "INSERT INTO reject (line, openid, reason) VALUES (?, ?, ?)")
        }

        func add(_ tagging: Tagging) throws {
            count += 1
            insert.setUncheckedArguments([
                tagging.openID.description, tagging.tag.rawValue, tagging.verb == .untag ? 1 : 0, tagging.line,
            ])
            try insert.execute()
        }

        func refuse(_ text: String, _ reason: String, line: Int) throws {
            reject.setUncheckedArguments([line, text, reason])
            try reject.execute()
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

    // MARK: What is left, and what is done

    func counts() throws -> Counts {
        try Self.reporting(path) {
            try database.inDatabase { db in
                var counts = Counts()
                for row in try Row.fetchAll(
                    db, sql: "SELECT state, count(*) AS n, sum(before) AS b FROM work GROUP BY state")
                {
                    let count: Int = row["n"]
                    switch State(rawValue: row["state"]) {
                    case .waiting: counts.waiting = count
                    case .applied:
                        counts.applied = count
                        counts.before = row["b"] ?? 0
                    case .rejected: counts.rejected = count
                    case .unknown: counts.unknown = count
                    case .undone: counts.undone = count
                    case .undoUnknown: counts.undoUnknown = count
                    case nil: break
                    }
                }
                counts.undoable =
                    try Int.fetchOne(db, sql: "SELECT count(*) FROM work WHERE \(Self.undoable)") ?? 0
                counts.duplicates = try Int.fetchOne(db, sql: "SELECT duplicates FROM run") ?? 0
                counts.badLines = try Int.fetchOne(db, sql: "SELECT count(*) FROM reject WHERE errcode IS NULL") ?? 0
                return counts
            }
        }
    }

    /// How many rows there are of each tag that the given states leave to do.
    func rowsByTag(_ states: [State]) throws -> [(tag: TagID, verb: Tagging.Verb, count: Int)] {
        try Self.reporting(path) {
            try database.inDatabase { db in
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT tag, untags, count(*) AS n FROM work WHERE state IN (\(Self.list(states)))
                        GROUP BY tag, untags ORDER BY tag
                        """
                ).map { (TagID($0["tag"] as Int), ($0["untags"] as Int) == 1 ? .untag : .tag, $0["n"]) }
            }
        }
    }

    private static func list(_ states: [State]) -> String {
        states.map { "\($0.rawValue)" }.joined(separator: ", ")
    }

    /// No more rows are handed out.
    func stop() { isStopped.withLock { $0 = true } }

    /// What is left to do, or to undo, a page at a time. The number of a tagging is its row's.
    func pending(undoing: Bool = false) -> Pending { Pending(file: self, undoing: undoing) }

    struct Pending: AsyncSequence, Sendable {
        let file: RunFile
        let undoing: Bool

        func makeAsyncIterator() -> Iterator { Iterator(file: file, undoing: undoing) }

        struct Iterator: AsyncIteratorProtocol {
            let file: RunFile
            let undoing: Bool
            private var page: [Tagging] = []
            private var index = 0
            private var last = 0

            init(file: RunFile, undoing: Bool) {
                self.file = file
                self.undoing = undoing
            }

            mutating func next() async throws -> Tagging? {
                if file.isStopped.withLock({ $0 }) { return nil }
                if index == page.count {
                    page = try file.page(after: last, undoing: undoing)
                    index = 0
                    guard let end = page.last else { return nil }
                    last = end.line
                }
                defer { index += 1 }
                return page[index]
            }
        }
    }

    private static let pageSize = 5000

    /// Rows for which something was done, or may have been.
    private static let undoable =
        "before = 0 AND (state IN (1, 3, 5) OR state = 0 AND seq <= (SELECT sent FROM run))"

    /// Everything that was sent is noted: what is waiting now was not sent.
    func settle() throws {
        try Self.reporting(path) {
            try database.inDatabase { try $0.execute(sql: "UPDATE run SET sent = 0") }
        }
    }

    private func page(after last: Int, undoing: Bool) throws -> [Tagging] {
        try Self.reporting(path) {
            try database.inDatabase { db in
                let condition = undoing ? Self.undoable : "state IN (0, 3)"
                let rows = try Row.fetchCursor(
                    db,
                    sql: """
                        SELECT seq, openid, tag, untags FROM work WHERE seq > ? AND (\(condition))
                        ORDER BY seq LIMIT \(Self.pageSize)
                        """, arguments: [last])
                var page: [Tagging] = []
                while let row = try rows.next() {
                    guard let openID = OpenID(row[1] as String) else { continue }
                    let untags = (row[3] as Int) == 1
                    page.append(
                        Tagging(untags == undoing ? .tag : .untag, openID, TagID(row[2] as Int), line: row[0]))
                }
                // From here on these may have been sent, whatever becomes of us.
                if !undoing, let end = page.last {
                    try db.execute(sql: "UPDATE run SET sent = max(sent, ?)", arguments: [end.line])
                }
                return page
            }
        }
    }

    /// What became of some, in little room: rows that follow each other mostly come to the same.
    struct Notes {
        fileprivate struct Range {
            let first: Int
            var last: Int
            let state: State
        }

        fileprivate let undoing: Bool
        fileprivate var ranges: [Range] = []
        fileprivate var refusals: [(row: Int, error: APIError)] = []

        init(undoing: Bool) {
            self.undoing = undoing
        }

        var isEmpty: Bool { ranges.isEmpty }

        mutating func add(_ outcome: Outcome) {
            let row = outcome.tagging.line
            let state: State
            switch outcome.result {
            case .applied: state = undoing ? .undone : .applied
            // What may pass by itself is tried again by the next --resume.
            case .rejected(let error) where error.mayPass: state = undoing ? .undoUnknown : .unknown
            case .rejected(let error):
                state = .rejected
                refusals.append((row, error))
            case .unknown: state = undoing ? .undoUnknown : .unknown
            case .notTried: return
            }
            if let last = ranges.last, last.last + 1 == row, last.state == state {
                ranges[ranges.count - 1].last = row
            } else {
                ranges.append(Range(first: row, last: row, state: state))
            }
        }
    }

    /// Writes notes down. They are on disk when this returns.
    func note(_ notes: Notes, calls: Int, failures: Int, seconds: Double) throws {
        try Self.reporting(path) {
            try database.inTransaction { db in
                for range in notes.ranges {
                    try db.execute(
                        sql: "UPDATE work SET state = ? WHERE seq BETWEEN ? AND ?",
                        arguments: [range.state.rawValue, range.first, range.last])
                }
                for (row, error) in notes.refusals {
                    try db.execute(
                        sql: "INSERT INTO reject SELECT line, openid, tag, ?, ?, ? FROM work WHERE seq = ?",
                        arguments: [
                            error.code.rawValue, (notes.undoing ? "not undone: " : "") + error.message, error.rid, row,
                        ])
                }
                try db.execute(
                    sql: "UPDATE run SET calls = calls + ?, failures = failures + ?, seconds = seconds + ?",
                    arguments: [calls, failures, seconds])
                return .commit
            }
        }
    }

    /// Calls and seconds of all parts of the run together.
    func effort() throws -> (calls: Int, failures: Int, seconds: Double) {
        try Self.reporting(path) {
            try database.inDatabase { db in
                guard let row = try Row.fetchOne(db, sql: "SELECT calls, failures, seconds FROM run") else {
                    return (0, 0, 0)
                }
                return (row["calls"], row["failures"], row["seconds"])
            }
        }
    }

    /// Everything that was refused, line after line.
    func eachReject(
        _ take: (_ openID: String, _ line: Int, _ tag: Int?, _ code: Int?, _ reason: String, _ rid: String?) throws ->
            Void
    ) throws {
        try Self.reporting(path) {
            try database.inDatabase { db in
                let rows = try Row.fetchCursor(db, sql: "SELECT * FROM reject ORDER BY line")
                while let row = try rows.next() {
                    try take(row["openid"], row["line"], row["tag"], row["errcode"], row["reason"], row["rid"])
                }
            }
        }
    }

    func close() { try? database.close() }
}

extension APIError {
    /// Whether it says nothing against the follower for good: somebody else was changing them, or the platform could not just then.
    fileprivate var mayPass: Bool { canBeRetried || code == .someOpenIDsFailed }
}
