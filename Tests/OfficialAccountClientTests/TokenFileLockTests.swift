import Foundation
import OfficialAccount
import Testing

@testable import OfficialAccountClient

/// The lock beside a file of tokens is waited for in bounds, and its holder is named.
@Suite struct TokenFileLockTests {
    @Test func `a lock that another holds is given up after the patience`() async throws {
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

    @Test(arguments: [
        ("1: FLOCK  ADVISORY  WRITE 4711 08:01:131234 0 EOF", 131_234, 4711),
        ("1: FLOCK  ADVISORY  WRITE 4711 08:01:131234 0 EOF", 31_234, nil),
        ("2: -> FLOCK  ADVISORY  WRITE 9 fe:00:7 0 EOF\n2: FLOCK  ADVISORY  WRITE 8 fe:00:7 0 EOF", 7, 8),
        ("3: POSIX  ADVISORY  WRITE x fe:00:7 0 EOF", 7, nil), ("", 7, nil), ("FLOCK 1 2", 2, nil),
    ])
    func `the holder of a lock is found in the system's list`(list: String, inode: Int, process: Int?) {
        #expect(LockHolder.process(holding: inode, in: list) == process)
    }
}
