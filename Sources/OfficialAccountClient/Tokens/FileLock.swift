import Foundation
import FreshFiles

/// A lock that one process at a time can hold.
///
/// It is a lock on an empty file.
struct FileLock {
    let path: String
    let descriptor: Int32

    /// The error if another process holds the lock for too long.
    struct Held: Error, CustomStringConvertible {
        let description: String
    }

    /// Takes the lock, and waits while another process holds it.
    ///
    /// - Parameters:
    ///   - path: the lock file. The function creates it if it does not exist.
    ///   - patience: how long to wait for the lock.
    ///   - clock: measures the wait.
    /// - Returns: the lock. The caller must release it.
    /// - Throws: ``Held`` if the lock is not free after `patience`, or if another process still removes the file then.
    ///   `FreshFileFailure` if the file cannot be opened.
    static func take(
        _ path: String, patience: Duration, clock: some Clock<Duration> = ContinuousClock()
    ) async throws -> FileLock {
        let end = clock.now.advanced(by: patience)
        while true {
            let lock = FileLock(path: path, descriptor: try FreshFile(path).openOrCreate())
            do {
                try await lock.wait(until: end, by: clock)
            } catch {
                close(lock.descriptor)
                throw error
            }
            if lock.hasPath { return lock }
            lock.release()
            guard clock.now < end else { throw Held(description: "\(path) is removed again and again") }
        }
    }

    /// Locks the open file, and waits while another process holds the lock.
    private func wait<Time: Clock<Duration>>(until end: Time.Instant, by clock: Time) async throws {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let cause = errno
            guard cause == EWOULDBLOCK || cause == EINTR else {
                throw POSIXError(POSIXErrorCode(rawValue: cause) ?? .EIO)
            }
            guard clock.now < end else {
                throw Held(description: "\(path) is held by \(LockHolder(of: path)?.description ?? "another process")")
            }
            try await clock.sleep(for: .milliseconds(20))
        }
    }

    /// Whether the path still names the locked file.
    ///
    /// If not, a person or a program has removed the file. The lock then excludes no process, because the next process
    /// creates and locks a new file.
    var hasPath: Bool { FreshFile(path).isOpen(as: descriptor) }

    /// Releases the lock.
    ///
    /// It is not enough to close the file, because a child process may have the file open for a moment.
    func release() {
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
