#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The system's data about a file.
package struct FileStatus {
    /// Whether it is a regular file, and not a pipe, a device or a directory.
    package let isPlain: Bool
    package let isDirectory: Bool
    /// Whether it is a pipe, with a name or without one.
    package let isPipe: Bool
    /// The disk of the file.
    package let device: UInt64
    /// The number of the file on its disk. All hard links of a file have the same.
    package let inode: UInt64

    /// Returns nil if the file does not exist. Follows links.
    package init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Returns nil if the descriptor is not open.
    package init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        isPlain = status.st_mode & S_IFMT == S_IFREG
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
        isPipe = status.st_mode & S_IFMT == S_IFIFO
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
    }

    /// Returns whether both are of one file, under whatever names.
    package func isSameFile(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }

    /// Returns the free bytes on the disk of a path; nil if the system does not report them.
    package static func room(at path: String) -> UInt64? {
        var disk = statvfs()
        guard statvfs(path, &disk) == 0 else { return nil }
        let bytes = UInt64(disk.f_bavail).multipliedReportingOverflow(by: UInt64(disk.f_frsize))
        return bytes.overflow ? .max : bytes.partialValue
    }
}
