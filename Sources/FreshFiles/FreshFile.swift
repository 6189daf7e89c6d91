#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that this program makes for itself, such as a lock file or a certificate.
///
/// The file's path can already name something else: a symbolic link, or a file with a second name. A write to the path
/// would then destroy the content of another file. So this program creates and overwrites every such file through this
/// type. This type checks a file before it changes the content, and throws ``FreshFileFailure`` if the write is not
/// safe.
package struct FreshFile: Sendable {
    /// Who may read a new file.
    package enum Readers: Sendable {
        case owner
        /// Everyone, whatever the process's umask is. Only the owner may write.
        case everyone
        /// The users whom the process's umask allows.
        case usual

        fileprivate var permissions: mode_t {
            switch self {
            case .owner: 0o600
            case .everyone: 0o644
            case .usual: 0o666
            }
        }
    }

    package let path: String

    package init(_ path: String) {
        self.path = path
    }

    /// Throws unless a write to the path is safe.
    ///
    /// A write is safe if the path is free, or names a regular file that has only one name and a trusted owner. Trusted
    /// owners are this user, root and the owner of the directory.
    ///
    /// This function does not open the file. If a process opens and closes a file that SQLite has open, SQLite loses
    /// its locks.
    package func check() throws(FreshFileFailure) {
        guard let facts = FileFacts(path: path), let fault = facts.fault(at: path) else { return }
        throw FreshFileFailure(path, fault)
    }

    /// Waits until the directory's entry for this file is on disk, and ignores a failure. After a failure, a loss of
    /// power can bring back the earlier entry.
    package func syncDirectory() {
        let directory = open(FileFacts.directory(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return }
        fsync(directory)
        close(directory)
    }

    /// Opens the file for reading and writing, and keeps its content. Creates the file if it is missing.
    ///
    /// Returns a descriptor, which the caller closes. Throws if a write to the path is not safe, as ``check()`` does.
    package func openOrCreate(for readers: Readers = .owner) throws(FreshFileFailure) -> Int32 {
        // If the path names a pipe or a device, `open` could wait for ever without O_NONBLOCK.
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
        let descriptor = open(path, flags, readers.permissions)
        guard descriptor >= 0 else { throw failure(errno) }
        guard let facts = FileFacts(descriptor: descriptor) else {
            close(descriptor)
            throw failure(EBADF)
        }
        if let fault = facts.fault(at: path) {
            close(descriptor)
            throw FreshFileFailure(path, fault)
        }
        return descriptor
    }

    /// Returns whether the path still names the file that `descriptor` has open. Another process may have removed or
    /// replaced the file.
    package func isOpen(as descriptor: Int32) -> Bool {
        guard let named = FileFacts(path: path), let open = FileFacts(descriptor: descriptor) else { return false }
        return named.isSame(as: open)
    }

    /// Creates an empty file and opens it for reading and writing. If another file has the path already, that file
    /// loses the path, and keeps its content under its other names.
    ///
    /// Returns a descriptor, which the caller closes. Throws if a directory has the path.
    package func createAnew(for readers: Readers = .owner) throws(FreshFileFailure) -> Int32 {
        unlink(path)
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, readers.permissions)
        guard descriptor >= 0 else { throw failure(errno) }
        if case .everyone = readers { fchmod(descriptor, readers.permissions) }
        return descriptor
    }

    /// Replaces the file with a new file that has this content. A reader sees the old file or the complete new file.
    ///
    /// If the path names a link, the new file replaces the link, and the link's target stays. When this function
    /// returns, the content is on disk.
    package func replace(
        with content: some Sequence<UInt8>, for readers: Readers = .owner
    ) throws(FreshFileFailure) {
        let part = try FilePart(of: path, for: readers)
        do throws(FreshFileFailure) {
            try part.append(Array(content))
            try part.keep()
        } catch {
            part.discard()
            throw error
        }
    }

    /// Returns the failure for the system's error `number`. If a link, a directory or another user's file at the path
    /// has caused the error, the failure names this cause.
    func failure(_ number: Int32) -> FreshFileFailure {
        let isInTheWay = [ELOOP, EEXIST, EISDIR, ENXIO, EMLINK].contains(number)
        let fault = isInTheWay ? FileFacts(path: path)?.fault(at: path) : nil
        return FreshFileFailure(path, fault ?? .system(number))
    }
}
