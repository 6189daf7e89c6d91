import GRDB
import GRDBSQLite
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Tracks the length of SQLite's write-ahead log, and starts an SQLite checkpoint when the log has reached ``limit``.
///
/// SQLite reports the length of the log to only one hook, which SQLite's automatic checkpoint uses. The gauge sets a
/// hook of its own, which replaces the automatic checkpoint.
///
/// SQLite keeps an unmanaged pointer to the gauge. The ``Disk`` that holds the gauge closes the connection before it
/// releases the gauge.
final class LogGauge: Sendable {
    /// The number of pages in the log at the last commit.
    private let pages = Atomic(0)
    /// The number of pages at which a commit starts an SQLite checkpoint.
    let limit: Atomic<Int>
    /// The descriptor of the open log, for reading its head; -1 until the gauge opens the log.
    private let descriptor = Mutex<Int32>(-1)
    private let path: String

    init(database path: String, limit: Int) {
        self.path = path + "-wal"
        self.limit = Atomic(limit)
    }

    deinit {
        let open = descriptor.withLock { $0 }
        if open >= 0 { close(open) }
    }

    /// Makes SQLite report each commit of a connection to the gauge.
    func watch(_ db: Database) {
        sqlite3_wal_hook(
            db.sqliteConnection,
            { context, connection, name, pages in
                guard let context else { return SQLITE_OK }
                let gauge = Unmanaged<LogGauge>.fromOpaque(context).takeUnretainedValue()
                gauge.pages.store(Int(pages), ordering: .relaxed)
                guard pages >= gauge.limit.load(ordering: .relaxed) else { return SQLITE_OK }
                // Like SQLite's own hook, this hook ignores a failed checkpoint. A later commit starts another
                // checkpoint.
                sqlite3_wal_checkpoint_v2(connection, name, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Ends the reports that ``watch(_:)`` started.
    func unwatch(_ db: Database) {
        sqlite3_wal_hook(db.sqliteConnection, nil, nil)
    }

    /// Returns a mark of the log's present end, with `milestone`; nil if the gauge cannot read the log's head.
    func mark(_ milestone: Milestone) -> LogMark? {
        descriptor.withLock { descriptor in
            if descriptor < 0 { descriptor = open(path, O_RDONLY | O_CLOEXEC) }
            guard descriptor >= 0 else { return nil }
            var head = [UInt8](repeating: 0, count: 32)
            let length = pread(descriptor, &head, head.count, 0)
            guard length == head.count, let salts = WriteAheadLog.salts(ofHead: head) else { return nil }
            return LogMark(
                salts: salts, frames: UInt64(clamping: pages.load(ordering: .relaxed)), milestone: milestone)
        }
    }
}
