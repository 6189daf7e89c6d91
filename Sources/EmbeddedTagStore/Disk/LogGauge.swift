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
/// Also notices when another program writes to the log.
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
    /// The log as the gauge last read it.
    private struct Log {
        /// The descriptor of the open log; -1 until the gauge opens the log.
        var descriptor: Int32 = -1
        /// The salts in the head of the log; nil until the gauge reads them.
        var salts: UInt64?
        /// The number of the last frame, and the head of this frame. Nil until the gauge reads a frame.
        var end: (frame: Int, head: [UInt8])?
        /// Whether an SQLite checkpoint has run since SQLite began this log. After a checkpoint, SQLite may begin
        /// another log with the next commit.
        var isCopied = false
    }

    private let log = Mutex(Log())
    /// Whether an SQLite checkpoint has run since the last mark.
    private let hasCheckpoint = Atomic(false)
    private let path: String
    private let files = Mutex<DirectoryWatch?>(nil)

    init(database path: String, limit: Int) {
        self.path = path + "-wal"
        self.limit = Atomic(limit)
    }

    deinit {
        let open = log.withLock { $0.descriptor }
        if open >= 0 { close(open) }
    }

    /// Makes SQLite report each commit of a connection to the gauge.
    ///
    /// - Parameter files: learns when an SQLite checkpoint writes to the database file.
    func watch(_ db: Database, files: DirectoryWatch) {
        self.files.withLock { $0 = files }
        sqlite3_wal_hook(
            db.sqliteConnection,
            { context, connection, _, pages in
                guard let context else { return SQLITE_OK }
                let gauge = Unmanaged<LogGauge>.fromOpaque(context).takeUnretainedValue()
                gauge.pages.store(Int(pages), ordering: .relaxed)
                guard pages >= gauge.limit.load(ordering: .relaxed) else { return SQLITE_OK }
                // Like SQLite's own hook, this hook ignores a failed checkpoint. A later commit starts another
                // checkpoint.
                gauge.checkpoint(connection)
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Makes SQLite copy the log into the database file.
    func checkpoint(_ connection: OpaquePointer?) {
        let files = files.withLock { $0 }
        files?.databaseWillBeWritten()
        defer { files?.databaseIsWritten() }
        hasCheckpoint.store(true, ordering: .relaxed)
        sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    }

    /// Ends the reports that ``watch(_:files:)`` started.
    func unwatch(_ db: Database) {
        sqlite3_wal_hook(db.sqliteConnection, nil, nil)
    }

    /// Returns a mark of the log's present end, with `milestone`; nil if the gauge cannot read the log.
    ///
    /// - Throws: ``DiskFailure`` if another program has written to the log since the last mark. Then the next start
    ///   might not find what the store has written since then.
    func mark(_ milestone: Milestone) throws(DiskFailure) -> LogMark? {
        let frames = pages.load(ordering: .relaxed)
        return try log.withLock { log throws(DiskFailure) in
            if log.descriptor < 0 { log.descriptor = open(path, O_RDONLY | O_CLOEXEC) }
            guard
                let head = Self.read(log.descriptor, at: 0, count: WriteAheadLog.headSize),
                let salts = WriteAheadLog.salts(ofHead: head),
                let frameSize = WriteAheadLog.frameSize(ofHead: head)
            else {
                log.salts = nil
                return nil
            }
            func frameHead(_ frame: Int) -> [UInt8]? {
                Self.read(
                    log.descriptor, at: WriteAheadLog.headSize + (frame - 1) * frameSize,
                    count: WriteAheadLog.frameHeadSize)
            }
            if salts == log.salts {
                if let end = log.end, frameHead(end.frame) != end.head { throw Self.changed }
            } else {
                guard log.salts == nil || log.isCopied else { throw Self.changed }
                log.salts = salts
                log.isCopied = false
            }
            // A checkpoint since the last mark has copied the present log, because each commit ends with a mark.
            if hasCheckpoint.exchange(false, ordering: .relaxed) { log.isCopied = true }
            log.end = frames > 0 ? frameHead(frames).map { (frames, $0) } : nil
            return LogMark(salts: salts, frames: UInt64(clamping: frames), milestone: milestone)
        }
    }

    private static let changed = DiskFailure(
        description: "another program has written to the log of the database", isUndone: false)

    /// Returns `count` bytes of an open file from `offset` on; nil if the file has fewer bytes or cannot be read.
    private static func read(_ descriptor: Int32, at offset: Int, count: Int) -> [UInt8]? {
        guard descriptor >= 0 else { return nil }
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
            length = max(0, pread(descriptor, buffer.baseAddress, count, off_t(offset)))
        }
        return bytes.count == count ? bytes : nil
    }
}
