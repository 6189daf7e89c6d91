import Foundation
import OfficialAccount
import Testing

@testable import OfficialAccountClient

/// Tests the lock of a token file. The wait for the lock is bounded, and an error names the process that holds the
/// lock.
@Suite struct TokenFileLockTests {
    @Test func `a store waits for a held lock only for a limited time`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "lock-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appending(path: "tokens").path
        let held = try await FileLock.take(path + ".lock", patience: .zero)
        let store = FileTokenStore(path: path, patience: .zero)
        let token = AccessToken(text: "t", expiresAt: 1)
        let error = await #expect(throws: FileTokenStoreError.self) { try await store.keep(token, of: "wx1") }
        #expect(error?.description.contains("tokens.lock is held by") ?? false, "\(String(describing: error))")
        held.release()
        try await store.keep(token, of: "wx1")
        #expect(try store.token(of: "wx1") == token)
    }

    @Test(arguments: [true, false])
    func `a store that finds a pipe or a directory in place of its file does not wait`(isPipe: Bool) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "tokens-\(UUID().uuidString)").path
        defer { for ending in ["", ".lock"] { try? FileManager.default.removeItem(atPath: path + ending) } }
        if isPipe {
            #expect(mkfifo(path, 0o600) == 0)
        } else {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        let store = FileTokenStore(path: path, patience: .zero)
        let read = #expect(throws: FileTokenStoreError.self) { try store.token(of: "wx1") }
        #expect(read?.description.contains("it is not a regular file; name another file") ?? false)
        let token = AccessToken(text: "t", expiresAt: 1)
        await #expect(throws: FileTokenStoreError.self) { try await store.keep(token, of: "wx1") }
    }

    @Test(arguments: [".lock", ".part"], [true, false])
    func `a store does not write through a link with the name of the lock or of the unfinished file`(
        ending: String, isHard: Bool
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "link-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let (path, other) = (directory.appending(path: "tokens").path, directory.appending(path: "other").path)
        try Data("precious".utf8).write(to: URL(filePath: other))
        if isHard {
            try FileManager.default.linkItem(atPath: other, toPath: path + ending)
        } else {
            try FileManager.default.createSymbolicLink(atPath: path + ending, withDestinationPath: other)
        }
        let store = FileTokenStore(path: path, patience: .zero)
        let token = AccessToken(text: "t", expiresAt: 1)
        if ending == ".lock" {
            let error = await #expect(throws: FileTokenStoreError.self) { try await store.keep(token, of: "wx1") }
            #expect(error?.description.contains("link") ?? false, "\(String(describing: error))")
        } else {
            try await store.keep(token, of: "wx1")
            #expect(try store.token(of: "wx1") == token)
        }
        #expect(try String(contentsOfFile: other, encoding: .utf8) == "precious")
    }

    /// A child process inherits the open lock file for a moment.
    @Test func `a released lock is free, although another process has the file open`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "fork-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appending(path: "lock").path
        let lock = try await FileLock.take(path, patience: .zero)
        let inherited = dup(lock.descriptor)
        defer { close(inherited) }
        lock.release()
        try await FileLock.take(path, patience: .zero).release()
    }

    /// A clock that calls `act` in each pause, and jumps ahead by the length of the pause.
    private struct ActingClock: Clock {
        typealias Duration = Swift.Duration
        typealias Instant = JumpingClock.Instant

        let clock = JumpingClock()
        let act: @Sendable () -> Void

        var now: Instant { clock.now }
        var minimumResolution: Duration { clock.minimumResolution }

        func sleep(until deadline: Instant, tolerance: Duration?) async throws {
            act()
            try await clock.sleep(until: deadline, tolerance: tolerance)
        }
    }

    @Test(arguments: [true, false])
    func `a process that waits for a lock takes the new lock if the lock file is removed`(isReplaced: Bool)
        async throws
    {
        let directory = FileManager.default.temporaryDirectory.appending(path: "removed-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appending(path: "lock").path
        let held = try await FileLock.take(path, patience: .zero)
        #expect(held.hasPath)
        let clock = ActingClock {
            try? FileManager.default.removeItem(atPath: path)
            if isReplaced { try? Data().write(to: URL(filePath: path)) }
            #expect(!held.hasPath)
            held.release()
        }
        let lock = try await FileLock.take(path, patience: .seconds(1), clock: clock)
        defer { lock.release() }
        #expect(lock.hasPath && clock.clock.pauses.count == 1)
        // The lock excludes a process that comes later.
        await #expect(throws: FileLock.Held.self) { _ = try await FileLock.take(path, patience: .zero) }
    }

    #if os(Linux)
    @Test func `a file in /proc is read to its end`() throws {
        // `/proc/self/maps` has a line for each part of the memory of this process. The stack is among the last parts.
        let text = try #require(ProcFile.text(at: "/proc/self/maps"))
        #expect(text.utf8.count > 8192 && text.hasSuffix("\n") && text.contains("[stack]"), "\(text.utf8.count)")
        #expect(ProcFile.text(at: "/proc/self/comm")?.hasSuffix("\n") ?? false)
        #expect(ProcFile.text(at: "/proc/self/nowhere") == nil && ProcFile.text(at: "/proc") == nil)
    }
    #endif

    @Test(arguments: [
        ("1: FLOCK  ADVISORY  WRITE 4711 08:01:131234 0 EOF", 131_234, 4711),
        ("1: FLOCK  ADVISORY  WRITE 4711 08:01:131234 0 EOF", 31_234, nil),
        ("2: -> FLOCK  ADVISORY  WRITE 9 fe:00:7 0 EOF\n2: FLOCK  ADVISORY  WRITE 8 fe:00:7 0 EOF", 7, 8),
        ("3: POSIX  ADVISORY  WRITE x fe:00:7 0 EOF", 7, nil), ("", 7, nil), ("FLOCK 1 2", 2, nil),
    ])
    func `the process that holds a lock is found in the system's lock list`(list: String, inode: Int, process: Int?) {
        #expect(LockHolder.process(holding: inode, in: list) == process)
    }
}
