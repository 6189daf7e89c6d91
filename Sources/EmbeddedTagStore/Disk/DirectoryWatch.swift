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
/// SQLite would continue to write to a removed file, and everything that it wrote would be lost at the next start. A
/// check costs three calls of `stat`, a few microseconds, and allocates nothing.
final class DirectoryWatch: Sendable {
    private struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private struct Watched {
        /// The path with a zero at its end, as `stat` expects it.
        let path: ContiguousArray<CChar>
        /// The file's name in a message.
        let name: String
        let identity: Identity
        /// The largest size so far in bytes. Files of the store never become shorter. Nil for the directory.
        var size: Int64?
    }

    private let watched: Mutex<[Watched]>

    /// Watches the directory, and the `files` that exist now.
    init(directory: String, files: [(path: String, name: String)]) {
        var watched: [Watched] = []
        // The directory itself may be a link. If the link points elsewhere later, it is another directory.
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

    /// Returns what is wrong, in words; nil if every file is where it was.
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

    /// Accepts the present sizes of the files. The store calls it after it has made a file shorter itself.
    func acceptSizes() {
        watched.withLock { watched in
            for index in watched.indices where watched[index].size != nil {
                watched[index].size = Self.look(watched[index].path)?.size
            }
        }
    }

    /// Returns the path without symbolic links; nil if there is no such file.
    private static func resolved(_ path: String) -> ContiguousArray<CChar>? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text).utf8CString
    }

    private static func look(_ path: ContiguousArray<CChar>, followsLinks: Bool = false) -> (Identity, size: Int64)? {
        var status = stat()
        // A symbolic link has replaced the file, even if it points to the same file. At the next start SQLite would
        // look for the log beside the link's target.
        let isThere = path.withUnsafeBufferPointer { path in
            path.baseAddress.map { (followsLinks ? stat($0, &status) : lstat($0, &status)) == 0 } ?? false
        }
        guard isThere, status.st_nlink > 0 else { return nil }
        let identity = Identity(
            device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(truncatingIfNeeded: status.st_ino))
        return (identity, Int64(status.st_size))
    }
}
