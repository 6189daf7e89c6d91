import FaultVFS
import Foundation
import TagStoreConformance

/// Calls `body` with a temporary directory. SQLite accesses the files in this directory through the fault VFS until
/// `body` ends.
func withWatchedDirectory<Value>(_ body: (WatchedDirectory) async throws -> Value) async throws -> Value {
    try await withTemporaryDirectory { path in
        let directory = try WatchedDirectory(path)
        defer { directory.forget() }
        return try await body(directory)
    }
}

/// A directory that the fault VFS watches. See `FaultVFS.h` for what each function promises.
struct WatchedDirectory: Sendable {
    struct CannotWatch: Error {
        /// The result code of SQLite.
        let code: Int32
    }

    let path: String

    init(_ path: String) throws(CannotWatch) {
        let code = fault_vfs_watch(path)
        guard code == 0 else { throw CannotWatch(code: code) }
        self.path = path
    }

    func forget() {
        fault_vfs_forget(path)
    }

    // MARK: Faults

    /// Returns how many operations of `kind` SQLite has done in the directory.
    func count(of kind: Fault.Kind) -> Int {
        Int(fault_vfs_count(path, kind.bit.rawValue))
    }

    /// Plans the fault for the operations from now on, and drops the fault that was planned before.
    func plan(_ fault: Fault) {
        fault_vfs_plan(
            path, fault.kind.bit.rawValue, Int64(fault.nth), fault.mode.value, fault.lasts,
            Fault.delayMicroseconds)
    }

    /// Ends all faults.
    func heal() {
        fault_vfs_heal(path)
    }

    /// The number of operations that failed or waited as planned.
    var strikes: Int { Int(fault_vfs_strikes(path)) }

    // MARK: The log

    /// Starts to record the changes that SQLite makes in the directory.
    func record() {
        fault_vfs_record(path, true)
    }

    var recordedOperations: Int { Int(fault_vfs_log_count(path)) }

    /// Returns the recorded changes.
    func log() -> [RecordedOperation] {
        var operations: [RecordedOperation] = []
        var entry = fault_vfs_entry()
        while fault_vfs_log_entry(path, Int64(operations.count), &entry) {
            operations.append(RecordedOperation(entry))
        }
        return operations
    }
}

/// A fault of the disk: which operation fails, and how.
struct Fault: Hashable, Sendable, CustomStringConvertible {
    enum Kind: CaseIterable {
        case read, write, sync, truncate

        var bit: fault_vfs_kind {
            switch self {
            case .read: FAULT_VFS_READ
            case .write: FAULT_VFS_WRITE
            case .sync: FAULT_VFS_SYNC
            case .truncate: FAULT_VFS_TRUNCATE
            }
        }
    }

    enum Mode {
        case error, full, quota, short, delay

        var value: fault_vfs_mode {
            switch self {
            case .error: FAULT_VFS_ERROR
            case .full: FAULT_VFS_FULL
            case .quota: FAULT_VFS_QUOTA
            case .short: FAULT_VFS_SHORT
            case .delay: FAULT_VFS_DELAY
            }
        }
    }

    /// The time that an operation waits in the mode ``Mode/delay``.
    static let delayMicroseconds: Int64 = 500

    let kind: Kind
    let mode: Mode
    /// Whether all operations of this kind fail after the first failure.
    let lasts: Bool
    /// Which operation of this kind fails; 1 is the first operation.
    let nth: Int

    var description: String { "\(kind) \(nth)\(lasts ? " and every later one" : ""): \(mode)" }
}

/// A change that SQLite made in a watched directory.
struct RecordedOperation: Sendable {
    enum Change: Sendable {
        case creation
        case write(Data, at: Int)
        case truncation(to: Int)
        case sync
        case deletion
    }

    /// The path of the file, relative to the watched directory.
    let file: String
    let change: Change
    /// Whether the operation puts all earlier creations and deletions on disk.
    let syncsDirectory: Bool

    init(_ entry: fault_vfs_entry) {
        file = entry.file.map { String(cString: $0) } ?? ""
        syncsDirectory = entry.syncs_directory
        change =
            switch entry.kind {
            case FAULT_VFS_WRITE:
                .write(entry.data.map { Data(bytes: $0, count: Int(entry.length)) } ?? Data(), at: Int(entry.offset))
            case FAULT_VFS_TRUNCATE: .truncation(to: Int(entry.offset))
            case FAULT_VFS_SYNC: .sync
            case FAULT_VFS_DELETE: .deletion
            default: .creation
            }
    }
}
