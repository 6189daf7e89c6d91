import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Notices when the files of an open store are removed, replaced or cut short.
///
/// After a file is removed, SQLite continues to write to the removed file. The next start does not find what SQLite
/// wrote after the removal. A check makes three calls of `stat`, takes a few microseconds and allocates no memory.
final class DirectoryWatch: Sendable {
    private struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private struct Watched {
        /// The path with a zero byte at its end, because `stat` expects a C string.
        let path: ContiguousArray<CChar>
        /// The name of the file in error messages.
        let name: String
        let identity: Identity
        /// The largest size so far in bytes. A smaller size means that the file has been cut short. Nil for the
        /// directory.
        var size: Int64?
    }

    private let watched: Mutex<[Watched]>

    /// Watches the directory, and the `files` that exist now.
    init(directory: String, files: [(path: String, name: String)]) {
        var watched: [Watched] = []
        // The path of the directory may be a symbolic link. If the link later points to another directory, the watch
        // reports that the directory has been replaced.
        if let (identity, _) = Self.look(directory.utf8CString, followsLinks: true) {
            watched.append(
                Watched(path: directory.utf8CString, name: "the data directory", identity: identity, size: nil))
        }
        for file in files {
            guard let path = Self.resolved(file.path), let (identity, size) = Self.look(path) else { continue }
            watched.append(Watched(path: path, name: file.name, identity: identity, size: size))
        }
        self.watched = Mutex(watched)
    }

    /// Returns a description of the first problem; nil if every file is still in its place and complete.
    func problem() -> String? {
        watched.withLock { watched in
            for index in watched.indices {
                let file = watched[index]
                guard let (identity, size) = Self.look(file.path, followsLinks: file.size == nil) else {
                    return "\(file.name) has been removed"
                }
                guard identity == file.identity else { return "\(file.name) has been replaced by another" }
                guard let known = file.size else { continue }
                guard size >= known else { return "\(file.name) has been cut short" }
                watched[index].size = size
            }
            return nil
        }
    }

    /// Accepts the present sizes of the files. The store calls this function after the store itself has made a file
    /// shorter.
    func acceptSizes() {
        watched.withLock { watched in
            for index in watched.indices where watched[index].size != nil {
                watched[index].size = Self.look(watched[index].path)?.size
            }
        }
    }

    /// Returns `path` with its symbolic links resolved; nil if the file does not exist.
    private static func resolved(_ path: String) -> ContiguousArray<CChar>? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text).utf8CString
    }

    private static func look(_ path: ContiguousArray<CChar>, followsLinks: Bool = false) -> (Identity, size: Int64)? {
        var status = stat()
        // A symbolic link in place of a file is a problem, even if the link points to the same file. At the next start,
        // SQLite would look for the log next to the link's target.
        let isThere = path.withUnsafeBufferPointer { path in
            path.baseAddress.map { (followsLinks ? stat($0, &status) : lstat($0, &status)) == 0 } ?? false
        }
        guard isThere, status.st_nlink > 0 else { return nil }
        let identity = Identity(
            device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(truncatingIfNeeded: status.st_ino))
        return (identity, Int64(status.st_size))
    }
}
