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

/// Knows how long SQLite's write-ahead log is, and has it taken into the database file when it has grown long enough.
///
/// SQLite tells the length to one hook, and its own automatic checkpoint is such a hook, so this one does both.
///
/// SQLite keeps a bare pointer to the gauge. The gauge lives as long as the ``Disk`` that holds it, and the disk closes
/// the connection before it lets the gauge go.
final class LogGauge: Sendable {
    /// Pages in the log at the last commit.
    private let pages = Atomic(0)
    /// Pages at which the log is taken into the file.
    let limit: Atomic<Int>
    /// The open log, to read its head from; -1 before the first commit.
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

    /// Has SQLite tell the gauge of each commit of a connection.
    func watch(_ db: Database) {
        sqlite3_wal_hook(
            db.sqliteConnection,
            { context, connection, name, pages in
                guard let context else { return SQLITE_OK }
                let gauge = Unmanaged<LogGauge>.fromOpaque(context).takeUnretainedValue()
                gauge.pages.store(Int(pages), ordering: .relaxed)
                guard pages >= gauge.limit.load(ordering: .relaxed) else { return SQLITE_OK }
                // As SQLite's own: a log that cannot be taken in now is taken in later.
                sqlite3_wal_checkpoint_v2(connection, name, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Forgets the connection.
    func unwatch(_ db: Database) {
        sqlite3_wal_hook(db.sqliteConnection, nil, nil)
    }

    /// How far the log has come; nil if its head cannot be read.
    func mark(sequence: Int64) -> LogMark? {
        descriptor.withLock { descriptor in
            if descriptor < 0 { descriptor = open(path, O_RDONLY | O_CLOEXEC) }
            guard descriptor >= 0 else { return nil }
            var head = [UInt8](repeating: 0, count: 32)
            let length = pread(descriptor, &head, head.count, 0)
            guard length == head.count, let salts = WriteAheadLog.salts(ofHead: head) else { return nil }
            return LogMark(salts: salts, frames: UInt64(pages.load(ordering: .relaxed)), sequence: sequence)
        }
    }
}
