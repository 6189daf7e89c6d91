#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The attributes of a file that decide whether this program can safely write the file.
struct FileFacts: Equatable {
    private let device: UInt64
    private let inode: UInt64
    private let kind: mode_t
    private let owner: uid_t
    private let names: UInt64

    /// Returns nil if there is no file at `path`. If the last part of `path` is a symbolic link, describes the link
    /// instead of its target.
    init?(path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Returns nil if `descriptor` is not open.
    init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
        kind = status.st_mode & S_IFMT
        owner = status.st_uid
        names = UInt64(truncatingIfNeeded: status.st_nlink)
    }

    /// Returns whether `other` describes the same file.
    func isSame(as other: FileFacts) -> Bool { device == other.device && inode == other.inode }

    /// Whether the file is a regular file, and not a directory, a pipe, a device or a link.
    var isRegular: Bool { kind == S_IFREG }

    /// Whether the file has exactly one name.
    var hasOneName: Bool { names == 1 }

    /// Returns why a write to the file at `path` is not safe; nil if the write is safe.
    ///
    /// The owner of the directory can always replace the file, and root can always change it. So a file of the
    /// directory's owner or of root is as safe as a file of this user.
    func fault(at path: String) -> FreshFileFailure.Cause? {
        if kind == S_IFLNK { return .isLink }
        if !isRegular { return .isNotAFile }
        if names > 1 { return .hasOtherNames }
        let trusted = [geteuid(), 0, Self.ownerOfDirectory(of: path)]
        return trusted.contains(owner) ? nil : .isForeign
    }

    private static func ownerOfDirectory(of path: String) -> uid_t? {
        var status = stat()
        return stat(directory(of: path), &status) == 0 ? status.st_uid : nil
    }

    /// Returns the path of the directory that holds the file at `path`.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
