import BulkRuns
import Foundation

/// Identifies the file to which a path leads. Two paths to the same file have equal targets, even if one of the paths
/// goes through links.
enum PathTarget: Hashable {
    case existing(FileStatus.Identity)
    /// A file that does not exist yet. `path` begins in an existing directory.
    case missing(path: [String], in: FileStatus.Identity)

    /// Returns nil for a pipe, a device and a directory, which a command does not overwrite. The directory of the file
    /// need not exist yet, because a server makes its data directory.
    ///
    /// - Parameter path: the path of the file; `-` for standard input.
    init?(_ path: String) {
        guard path != "-" else {
            guard let status = FileStatus(descriptor: 0), status.isPlain else { return nil }
            self = Self(status)
            return
        }
        var path = path
        // The last names of the path, beginning with the last one, of which no file exists yet.
        var missing: [Substring] = []
        // The target of a link need not exist yet. Links can form a circle, so this loop follows only 40 of them.
        var linksLeft = 40
        while true {
            if let status = FileStatus(path: path) {
                guard missing.isEmpty else {
                    self = .missing(path: Self.plain(missing.reversed()), in: status.identity)
                    return
                }
                guard status.isPlain else { return nil }
                self = Self(status)
                return
            }
            if linksLeft > 0, let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
                linksLeft -= 1
                path = target.hasPrefix("/") ? target : Self.folder(of: path) + "/" + target
            } else {
                guard path != ".", path != "/" else { return nil }
                missing.append(path.split(separator: "/", omittingEmptySubsequences: false).last ?? "")
                path = Self.folder(of: path)
            }
        }
    }

    /// Returns the names of a path without empty names, `.` and `..`.
    private static func plain(_ names: [Substring]) -> [String] {
        names.reduce(into: []) { plain, name in
            if name == ".." {
                _ = plain.popLast()
            } else if !name.isEmpty, name != "." {
                plain.append(String(name))
            }
        }
    }

    private init(_ status: FileStatus) {
        self = .existing(status.identity)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
