import Foundation
import TagStore

/// A secret that is made here, so that it can be shown or kept before the server takes it in place of the old one.
struct NewSecret {
    let text: String

    /// Thirty-two random hexadecimal digits, as the platform's secrets are.
    init() {
        var random = SystemRandomNumberGenerator()
        text = Hexadecimal.text((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
}

/// The file of `--secret-out`: the secret is on disk in a file beside it before anything changes, and then takes its place.
///
/// The file that is there may hold the old secret, which is needed for as long as the new one does not work.
struct SecretOutput {
    let path: String
    /// Where the secret is until it works; nil for a pipe or a device, which is written to at once.
    private let part: String?

    /// Writes the secret. Throws ``StartFailure`` if it cannot be kept; then nothing is changed.
    init(_ path: String, _ secret: NewSecret) throws {
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
        // A pipe cannot be synced, and need not be.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else { throw unwritable(path) }
    }

    private static func unwritable(_ path: String) -> StartFailure {
        .failed("nothing was changed: \(path) cannot be written: \(String(cString: strerror(errno)))")
    }

    /// Where the secret can be found now.
    var place: String { part ?? path }

    /// Puts the secret in its place. Throws ``StartFailure`` that says where it is if that cannot be done.
    func keep() throws {
        guard let part else { return }
        guard rename(part, path) == 0 else {
            throw StartFailure.failed(
                "the secret works and is in \(part); it cannot be moved to \(path): \(String(cString: strerror(errno)))"
            )
        }
    }

    /// Removes a secret that never worked.
    func discard() {
        if let part { unlink(part) }
    }
}
