import Foundation
import OfficialAccount
import TaglineServer

/// The addresses of a running server, as one JSON object for scripts.
struct ReadyFile: Encodable {
    let http: String
    /// Absent without a certificate.
    let https: String?
    let admin: String
    /// Absent if the cloud gateway is not open.
    let cloud: String?
    let pid: Int32
    /// The certificate authority to trust for HTTPS; absent with a certificate of the user's own.
    let ca: String?

    /// The address of the console for a browser.
    var console: String { admin + "/console" }

    /// Removes the file if it is there. Throws if something else than a file is in its place.
    static func clear(_ file: URL) throws {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: file.path) else { return }
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            throw StartFailure.failed("\(file.path) is not a file; choose another with --ready-file")
        }
        try? FileManager.default.removeItem(at: file)
    }

    /// Writes the object to `file`, completely or not at all.
    func write(to file: URL) throws {
        do {
            try Data((SortedJSON.text(self) + "\n").utf8).write(to: file, options: .atomic)
        } catch {
            throw StartFailure.failed("the ready file \(file.path) cannot be written; choose another with --ready-file")
        }
    }
}
