import Foundation
import TaglineServer

/// The addresses of a running server, as one JSON object for scripts.
struct ReadyFile: Encodable {
    let http: String
    /// Absent without a certificate.
    let https: String?
    let admin: String
    let pid: Int32
    /// The certificate authority to trust for HTTPS; absent with a certificate of the user's own.
    let ca: String?

    /// Puts the object where it is asked for, whole or not at all.
    func write(to file: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        do {
            try (encoder.encode(self) + Data("\n".utf8)).write(to: file, options: .atomic)
        } catch {
            throw StartFailure.failed("the ready file \(file.path) cannot be written; choose another with --ready-file")
        }
    }
}
