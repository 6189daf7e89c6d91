import Foundation
import FreshFiles
import OfficialAccount
import TaglineServer

/// The addresses of a running server, as one JSON object for scripts.
struct ReadyFile: Encodable {
    let http: String
    /// The address of the API over HTTPS; absent if the server has no certificate.
    let https: String?
    let admin: String
    /// The address of the cloud gateway; absent if the gateway is not open.
    let cloud: String?
    let pid: Int32
    /// The file with the certificate of the sandbox's own authority, for clients that use HTTPS; absent if the server
    /// has no authority.
    let ca: String?

    /// The address of the console for a browser.
    var console: String { admin + "/console" }

    /// Removes the ready file at `file` if it exists. Throws ``StartFailure`` if it is not safe to write to this path,
    /// for example because a link is there.
    static func clear(_ file: URL) throws {
        do throws(FreshFileFailure) {
            try FreshFile(file.path).check()
        } catch {
            throw StartFailure.failed("\(error); choose another with --ready-file")
        }
        unlink(file.path)
    }

    /// Writes the object to `file`, completely or not at all.
    func write(to file: URL) throws {
        let text = try SortedJSON.text(self)
        do throws(FreshFileFailure) {
            try FreshFile(file.path).replace(with: (text + "\n").utf8)
        } catch {
            throw StartFailure.failed(
                "the ready file \(file.path) cannot be written: \(error.reason); choose another with --ready-file")
        }
    }
}
