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
/// The kernel keeps the lock on an open file, so it is gone the moment the process is, however it ended; nothing is left
/// behind that could be stale.
final class OwnerLock: Sendable {
    /// The open lock file; nil once it has been let go.
    private let descriptor: Mutex<Int32?>

    /// Throws ``StoreOpenError`` if another process holds the directory or the lock file cannot be made.
    init(directory: String) throws(StoreOpenError) {
        let path = directory + "/owner.lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .notWritable(directory: directory, why: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.readHolder(descriptor)
            close(descriptor)
            throw .heldByAnotherProcess(directory: directory, process: holder)
        }
        let note = Array("\(getpid())\n".utf8)
        // The number is there for the message of whoever comes second; the lock holds without it.
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, note, note.count, 0) }
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        release()
    }

    /// Lets others have the directory.
    func release() {
        descriptor.withLock { descriptor in
            guard let open = descriptor else { return }
            // Closing alone would not do while a child that was just forked still has the file open.
            _ = flock(open, LOCK_UN)
            close(open)
            descriptor = nil
        }
    }

    private static func readHolder(_ descriptor: Int32) -> Int? {
        var buffer = [UInt8](repeating: 0, count: 16)
        let length = pread(descriptor, &buffer, buffer.count, 0)
        return length > 0 ? Int(String(decoding: buffer.prefix(length).prefix { $0 != 10 }, as: UTF8.self)) : nil
    }
}
