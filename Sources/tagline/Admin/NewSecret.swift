import BulkRuns
import Foundation
import TagStore

/// A new secret that the command makes itself. So the command can show or save it before the server replaces the old
/// one.
struct NewSecret {
    let text: String

    /// Makes a secret in the platform's form: 32 random hexadecimal digits.
    init() {
        var random = SystemRandomNumberGenerator()
        text = Hexadecimal.text((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
}

/// The file of `--secret-out`. Before anything changes, the secret is written to a second file beside it. The second
/// file replaces this one once the secret works.
///
/// The existing file may hold the old secret, which the owner needs until the new one works.
struct SecretOutput {
    let path: String
    /// The second file; nil for a pipe or a device, to which the secret is written directly.
    private let part: String?

    /// Writes the secret. Throws ``StartFailure`` if it cannot be saved; then nothing is changed.
    init(_ path: String, _ secret: NewSecret) throws {
        guard !path.isEmpty, path != "-" else {
            throw StartFailure.badSetting("--secret-out names no file; leave it out to have the secret printed")
        }
        self.path = path
        if let status = FileStatus(path: path), !status.isPlain {
            part = nil
            try Self.write(secret, to: path, flags: O_WRONLY | O_CLOEXEC)
        } else {
            let part = path + ".part"
            guard !FileManager.default.fileExists(atPath: part) else {
                throw StartFailure.failed(
                    "\(part) is left of an earlier command and may hold the secret that works; see whether it does, and remove it"
                )
            }
            self.part = part
            do {
                try Self.write(secret, to: part, flags: O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC)
            } catch {
                unlink(part)
                throw error
            }
        }
    }

    private static func write(_ secret: NewSecret, to path: String, flags: Int32) throws {
        let descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else { throw unwritable(path) }
        defer { close(descriptor) }
        let bytes = Array((secret.text + "\n").utf8)
        guard Foundation.write(descriptor, bytes, bytes.count) == bytes.count else { throw unwritable(path) }
        // A pipe does not support syncing and does not need it.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else { throw unwritable(path) }
    }

    private static func unwritable(_ path: String) -> StartFailure {
        .failed("nothing was changed: \(path) cannot be written: \(String(cString: strerror(errno)))")
    }

    /// The file that holds the secret now.
    var place: String { part ?? path }

    /// Moves the secret to `path`. If that fails, throws ``StartFailure`` with the file that holds it.
    func keep() throws {
        guard let part else { return }
        guard rename(part, path) == 0 else {
            throw StartFailure.failed(
                "the secret works and is in \(part); it cannot be moved to \(path): \(String(cString: strerror(errno)))"
            )
        }
    }

    /// Removes the file of a secret that never became valid.
    func discard() {
        if let part { unlink(part) }
    }
}
