import Foundation
import SystemPackage

/// What the operating system reports about a file.
package struct FileStatus {
    /// The identity of a file, which distinguishes it from every other file. All hard links of a file have the same
    /// identity.
    package struct Identity: Hashable {
        /// The number of the disk that contains the file.
        package let device: UInt64
        /// The number of the file on its disk.
        package let inode: UInt64
    }

    /// Whether the file is a regular file, and not a pipe, a device or a directory.
    package let isPlain: Bool
    package let isDirectory: Bool
    /// Whether the file is a named or an unnamed pipe.
    package let isPipe: Bool
    package let identity: Identity

    /// Reads the status of the file, or of the target if the file is a link. Returns nil if the file does not exist.
    package init?(path: String) {
        guard let status = try? Stat(FilePath(path)) else { return nil }
        self.init(status)
    }

    /// Returns nil if the descriptor is not open.
    package init?(descriptor: Int32) {
        guard let status = try? Stat(FileDescriptor(rawValue: descriptor)) else { return nil }
        self.init(status)
    }

    private init(_ status: Stat) {
        isPlain = status.type == .regular
        isDirectory = status.type == .directory
        isPipe = status.type == .fifo
        identity = Identity(
            device: UInt64(truncatingIfNeeded: status.deviceID.rawValue),
            inode: UInt64(truncatingIfNeeded: status.inode.rawValue))
    }

    /// Returns the number of free bytes on the disk that contains `path`; nil if the system does not report this
    /// number.
    package static func room(at path: String) -> UInt64? {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
        return (attributes?[.systemFreeSize] as? NSNumber)?.uint64Value
    }
}
