#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that this program makes for itself, such as a lock, a mark or a certificate.
///
/// Something else may have the file's name already: a symbolic link, or a file with a second name. A write would
/// destroy the content of that other file. So every file that this program creates or overwrites goes through this
/// type. It checks a file before it changes the content, and reports what is wrong.
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

    /// Throws unless the path is free or names a regular file of this user that has no second name.
    ///
    /// This function does not open the file. If a process opens and closes a file that SQLite has open, SQLite loses
    /// its locks.
    package func check() throws(FreshFileFailure) {
        guard let facts = FileFacts(path: path), let fault = facts.fault(at: path) else { return }
        throw FreshFileFailure(path, fault)
    }

    /// Opens the file for reading and writing, and keeps its content. Creates the file if it is missing.
    ///
    /// Returns a descriptor, which the caller closes. Throws as ``check()`` does.
    package func openOrCreate(for readers: Readers = .owner) throws(FreshFileFailure) -> Int32 {
        // Without O_NONBLOCK the opening of a pipe or a device could wait for ever.
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

    /// Creates an empty file and opens it for reading and writing. If a file has the name already, the file loses the
    /// name; its content stays under its other names.
    ///
    /// Returns a descriptor, which the caller closes. Throws if a directory has the name.
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

    /// Returns the failure for an error number. If the cause is that the path names a link, a directory or another
    /// user's file, the failure reports this.
    private func failure(_ number: Int32) -> FreshFileFailure {
        let isInTheWay = [ELOOP, EEXIST, EISDIR, ENXIO, EMLINK].contains(number)
        let fault = isInTheWay ? FileFacts(path: path)?.fault(at: path) : nil
        return FreshFileFailure(path, fault ?? .system(number))
    }
}
