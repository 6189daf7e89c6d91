import Foundation

/// The directory for SQLite's temporary files.
package enum TemporaryDirectory {
    /// The first usable directory in SQLite's order: the directories that the environment names, then the usual
    /// directories.
    package static var path: String {
        let environment = ProcessInfo.processInfo.environment
        let places = [environment["SQLITE_TMPDIR"], environment["TMPDIR"], "/var/tmp", "/usr/tmp", "/tmp"]
        return places.compactMap(\.self).first { place in
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: place, isDirectory: &isDirectory) && isDirectory.boolValue
                && access(place, W_OK | X_OK) == 0
        } ?? "."
    }

    /// Returns ``path`` if its disk is not the disk of `file` and has less free space than the disk of `file`;
    /// otherwise nil.
    package static func isFuller(thanThatOf file: String) -> String? {
        let path = path
        let folder = URL(filePath: file).deletingLastPathComponent().path
        guard let own = FileStatus(path: folder)?.identity.device,
            let other = FileStatus(path: path)?.identity.device, own != other,
            let ownRoom = FileStatus.room(at: folder), let otherRoom = FileStatus.room(at: path), otherRoom < ownRoom
        else { return nil }
        return path
    }
}
