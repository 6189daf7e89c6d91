import Foundation

/// A small file system in memory. Only root can mount it.
struct SmallDisk: Sendable {
    let directory: String

    /// Whether a test can mount a file system on this machine.
    static let isPossible: Bool = {
        guard geteuid() == 0 else { return false }
        let directory = FileManager.default.temporaryDirectory.appending(path: "tagline-try-\(UUID().uuidString)").path
        guard mkdir(directory, 0o700) == 0 else { return false }
        defer { rmdir(directory) }
        guard mount("none", directory, "tmpfs", 0, "size=1m") == 0 else { return false }
        return umount2(directory, 0) == 0
    }()

    /// Mounts a file system that belongs to the user of the database.
    init(megabytes: Int) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "tagline-disk-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        try Self.check(mount("none", directory, "tmpfs", 0, "size=\(megabytes)m"))
        if let user = getpwnam("postgres") {
            try Self.check(chown(directory, user.pointee.pw_uid, user.pointee.pw_gid))
        }
    }

    func grow(megabytes: Int) throws {
        try Self.check(mount("none", directory, "tmpfs", UInt(MS_REMOUNT), "size=\(megabytes)m"))
    }

    func remove() throws {
        // The server can still have files open. The file system disappears when the server has closed them.
        try Self.check(umount2(directory, Int32(MNT_DETACH)))
        rmdir(directory)
    }

    private static func check(_ result: Int32) throws {
        guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }
}
