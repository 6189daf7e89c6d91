import BulkRuns
import Foundation

/// Identifies the file to which a path leads. Two paths to the same file have equal targets, even if one of the paths
/// goes through links.
enum PathTarget: Hashable {
    case existing(FileStatus.Identity)
    /// A file that does not exist yet, in an existing directory.
    case missing(name: String, in: FileStatus.Identity)

    /// Returns nil for a pipe, a device and a directory, which a command does not overwrite. Also returns nil if the
    /// directory of the file does not exist.
    ///
    /// - Parameter path: the path of the file; `-` for standard input.
    init?(_ path: String) {
        guard path != "-" else {
            guard let status = FileStatus(descriptor: 0), status.isPlain else { return nil }
            self = Self(status)
            return
        }
        var path = path
        // The target of a link need not exist yet. This loop ends after 40 links, because links can form a circle.
        for _ in 0..<40 {
            if let status = FileStatus(path: path) {
                guard status.isPlain else { return nil }
                self = Self(status)
                return
            }
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { break }
            path = target.hasPrefix("/") ? target : Self.folder(of: path) + "/" + target
        }
        guard let folder = FileStatus(path: Self.folder(of: path)) else { return nil }
        let name = path.split(separator: "/").last ?? ""
        self = .missing(name: String(name), in: folder.identity)
    }

    private init(_ status: FileStatus) {
        self = .existing(status.identity)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
