import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Holds a data directory for this process alone, for as long as it lives.
///
/// The lock is on the directory itself, which cannot be removed and made anew behind our back without being another
/// one. The kernel keeps it on an open file, so it is gone the moment the process is, however it ended; nothing stale
/// is left behind.
final class OwnerLock: Sendable {
    /// The open directory; nil once it has been let go.
    private let descriptor: Mutex<Int32?>

    /// Throws ``StoreOpenError`` if another process holds the directory or it cannot be opened.
    init(directory: String) throws(StoreOpenError) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .notWritable(directory: directory, why: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .heldByAnotherProcess(directory: directory, process: Self.readHolder(directory))
        }
        Self.writeHolder(directory)
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        release()
    }

    /// Lets others have the directory.
    func release() {
        descriptor.withLock { descriptor in
            guard let open = descriptor else { return }
            // Closing alone would not do while a child that was just forked still has it open.
            _ = flock(open, LOCK_UN)
            close(open)
            descriptor = nil
        }
    }

    // MARK: The note

    /// Who holds the directory is noted in a file for the message that the second process gets. The lock holds without
    /// the note, so a note that cannot be written is left out. A symbolic link in its place is not followed.
    private static func writeHolder(_ directory: String) {
        let note = open(notePath(directory), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard note >= 0 else { return }
        let text = Array("\(getpid())\n".utf8)
        if ftruncate(note, 0) == 0 { _ = pwrite(note, text, text.count, 0) }
        close(note)
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
