import Foundation
import GRDB
import OfficialAccountClient

/// Why a run file cannot be used, in one line that says what to do.
package struct RunFileFailure: Error, CustomStringConvertible {
    /// Whether another process is using the file.
    package let isBusy: Bool
    /// Whether the file could not be written. SQLite may have to write even when it reads, to process the journal of a
    /// killed run.
    package let isUnwritable: Bool
    package let description: String

    /// - Parameter path: the run file; empty for a temporary file.
    package init(_ error: DatabaseError, path: String) {
        isBusy = error.resultCode == .SQLITE_BUSY
        isUnwritable = [.SQLITE_READONLY, .SQLITE_CANTOPEN].contains(error.resultCode)
        let place = path.isEmpty ? "a temporary file in \(TemporaryDirectory.path)" : path
        let isAboutSpace = [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN].contains(error.resultCode)
        if isAboutSpace, !path.isEmpty, let full = TemporaryDirectory.isFuller(thanThatOf: path) {
            description =
                "SQLite keeps temporary files in \(full), which is full; make room, or name another directory in SQLITE_TMPDIR"
        } else {
            description = "\(place): \(Self.reason(error, path))"
        }
    }

    private static func reason(_ error: DatabaseError, _ path: String) -> String {
        switch error.resultCode {
        case .SQLITE_BUSY:
            "another tagline process is using this run file\(LockHolder(of: path).map { ": \($0)" } ?? "")"
        case .SQLITE_FULL: "the disk is full; make room and go on"
        case .SQLITE_IOERR:
            "it cannot be written or read (\(error.message ?? "I/O error")); check the disk and go on"
        case .SQLITE_CANTOPEN: "it cannot be created; name another place with --run-file"
        case .SQLITE_READONLY where error.extendedResultCode == .SQLITE_READONLY_DBMOVED:
            "another tagline process has renamed this run file; give each process its own file with --run-file"
        case .SQLITE_READONLY: "it cannot be written; name another place with --run-file"
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: "it is damaged or is not a run file; name another with --run-file"
        default: error.message ?? "SQLite error \(error.resultCode.rawValue)"
        }
    }
}
