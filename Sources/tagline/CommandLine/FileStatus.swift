import CoreFoundation
import Foundation

/// What the system says of a file.
struct FileStatus {
    /// Whether it is a plain file, and no pipe, device or directory.
    let isPlain: Bool
    /// The disk that it is on.
    let device: UInt64

    /// Nil if there is no such file. Links are followed.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Nil if the descriptor is not open.
    init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        isPlain = status.st_mode & S_IFMT == S_IFREG
        device = UInt64(truncatingIfNeeded: status.st_dev)
    }

    /// Bytes that are free on the disk of a path; nil if the system does not tell.
    static func room(at path: String) -> UInt64? {
        var disk = statvfs()
        guard statvfs(path, &disk) == 0 else { return nil }
        let bytes = UInt64(disk.f_bavail).multipliedReportingOverflow(by: UInt64(disk.f_frsize))
        return bytes.overflow ? .max : bytes.partialValue
    }
}
