import BulkRuns
import Foundation
import FreshFiles
import TagStore

/// A new secret that the command makes itself. So the command can show or save it before the server replaces the old
/// secret.
struct NewSecret {
    let text: String

    /// Uses `text`, or makes a secret in the platform's form: 32 random hexadecimal digits.
    init(text: String? = nil) {
        var random = SystemRandomNumberGenerator()
        self.text = text ?? Hexadecimal.text((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
}

/// The file of `--secret-out`. Before the server changes anything, the command writes the secret to a second file in
/// the same directory. When the secret works, the second file replaces the file of `--secret-out`.
///
/// The replaced file may hold the old secret, which the account's owner needs until the new secret works.
struct SecretOutput {
    /// The ending that the second file's name adds to `path`.
    static let partEnding = FilePart.usualEnding

    let path: String
    /// The second file; nil for a pipe or a device, to which the secret is written directly.
    private let part: String?

    /// Writes the secret. Throws ``StartFailure`` if the secret cannot be saved. The server has then changed nothing.
    init(_ path: String, _ secret: NewSecret) throws {
        guard !path.isEmpty, path != "-" else {
            throw StartFailure.badSetting("--secret-out names no file; leave it out to print the secret")
        }
        self.path = path
        if let status = FileStatus(path: path), !status.isPlain {
            part = nil
            let descriptor = open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Self.unwritable(path) }
            try Self.write(secret, to: descriptor, path)
        } else {
            let part = path + Self.partEnding
            self.part = part
            // Only one process can create the second file, so no process overwrites or removes another's secret.
            let descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw errno == EEXIST ? Self.taken(part) : Self.unwritable(part) }
            do {
                try Self.write(secret, to: descriptor, part)
            } catch {
                unlink(part)
                throw error
            }
        }
    }

    /// Writes the secret and closes the descriptor.
    private static func write(_ secret: NewSecret, to descriptor: Int32, _ path: String) throws {
        defer { close(descriptor) }
        let bytes = Array((secret.text + "\n").utf8)
        guard Foundation.write(descriptor, bytes, bytes.count) == bytes.count else { throw unwritable(path) }
        // A pipe does not support syncing and does not need it.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else { throw unwritable(path) }
    }

    private static func taken(_ part: String) -> StartFailure {
        .failed(
            "nothing was changed: \(part) exists; another command may be using it, or an earlier one left it. It may hold the secret that works, so check it before you remove it"
        )
    }

    private static func unwritable(_ path: String) -> StartFailure {
        .failed("nothing was changed: \(path) cannot be written: \(String(cString: strerror(errno)))")
    }

    /// The file that holds the secret now.
    var place: String { part ?? path }

    /// Moves the secret to `path`. If that fails, throws ``StartFailure`` with the name of the file that holds the
    /// secret.
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
