import EmbeddedTagStore
import Foundation
import FreshFiles
import TaglineServer

/// The directory in which a server keeps its data: the user's directory, or a temporary directory.
struct DataDirectory: Sendable {
    /// The name of the empty file that marks the data of a sandbox. A database has a mark of the same name.
    static let sandboxMark = "demo-world"
    /// The name of the file with the state of a sandbox's clock.
    static let clock = "clock"
    /// The name of the file with the appids of a sandbox's relaxed accounts.
    static let relaxed = "relaxed"
    /// The name of the directory with a sandbox's authority.
    static let authority = "tls"

    /// The names of the files that a server keeps open in its data directory. No setting may name one of these files.
    static let openFileNames = EmbeddedTagStore.fileNames + [CallSpill.fileName]

    /// The names of all files that a server makes in its data directory. No setting may name one of these files for
    /// writing. A setting may name one for reading, such as a certificate in the directory `tls`.
    static let fileNames: [String] = {
        let replaced = [sandboxMark, clock, relaxed] + LocalAuthority.fileNames.map { "\(authority)/\($0)" }
        return openFileNames + replaced + replaced.map { $0 + FilePart.usualEnding }
    }()

    let url: URL
    let isTemporary: Bool

    /// Creates the directory `chosen` if it does not exist, or a temporary directory if `chosen` is nil. Throws
    /// ``StartFailure`` if the directory cannot be used.
    init(_ chosen: URL?) throws {
        isTemporary = chosen == nil
        url = chosen ?? FileManager.default.temporaryDirectory.appending(path: "tagline-sandbox-\(UUID().uuidString)")
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) {
            guard isDirectory.boolValue else {
                throw StartFailure.failed("\(url.path) is a file; choose a directory with --data")
            }
            return
        }
        do {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StartFailure.failed(
                "the data directory \(url.path) cannot be created: \(Self.reason(error)); choose another with --data")
        }
    }

    /// Removes the directory if it is temporary.
    func cleanUp() {
        if isTemporary { try? FileManager.default.removeItem(at: url) }
    }

    private static func reason(_ error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        return (underlying ?? error as NSError).localizedDescription
    }
}
