import Foundation
import Logging
import OfficialAccount
import Subprocess
import TagStore
import TagStoreConformance
import Testing

@testable import tagline

/// Checks what `tagline state copy` copies besides accounts, from one data directory to another.
@Suite struct StateCopyTests {
    private static let component = Component(appID: "wxplatform", secret: .zero, settings: ComponentSettings())

    private static func counter(_ name: String, _ count: Int) -> CallCounter {
        CallCounter(appID: component.appID, name: name, period: 20_779, count: count)
    }

    /// The counts of the platform in the source.
    static let kept: [CallCounter] = [
        counter("/cgi-bin/component/api_create_preauthcode", 3), counter("resets of all", 2),
    ]
    /// Counts that the target may have instead.
    static let others: [[CallCounter]] = [
        [counter("resets of all", 3)], [counter("resets of all", 2)], kept + [counter("resets of one", 1)],
    ]

    /// Opens the store in `directory`, calls `body`, and closes the store.
    private func withStore<Value>(
        _ directory: String, _ body: (ServedStore) async throws -> Value
    ) async throws -> Value {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let served = try ServedStore.embedded(in: DataDirectory(URL(filePath: directory)), logger)
        let result: Result<Value, any Error>
        do { result = .success(try await body(served)) } catch { result = .failure(error) }
        try await served.end()
        return try result.get()
    }

    private func addPlatform(_ counters: [CallCounter], in directory: String) async throws {
        try await withStore(directory) { served in
            try await served.store.createComponent(Self.component)
            try await served.store.saveCounters(counters)
        }
    }

    private func counts(in directory: String) async throws -> Set<CallCounter> {
        try await withStore(directory) { served in
            Set(try await served.store.counters(of: Self.component.appID))
        }
    }

    /// If `isInterrupted` is true, an earlier copy has ended after it added the platform.
    @Test(arguments: [false, true])
    func `a copy has the counts of platforms, also after an interruption`(isInterrupted: Bool) async throws {
        try await withTemporaryDirectory { directory in
            let (from, to) = (directory + "/from", directory + "/to")
            try await addPlatform(Self.kept, in: from)
            if isInterrupted { try await addPlatform([], in: to) }
            for _ in 0..<2 {
                let result = try await runProgram(["state", "copy", "--from", from, "--to", to])
                #expect(result.status.isSuccess && result.output.contains("1 platform."), "\(result.errors)")
                #expect(!result.errors.contains("not copied"), "\(result.errors)")
                #expect(try await counts(in: to) == Set(Self.kept))
            }
        }
    }

    @Test(arguments: others)
    func `if the target has other counts of a platform, a copy does not change them`(present: [CallCounter])
        async throws
    {
        try await withTemporaryDirectory { directory in
            let (from, to) = (directory + "/from", directory + "/to")
            try await addPlatform(Self.kept, in: from)
            try await addPlatform(present, in: to)
            let result = try await runProgram(["state", "copy", "--from", from, "--to", to])
            #expect(
                result.status == .exited(1) && result.errors.contains("a count of platform wxplatform is in"),
                "\(result.errors)")
            #expect(try await counts(in: to) == Set(present))
        }
    }

    @Test func `a copy of a sandbox says what it leaves out`() async throws {
        try await withTemporaryDirectory { directory in
            let (from, to) = (directory + "/from", directory + "/to")
            try await withStore(from) { served in try await served.becomeSandbox() }
            let result = try await runProgram(["state", "copy", "--from", from, "--to", to])
            #expect(result.status.isSuccess, "\(result.errors)")
            #expect(result.errors.contains("not copied: the clock of the sandbox"), "\(result.errors)")
        }
    }
}
