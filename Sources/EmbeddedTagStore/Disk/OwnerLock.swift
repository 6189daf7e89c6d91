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
/// The lock is on the directory itself. A directory that is removed and created again is another directory, without the
/// lock. The kernel ties the lock to the open directory, so the lock ends with the process, however the process ends.
final class OwnerLock: Sendable {
    static let fileName = "owner.lock"

    /// The open directory; nil after ``release()``.
    private let descriptor: Mutex<Int32?>
    /// Why this process could not write its number into the file `owner.lock`; nil if it wrote the number.
    let noteFailure: FreshFileFailure?

    /// Throws ``StoreOpenError`` if another process holds the directory, or if this process cannot open the directory.
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
            // If a forked child still has the directory open, closing the descriptor alone would not release the lock.
            _ = flock(open, LOCK_UN)
            close(open)
            descriptor = nil
        }
    }

    // MARK: The note

    /// Writes the number of this process into the file `owner.lock`. A second process shows the number in its error
    /// message. The lock works without this file, so a failed write does not matter.
    ///
    /// Returns why this process could not write the file; nil if it wrote the file.
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

    private static func notePath(_ directory: String) -> String { directory + "/" + fileName }
}
