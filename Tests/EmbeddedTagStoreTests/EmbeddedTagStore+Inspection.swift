import Foundation
import GRDB
import Synchronization

@testable import EmbeddedTagStore

extension EmbeddedTagStore {
    /// The number of accepted changes that the writer has not yet taken.
    var waitingChanges: Int {
        shared.state.withLock { $0.queue.count }
    }

    /// The number of the last record of the journal.
    var lastSequence: Int64 {
        shared.state.withLock { $0.lastSequence }
    }

    var isClosing: Bool {
        shared.state.withLock { $0.isClosing }
    }

    func pragma(_ name: String) throws -> String? {
        try disk.database.read { try String.fetchOne($0, sql: "PRAGMA \(name)") }
    }

    /// Returns the steps by which SQLite runs a statement.
    func plan(of sql: String) throws -> [String] {
        try disk.database.read { db in
            try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql).map { $0["detail"] }
        }
    }

    /// Makes SQLite copy the log into the database file, as it does at the end of a commit. If the copying fails,
    /// SQLite copies the log later.
    func checkpoint() {
        disk.database.inDatabase { disk.gauge.checkpoint($0.sqliteConnection) }
        _ = try? disk.gauge.mark(Milestone(sequence: 0, generation: 0))
    }

    /// Limits the database to its present number of pages, or removes the limit.
    func limitPages(toPresent isLimited: Bool) throws {
        try disk.database.inDatabase { db in
            try db.execute(sql: "PRAGMA max_page_count = \(isLimited ? 1 : 1_073_741_823)")
        }
    }
}
