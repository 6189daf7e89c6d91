import Foundation
import GRDB
import Synchronization

@testable import EmbeddedTagStore

extension EmbeddedTagStore {
    /// Changes that have been accepted and not yet taken up by the writer.
    var waitingChanges: Int {
        writer.state.withLock { $0.queue.count }
    }

    /// The last record of the journal.
    var lastSequence: Int64 {
        writer.state.withLock { $0.lastSequence }
    }

    var isClosing: Bool {
        writer.state.withLock { $0.isClosing }
    }

    func pragma(_ name: String) throws -> String? {
        try disk.database.read { try String.fetchOne($0, sql: "PRAGMA \(name)") }
    }

    /// Has SQLite hold no more pages than it has, or as many as it likes.
    func limitPages(toPresent isLimited: Bool) throws {
        try disk.database.inDatabase { db in
            try db.execute(sql: "PRAGMA max_page_count = \(isLimited ? 1 : 1_073_741_823)")
        }
    }
}
