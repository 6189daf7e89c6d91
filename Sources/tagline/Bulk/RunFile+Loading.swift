import Foundation
import GRDB
import OfficialAccount
import OfficialAccountClient

/// How the input gets into a run.
extension RunFile {
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

    /// Stores the file of each line, if the input consists of several files.
    ///
    /// - Parameter sources: the files, each with the number of lines before its first line.
    func keep(_ sources: [RunInput.Source]) throws {
        guard sources.count > 1 else { return }
        try Self.reporting(path) {
            try database.inTransaction { db in
                for source in sources {
                    try db.execute(sql: "INSERT INTO source VALUES (?, ?)", arguments: [source.offset, source.name])
                }
                return .commit
            }
        }
    }

    /// Returns the files of the input in order; empty if there is only one.
    func sources() throws -> [RunInput.Source] {
        try Self.reporting(path) {
            try database.inDatabase { db in
                guard try db.tableExists("source") else { return [] }
                return try Row.fetchAll(db, sql: "SELECT first, name FROM source ORDER BY first").map {
                    RunInput.Source(offset: $0["first"], name: $0["name"])
                }
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
}
