import FileStatus
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Notices when the files of an open store are removed, replaced or cut short, and when another program writes to the
/// database file.
///
/// After a file is removed, SQLite continues to write to the removed file. The next start does not find what SQLite
/// wrote after the removal.
///
/// The store writes to the database file only during an SQLite checkpoint. At any other time, the time of the last
/// write shows another program, for example a copy of a backup over the file.
///
/// A look at three paths takes several microseconds. Two such looks at each commit would cost 6 % of the calls per
/// second. So a commit looks at the open files, which takes less than a microsecond. It looks at the paths only every
/// ``pathInterval``. No look allocates memory.
final class DirectoryWatch: Sendable {
    private struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private struct Watched {
        /// The path with a zero byte at its end, because the system expects a C string.
        let path: ContiguousArray<CChar>
        /// The name of the file in error messages.
        let name: String
        /// The open file or directory; -1 if it cannot be opened.
        let descriptor: Int32
        let identity: Identity
        /// The largest size so far in bytes. A smaller size means that the file has been cut short. Nil for the
        /// directory.
        var size: Int64?
        /// When the store last wrote to the file, in nanoseconds since 1970. Nil except for the database file; also nil
        /// during an SQLite checkpoint.
        var lastWrite: Int64?
    }

    private struct State {
        var watched: [Watched] = []
        /// When a commit last looked at the paths.
        var lastLook: ContinuousClock.Instant?
    }

    /// How long a commit relies on the last look at the paths. A file that is moved away within this time still holds
    /// what the store has written. A file that is removed or cut short is noticed at each commit.
    private static let pathInterval = Duration.milliseconds(10)
    /// How much a file system may round down the time of a write, in nanoseconds. FAT rounds to two seconds.
    private static let rounding: Int64 = 2_000_000_000

    private static let databaseName = "the database file"

    private let state: Mutex<State>
    private let now: @Sendable () -> ContinuousClock.Instant

    /// Watches the data directory, and those of its files that exist now.
    ///
    /// - Parameters:
    ///   - database: the path of the database file.
    ///   - now: returns the current time.
    init(directory: String, database: String, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.now = now
        var state = State()
        // The path of the directory may be a symbolic link. If the link later points to another directory, the watch
        // reports that the directory has been replaced.
        Self.watch(directory.utf8CString, "the data directory", isDirectory: true, in: &state)
        for (file, name) in [(database, Self.databaseName), (database + "-wal", "the log of the database")] {
            guard let path = Self.resolved(file) else { continue }
            Self.watch(path, name, isDirectory: false, in: &state)
        }
        self.state = Mutex(state)
        databaseIsWritten()
    }

    deinit {
        for file in state.withLock({ $0.watched }) where file.descriptor >= 0 { _ = close(file.descriptor) }
    }

    private static func watch(
        _ path: ContiguousArray<CChar>, _ name: String, isDirectory: Bool, in state: inout State
    ) {
        guard let status = look(path, followsLinks: isDirectory) else { return }
        let descriptor = path.withUnsafeBufferPointer { $0.baseAddress.map { openToLook($0) } ?? -1 }
        state.watched.append(
            Watched(
                path: path, name: name, descriptor: descriptor, identity: identity(status),
                size: isDirectory ? nil : status.size))
    }

    /// Returns a description of the first problem; nil if every file is still in its place and complete.
    func problem() -> String? {
        state.withLock { Self.problemOfPaths(&$0) }
    }

    /// Returns a description of the first problem that a commit must know about; nil if there is none.
    func problemAtCommit() -> String? {
        let now = now()
        return state.withLock { state in
            // Whether the system has returned the status of each open file. If not, only a look at the path finds a
            // removed file.
            var isCertain = true
            for index in state.watched.indices {
                var status = FileStatus()
                guard lookAtDescriptor(state.watched[index].descriptor, &status) == 0 else {
                    isCertain = false
                    continue
                }
                if let problem = Self.judge(&state.watched[index], status) { return problem }
            }
            if isCertain, let lastLook = state.lastLook, now - lastLook < Self.pathInterval { return nil }
            state.lastLook = now
            return Self.problemOfPaths(&state)
        }
    }

    private static func problemOfPaths(_ state: inout State) -> String? {
        for index in state.watched.indices {
            let file = state.watched[index]
            guard let status = look(file.path, followsLinks: file.size == nil) else {
                return "\(file.name) has been removed"
            }
            if let problem = judge(&state.watched[index], status) { return problem }
            if let expected = file.lastWrite, let present = lastWrite(file), !isRounded(present, from: expected) {
                return "another program has written to \(file.name)"
            }
        }
        return nil
    }

    private static func lastWrite(_ file: Watched) -> Int64? {
        var time: Int64 = 0
        return lookAtLastWrite(file.descriptor, &time) == 0 ? time : nil
    }

    /// Returns whether `present` may be the same time as `expected`. A network file system may first report the exact
    /// time of a write, and later the time that its server keeps.
    private static func isRounded(_ present: Int64, from expected: Int64) -> Bool {
        let difference = expected.subtractingReportingOverflow(present)
        return !difference.overflow && (0..<rounding).contains(difference.partialValue)
    }

    private static func judge(_ file: inout Watched, _ status: FileStatus) -> String? {
        guard status.links > 0 else { return "\(file.name) has been removed" }
        guard identity(status) == file.identity else { return "\(file.name) has been replaced by another" }
        guard let known = file.size else { return nil }
        let size = status.size
        guard size >= known else { return "\(file.name) has been cut short" }
        file.size = size
        return nil
    }

    /// Accepts the present sizes of the files. The store calls this function after the store itself has made a file
    /// shorter.
    func acceptSizes() {
        state.withLock { state in
            for index in state.watched.indices where state.watched[index].size != nil {
                state.watched[index].size = Self.look(state.watched[index].path)?.size
            }
        }
    }

    /// Allows writes to the database file. The store calls this function before it starts an SQLite checkpoint.
    func databaseWillBeWritten() {
        setLastWrite { _ in nil }
    }

    /// Forbids other programs to write to the database file from now on. The store calls this function after an SQLite
    /// checkpoint.
    func databaseIsWritten() {
        setLastWrite { Self.lastWrite($0) }
    }

    private func setLastWrite(_ time: (Watched) -> Int64?) {
        state.withLock { state in
            for index in state.watched.indices where state.watched[index].name == Self.databaseName {
                state.watched[index].lastWrite = time(state.watched[index])
            }
        }
    }

    /// Returns the path without symbolic links; nil if there is no such file.
    private static func resolved(_ path: String) -> ContiguousArray<CChar>? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text).utf8CString
    }

    private static func look(_ path: ContiguousArray<CChar>, followsLinks: Bool = false) -> FileStatus? {
        var status = FileStatus()
        // If a symbolic link has replaced the file, that is a problem, even if the link points to the same file. At the
        // next start, SQLite would look for the log next to the link's target.
        let isThere = path.withUnsafeBufferPointer { path in
            path.baseAddress.map { lookAtPath($0, followsLinks ? 1 : 0, &status) == 0 } ?? false
        }
        return isThere ? status : nil
    }

    private static func identity(_ status: FileStatus) -> Identity {
        Identity(device: status.device, inode: status.inode)
    }
}
