import Foundation

/// The directory in which a server keeps its data: the user's directory, or a temporary directory.
struct DataDirectory: Sendable {
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
