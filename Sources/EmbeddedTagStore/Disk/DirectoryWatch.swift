import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Notices that the files of an open store are no longer those that it writes to: removed, replaced or cut short.
///
/// SQLite would go on writing to a removed file, and everything would be gone at the next start. A check costs three calls of
/// `stat`, a few microseconds.
final class DirectoryWatch: Sendable {
    private struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private struct Watched {
        let path: String
        /// What it is called in a message.
        let name: String
        let identity: Identity
        /// The bytes it had at most; files of the store never become shorter. Nil for the directory.
        var size: Int64?
    }

    private let watched: Mutex<[Watched]>

    /// Watches the directory, and the files in it that there are now.
    init(directory: String, files: [(path: String, name: String)]) {
        var watched: [Watched] = []
        if let (identity, _) = Self.look(directory) {
            watched.append(Watched(path: directory, name: "the data directory", identity: identity, size: nil))
        }
        for file in files {
            guard let (identity, size) = Self.look(file.path) else { continue }
            watched.append(Watched(path: file.path, name: file.name, identity: identity, size: size))
        }
        self.watched = Mutex(watched)
    }

    /// What is wrong, in words; nil if everything is where it was.
    func problem() -> String? {
        watched.withLock { watched in
            for index in watched.indices {
                let file = watched[index]
                guard let (identity, size) = Self.look(file.path) else { return "\(file.name) has been removed" }
                guard identity == file.identity else { return "\(file.name) has been replaced by another" }
                guard let known = file.size else { continue }
                guard size >= known else { return "\(file.name) has been cut short" }
                watched[index].size = size
            }
            return nil
        }
    }

    /// Takes the sizes that the files have now for right: one has been made shorter on purpose.
    func acceptSizes() {
        watched.withLock { watched in
            for index in watched.indices where watched[index].size != nil {
                watched[index].size = Self.look(watched[index].path)?.size
            }
        }
    }

    private static func look(_ path: String) -> (Identity, size: Int64)? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_nlink > 0 else { return nil }
        let identity = Identity(
            device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(truncatingIfNeeded: status.st_ino))
        return (identity, Int64(status.st_size))
    }
}
