import BulkRuns
import Foundation

/// A file as the system knows it. Paths that lead to the same file have equal identities, also through links.
enum FileIdentity: Hashable {
    case existing(device: UInt64, inode: UInt64)
    /// A file that does not exist yet, in an existing directory.
    case missing(device: UInt64, inode: UInt64, name: String)

    /// Returns nil for a pipe, a device and a directory, which a command does not overwrite. Returns nil as well if not
    /// even the directory of the file exists.
    ///
    /// - Parameter path: the path of the file; `-` for standard input.
    init?(_ path: String) {
        guard path != "-" else {
            guard let status = FileStatus(descriptor: 0), status.isPlain else { return nil }
            self = Self(status)
            return
        }
        var path = path
        // The target of a link need not exist yet. A chain of more links is a circle.
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
        self = .missing(device: folder.device, inode: folder.inode, name: String(name))
    }

    private init(_ status: FileStatus) {
        self = .existing(device: status.device, inode: status.inode)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
