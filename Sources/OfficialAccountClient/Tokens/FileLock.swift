import Foundation
import FreshFiles

/// A lock that one process at a time can hold.
///
/// It is a lock on an empty file.
struct FileLock {
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
    /// - Throws: ``Held`` if the lock is not free after `patience`. `FreshFileFailure` if the file cannot be opened.
    static func take(
        _ path: String, patience: Duration, clock: some Clock<Duration> = ContinuousClock()
    ) async throws -> FileLock {
        let descriptor = try FreshFile(path).openOrCreate()
        let end = clock.now.advanced(by: patience)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let cause = errno
            guard cause == EWOULDBLOCK || cause == EINTR else {
                close(descriptor)
                throw POSIXError(POSIXErrorCode(rawValue: cause) ?? .EIO)
            }
            guard clock.now < end else {
                close(descriptor)
                throw Held(description: "\(path) is held by \(LockHolder(of: path)?.description ?? "another process")")
            }
            do {
                try await clock.sleep(for: .milliseconds(20))
            } catch {
                close(descriptor)
                throw error
            }
        }
        return FileLock(descriptor: descriptor)
    }

    /// Releases the lock.
    ///
    /// It is not enough to close the file, because a child process may have the file open for a moment.
    func release() {
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
