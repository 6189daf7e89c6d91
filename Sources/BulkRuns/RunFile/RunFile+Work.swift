import Foundation
import GRDB
import OfficialAccount
import OfficialAccountClient
import Synchronization

/// Reads the work that is left, and writes the results.
extension RunFile {
    package func counts() throws -> Counts {
        try Self.reporting(path) {
            try database.inDatabase { db in
                var counts = Counts()
                for row in try Row.fetchAll(
                    db, sql: "SELECT state, count(*) AS n, sum(before) AS b FROM work GROUP BY state")
                {
                    let count = try row.decode(Int.self, forColumn: "n")
                    switch State(rawValue: try row.decode(Int.self, forColumn: "state")) {
                    case .waiting: counts.waiting = count
                    case .applied:
                        counts.applied = count
                        counts.before = try row.decode(Int.self, forColumn: "b")
                    case .rejected: counts.rejected = count
                    case .unknown: counts.unknown = count
                    case .undone: counts.undone = count
                    case .undoUnknown: counts.undoUnknown = count
                    case nil: throw Self.damage
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

    /// Returns the number of rows in the given states, for each tag and verb.
    package func rowsByTag(_ states: [State]) throws -> [(tag: TagID, verb: Tagging.Verb, count: Int)] {
        try Self.reporting(path) {
            try database.inDatabase { db in
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT tag, untags, count(*) AS n FROM work WHERE state IN (\(Self.list(states)))
                        GROUP BY tag, untags ORDER BY tag
                        """
                ).map { row in
                    (
                        TagID(try row.decode(Int.self, atIndex: 0)), try row.verb(atIndex: 1),
                        try row.decode(Int.self, atIndex: 2)
                    )
                }
            }
        }
    }

    private static func list(_ states: [State]) -> String {
        states.map { "\($0.rawValue)" }.joined(separator: ", ")
    }

    /// Ends the sequences of ``pending(undoing:)``.
    package func stop() { isStopped.withLock { $0 = true } }

    /// Returns the taggings that are left, or the taggings that undo the run. The property `line` of each tagging holds
    /// the number of the tagging's row in the run file.
    package func pending(undoing: Bool = false) -> Pending { Pending(file: self, undoing: undoing) }

    package struct Pending: AsyncSequence, Sendable {
        package let file: RunFile
        package let undoing: Bool

        package func makeAsyncIterator() -> Iterator { Iterator(file: file, undoing: undoing) }

        package struct Iterator: AsyncIteratorProtocol {
            package let file: RunFile
            package let undoing: Bool
            private var page: [Tagging] = []
            private var index = 0
            private var last = 0

            package init(file: RunFile, undoing: Bool) {
                self.file = file
                self.undoing = undoing
            }

            package mutating func next() async throws -> Tagging? {
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

    /// The SQL condition for rows whose change the platform has made or may have made.
    private static let undoable =
        "before = 0 AND (state IN (1, 3, 5) OR state = 0 AND seq <= (SELECT sent FROM run))"

    /// Records as unknown each waiting row that an earlier process may have sent. That process was killed before it
    /// recorded the answers.
    ///
    /// Call this function before the run sends its first call. Otherwise ``settle()`` would count the rows as not sent,
    /// even if the run stops before it sends them again.
    package func markSentRows() throws {
        try Self.reporting(path) {
            try database.inTransaction { db in
                try db.execute(
                    sql: "UPDATE work SET state = ? WHERE state = 0 AND seq <= (SELECT sent FROM run)",
                    arguments: [State.unknown.rawValue])
                try db.execute(sql: "UPDATE run SET sent = 0")
                return .commit
            }
        }
    }

    /// Records that every call has been answered, so that no waiting row counts as sent.
    package func settle() throws {
        try Self.reporting(path) {
            try database.inDatabase { try $0.execute(sql: "UPDATE run SET sent = 0") }
        }
    }

    private func page(after last: Int, undoing: Bool) throws -> [Tagging] {
        try Self.reporting(path) {
            try database.inDatabase { db in
                let condition = undoing ? Self.undoable : "state IN (0, 3)"
                let unanswered = undoing ? State.undoUnknown : .unknown
                // Only a run of `sync` gives a tag to some followers and removes a tag from others. In every other run,
                // a row with another verb is damaged, and would do the opposite of what the person asked for.
                let only = try identity(db).flatMap { Tagging.Verb(rawValue: $0.verb) }
                let rows = try Row.fetchCursor(
                    db,
                    sql: """
                        SELECT seq, openid, tag, untags, state FROM work WHERE seq > ? AND (\(condition))
                        ORDER BY seq LIMIT \(Self.pageSize)
                        """, arguments: [last])
                var page: [Tagging] = []
                while let row = try rows.next() {
                    guard let openID = OpenID(try row.decode(String.self, atIndex: 1)) else { continue }
                    let verb = try row.verb(atIndex: 3)
                    guard only == nil || only == verb else { throw Self.damage }
                    var tagging = Tagging(
                        (verb == .untag) == undoing ? .tag : .untag, openID,
                        TagID(try row.decode(Int.self, atIndex: 2)), line: try row.decode(Int.self, atIndex: 0))
                    tagging.mayHaveBeenApplied = try row.decode(Int.self, atIndex: 4) == unanswered.rawValue
                    page.append(tagging)
                }
                // From now on the file records that these rows may have been sent, even if this process ends.
                if !undoing, let end = page.last {
                    try db.execute(sql: "UPDATE run SET sent = max(sent, ?)", arguments: [end.line])
                }
                return page
            }
        }
    }

    /// The results of rows. To save memory, neighbouring rows with the same result form one range.
    package struct Notes {
        fileprivate struct Range {
            let first: Int
            var last: Int
            let state: State
        }

        fileprivate let undoing: Bool
        fileprivate var ranges: [Range] = []
        fileprivate var refusals: [(row: Int, error: APIError)] = []

        package init(undoing: Bool) {
            self.undoing = undoing
        }

        package var isEmpty: Bool { ranges.isEmpty }

        package mutating func add(_ outcome: Outcome) {
            let row = outcome.tagging.line
            let state: State
            switch outcome.result {
            case .applied: state = undoing ? .undone : .applied
            // The next `--resume` tries such a tagging again.
            case .rejected(let error) where error.mayPass: state = undoing ? .undoUnknown : .unknown
            case .rejected(let error):
                state = .rejected
                refusals.append((row, error))
            case .unknown: state = undoing ? .undoUnknown : .unknown
            case .notTried: return
            }
            if let last = ranges.last, last.last &+ 1 == row, last.state == state {
                ranges[ranges.count - 1].last = row
            } else {
                ranges.append(Range(first: row, last: row, state: state))
            }
        }
    }

    /// Writes the results to the file. The results are on disk when this function returns.
    package func note(_ notes: Notes, calls: Int, failures: Int, seconds: Double) throws {
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

    /// Returns the numbers of calls, failed calls and seconds, summed over all parts of the run.
    package func effort() throws -> (calls: Int, failures: Int, seconds: Double) {
        try Self.reporting(path) {
            try database.inDatabase { db in
                guard let row = try Row.fetchOne(db, sql: "SELECT calls, failures, seconds FROM run") else {
                    return (0, 0, 0)
                }
                return (
                    try row.decode(Int.self, forColumn: "calls"), try row.decode(Int.self, forColumn: "failures"),
                    try row.decode(Double.self, forColumn: "seconds")
                )
            }
        }
    }

    /// Calls `take` for each refused follower and each bad line, in the order of the lines.
    package func eachReject(
        _ take: (_ openID: String, _ line: Int, _ tag: Int?, _ code: Int?, _ reason: String, _ rid: String?) throws ->
            Void
    ) throws {
        try Self.reporting(path) {
            try database.inDatabase { db in
                let rows = try Row.fetchCursor(db, sql: "SELECT * FROM reject ORDER BY line")
                while let row = try rows.next() {
                    try take(
                        try row.decode(String.self, forColumn: "openid"), try row.decode(Int.self, forColumn: "line"),
                        try row.decode(Int?.self, forColumn: "tag"), try row.decode(Int?.self, forColumn: "errcode"),
                        try row.decode(String.self, forColumn: "reason"),
                        try row.decode(String?.self, forColumn: "rid"))
                }
            }
        }
    }
}

extension Row {
    /// Returns the verb of rows of the table `work`. Throws if the column `untags`, at `index`, holds no verb.
    fileprivate func verb(atIndex index: Int) throws -> Tagging.Verb {
        switch try decode(Int.self, atIndex: index) {
        case 0: return .tag
        case 1: return .untag
        default: throw RunFile.damage
        }
    }
}

extension APIError {
    /// Whether a later call may succeed: another caller was changing the follower, or the platform could not answer.
    fileprivate var mayPass: Bool { canBeRetried || code == .someOpenIDsFailed }
}
