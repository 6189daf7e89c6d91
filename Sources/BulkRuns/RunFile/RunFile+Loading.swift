import FollowerFiles
import Foundation
import GRDB
import OfficialAccount
import OfficialAccountClient

/// Loads the input into a run.
extension RunFile {
    /// Reads an input into the file: the rows with their line numbers, and the lines that cannot be read.
    ///
    /// - Parameters:
    ///   - progress: is called after every 16,384 rows.
    ///   - take: is called with each follower, the text of the tag cell, the number of the line, and the loader. `take`
    ///     adds the follower's rows to the loader.
    package func load(
        _ input: RunInput, progress: RunInput.Progress,
        _ take: (OpenID, TagText?, Int, Loader) throws -> Void
    ) throws -> RunInput.Reading {
        var reading: RunInput.Reading?
        try load { loader in
            reading = try input.read(progress: progress) { row in
                switch row {
                case .bad(let text, let reason, let line): try loader.refuse(text, reason, line: line)
                case .follower(let openID, let text, let line): try take(openID, text, line, loader)
                }
            }
        }
        let whole = reading ?? RunInput.Reading(digest: "", sources: [], remarks: [], empty: [])
        try keep(whole.sources)
        return whole
    }

    /// Fills the file with the rows that `rows` adds to a loader. The file counts as loaded only after
    /// ``complete(_:)``.
    package func load(_ rows: (Loader) throws -> Void) throws {
        try Self.reporting(path) {
            try database.inDatabase { db in
                try db.execute(sql: "CREATE TEMP TABLE input (openid TEXT, tag INTEGER, untags INTEGER, line INTEGER)")
            }
            try database.inTransaction { db in
                let loader = try Loader(db)
                try rows(loader)
                // The rows are sorted by tag and then by line. So most calls hold fifty followers, and no follower is
                // in calls for two tags at the same time.
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

    /// Replaces the placeholders of tags that did not exist when the rows were loaded.
    ///
    /// - Parameter tags: the ids of the new tags, by placeholder.
    package func name(_ tags: [Int: TagID]) throws {
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

    /// Stores which lines belong to which input file, if the input has several files.
    ///
    /// - Parameter sources: the files, each with the number of lines before its first line.
    private func keep(_ sources: [RunInput.Source]) throws {
        guard sources.count > 1 else { return }
        try Self.reporting(path) {
            try database.inTransaction { db in
                for source in sources {
                    // A file without lines has the same offset as the next file. So the row of the next file replaces
                    // its row.
                    try db.execute(
                        sql: "INSERT OR REPLACE INTO source VALUES (?, ?)", arguments: [source.offset, source.name])
                }
                return .commit
            }
        }
    }

    /// Returns the files of the input in order; returns no files if the input has only one file.
    package func sources() throws -> [RunInput.Source] {
        try Self.reporting(path) {
            try database.inDatabase { db in
                guard try Self.has("source", db) else { return [] }
                return try Row.fetchAll(db, sql: "SELECT first, name FROM source ORDER BY first").map { row in
                    RunInput.Source(
                        offset: try row.decode(Int.self, forColumn: "first"),
                        name: try row.decode(String.self, forColumn: "name"))
                }
            }
        }
    }

    /// Marks the file as loaded, and stores the identity of the run.
    package func complete(_ identity: Identity) throws {
        try Self.reporting(path) {
            let encoded = String(decoding: try JSONEncoder().encode(identity), as: UTF8.self)
            try database.inDatabase {
                try $0.execute(sql: "UPDATE run SET identity = ?, is_loaded = 1", arguments: [encoded])
            }
        }
    }

    /// Adds the rows of an input to the file.
    package final class Loader {
        private let insert: Statement
        private let reject: Statement
        private(set) var count = 0

        fileprivate init(_ db: Database) throws {
            insert = try db.makeStatement(sql: "INSERT INTO temp.input VALUES (?, ?, ?, ?)")
            reject = try db.makeStatement(sql: "INSERT INTO reject (line, openid, reason) VALUES (?, ?, ?)")
        }

        package func add(_ tagging: Tagging) throws {
            count += 1
            insert.setUncheckedArguments([
                tagging.openID.description, tagging.tag.rawValue, tagging.verb == .untag ? 1 : 0, tagging.line,
            ])
            try insert.execute()
        }

        package func refuse(_ text: String, _ reason: String, line: Int) throws {
            reject.setUncheckedArguments([line, text, reason])
            try reject.execute()
        }
    }
}
