import FreshFiles
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Holds a data directory for this process alone, for as long as the process runs.
///
/// The lock is on the directory itself. A directory that is removed and created again is another one. The kernel ties
/// the lock to the open directory, so the lock ends with the process, however the process ends.
final class OwnerLock: Sendable {
    /// The open directory; nil after ``release()``.
    private let descriptor: Mutex<Int32?>
    /// Why the note of this process could not be written; nil if it was.
    let noteFailure: FreshFileFailure?

    /// Throws ``StoreOpenError`` if another process holds the directory or it cannot be opened.
    init(directory: String) throws(StoreOpenError) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .notWritable(directory: directory, why: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .heldByAnotherProcess(directory: directory, process: Self.readHolder(directory))
        }
        noteFailure = Self.writeHolder(directory)
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        release()
    }

    /// Releases the directory for other processes.
    func release() {
        descriptor.withLock { descriptor in
            guard let open = descriptor else { return }
            // Closing alone would not release the lock while a forked child still has the directory open.
            _ = flock(open, LOCK_UN)
            close(open)
            descriptor = nil
        }
    }

    // MARK: The note

    /// Writes the holder's process number into a file, for the error message of a second process. The lock works
    /// without this note, so a note that cannot be written is left out.
    ///
    /// Returns why it could not be written; nil if it was.
    private static func writeHolder(_ directory: String) -> FreshFileFailure? {
        do {
            let note = try FreshFile(notePath(directory)).openOrCreate()
            defer { close(note) }
            let text = Array("\(getpid())\n".utf8)
            if ftruncate(note, 0) == 0 { _ = pwrite(note, text, text.count, 0) }
            return nil
        } catch {
            return error
        }
    }

    private static func readHolder(_ directory: String) -> Int? {
        let note = open(notePath(directory), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard note >= 0 else { return nil }
        defer { close(note) }
        var buffer = [UInt8](repeating: 0, count: 16)
        let length = pread(note, &buffer, buffer.count, 0)
        return length > 0 ? Int(String(decoding: buffer.prefix(length).prefix { $0 != 10 }, as: UTF8.self)) : nil
    }

    private static func notePath(_ directory: String) -> String { directory + "/owner.lock" }
}
