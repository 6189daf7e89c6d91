import Foundation
import GRDB
import OfficialAccount
import OfficialAccountClient

/// Compares lists of the platform with the work of the run.
extension RunFile {
    /// Begins a list of openids. Deletes the previous list.
    package func beginList() throws {
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

    package func list(_ openIDs: [OpenID]) throws {
        try Self.reporting(path) {
            try database.inTransaction { db in
                let insert = try db.makeStatement(sql: "INSERT OR IGNORE INTO temp.listed VALUES (?)")
                for openID in openIDs { try insert.execute(arguments: [openID.description]) }
                return .commit
            }
        }
    }

    /// Among the rows with this tag and verb, marks the rows that change nothing. The list must hold the followers who
    /// carried the tag before the run.
    ///
    /// A row changes nothing if it gives the tag to a listed follower, or removes the tag from a follower who is not
    /// listed.
    package func markBefore(_ tag: TagID, _ verb: Tagging.Verb) throws {
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

    /// Records that this file does not know which followers carried the tag before the run.
    package func markUnnoted(_ tag: TagID) throws {
        try Self.reporting(path) {
            try database.inDatabase {
                try $0.execute(sql: "INSERT OR IGNORE INTO unnoted VALUES (?)", arguments: [tag.rawValue])
            }
        }
    }

    /// Returns the tags for which ``markUnnoted(_:)`` was called.
    package func unnoted() throws -> [TagID] {
        try Self.reporting(path) {
            try database.inDatabase { try Int.fetchAll($0, sql: "SELECT tag FROM unnoted ORDER BY tag") }
        }.map { TagID($0) }
    }

    /// Compares the list with the applied rows of a tag.
    ///
    /// - Returns: the number of listed followers, the number of rows that match the list, the number of other rows, and
    ///   up to ten openids from these other rows.
    package func compare(_ tag: TagID) throws -> (listed: Int, right: Int, wrong: Int, examples: [String]) {
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

    /// Adds rows that remove the tag from followers who are listed and not in the input. Deletes the rows of the
    /// followers who are listed and in the input.
    ///
    /// - Returns: the number of followers who are listed and in the input.
    package func loadDifference(_ tag: TagID) throws -> Int {
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

    /// Returns the place of the first input line without an openid; nil if every line has an openid.
    package func firstBadLine() throws -> RunInput.Place? {
        let line = try Self.reporting(path) {
            try database.inDatabase { try Int.fetchOne($0, sql: "SELECT min(line) FROM reject WHERE errcode IS NULL") }
        }
        return try line.map { try sources().place(of: $0) }
    }

    /// The placeholder for a tag id in rows that concern every tag that the follower carries.
    package static let anyTag = TagID(-1)

    /// Adds rows that remove the tag from every listed follower who is in the input.
    package func loadCarriers(of tag: TagID) throws {
        try Self.reporting(path) {
            try database.inTransaction { db in
                try db.execute(
                    sql: """
                        INSERT INTO work (openid, tag, untags, line)
                        SELECT openid, ?, 1, line FROM work
                        WHERE tag = ? AND openid IN (SELECT openid FROM temp.listed) ORDER BY line
                        """, arguments: [tag.rawValue, Self.anyTag.rawValue])
                return .commit
            }
        }
    }

    /// Removes the rows with the placeholder ``anyTag``.
    package func endAnyTag() throws {
        try Self.reporting(path) {
            try database.inDatabase {
                try $0.execute(sql: "DELETE FROM work WHERE tag = ?", arguments: [Self.anyTag.rawValue])
            }
        }
    }
}
