import Foundation
import InMemoryLogging
import Logging
import OfficialAccount
import Synchronization
import TagStore
import TagStoreConformance
import Testing
import WireTable

@testable import EmbeddedTagStore
@testable import TaglineServer

/// Tests a sandbox that cannot write its files or its store, for example because the disk is full.
@Suite struct SandboxFullDiskTests {
    private static let relaxedAccount = #"{"appid":"wxrelaxed","kind":"service","relaxed":{"secret":"SECRET"}}"#

    private func admin(
        _ sandbox: SandboxInProcess, _ method: String, _ path: String, _ body: String = ""
    ) async throws -> WireResponse {
        try await sandbox.admin.send(WireRequest(method, path, body: Array(body.utf8)))
    }

    private func records(_ sandbox: SandboxInProcess) async throws -> Set<StateRecord> {
        var records: Set<StateRecord> = []
        for try await record in try await sandbox.store.exportState(of: nil) { records.insert(record) }
        return records
    }

    @Test(arguments: [
        ("POST", "/sandbox/clock", #"{"advance_seconds":60}"#, "clock"),
        ("POST", "/sandbox/clock", #"{"frozen":true}"#, "clock"),
        ("POST", "/sandbox/reset", "", "clock"), ("POST", "/sandbox/reset", "", "relaxed"),
        ("POST", "/sandbox/reset", #"{"account":"wx5ad0c4e6b81f2793"}"#, "relaxed"),
        ("POST", "/sandbox/snapshots/x", "", "clock"), ("POST", "/sandbox/snapshots/x", "", "relaxed"),
        ("POST", "/accounts", #"{"appid":"wxnew","kind":"service","relaxed":{}}"#, "relaxed"),
        ("DELETE", "/accounts/wxrelaxed", "", "relaxed"),
    ])
    func `if a file cannot be written, the answer is 503 with the reason, the log has one line, and nothing changes`(
        method: String, path: String, body: String, file: String
    ) async throws {
        try await withTemporaryDirectory { directory in
            let lines = InMemoryLogHandler()
            let log = Logger(label: "test", factory: { _ in lines })
            try await withSandbox(files: URL(filePath: directory), log: log) { sandbox async throws in
                #expect(try await admin(sandbox, "POST", "/accounts", Self.relaxedAccount).status == 201)
                #expect(try await admin(sandbox, "PUT", "/sandbox/snapshots/x").status == 200)
                try sandbox.clock.advance(bySeconds: 1000)
                let before = try await records(sandbox)
                let clock = sandbox.clock.current
                // A directory with the name of the second file has the same effect as a full disk.
                let inTheWay = "\(directory)/\(file).part"
                try FileManager.default.createDirectory(atPath: inTheWay, withIntermediateDirectories: false)

                let answer = try await admin(sandbox, method, path, body)
                #expect(answer.status == 503, "\(answer.text)")
                #expect(answer.text.contains("\(file).part: it is not a regular file"), "\(answer.text)")
                #expect(try await records(sandbox) == before)
                #expect(sandbox.clock.current == clock)
                #expect(sandbox.state.relaxed.appIDs == ["wxrelaxed"])
                let errors = lines.entries.filter { $0.level >= .warning }
                #expect(errors.count == 1, "\(errors)")
                #expect(errors.first?.metadata["reason"] == "it is not a regular file", "\(errors)")

                try FileManager.default.removeItem(atPath: inTheWay)
                let again = try await admin(sandbox, method, path, body)
                #expect([200, 201].contains(again.status), "\(again.text)")
            }
        }
    }

    @Test(arguments: [DemoWorld.service.appID, DemoWorld.platform.appID])
    func `a refused creation does not make the appid relaxed`(appID: AppID) async throws {
        try await withSandbox { sandbox async throws in
            let body = #"{"appid":"\#(appID)","kind":"service","relaxed":{}}"#
            let answer = try await admin(sandbox, "POST", "/accounts", body)
            #expect(answer.status == 409, "\(answer.text)")
            #expect(sandbox.state.relaxed.appIDs.isEmpty)
        }
    }

    @Test func `if the store cannot write, neither a reset nor a snapshot moves the clock`() async throws {
        struct Full: Error {}
        try await withTemporaryDirectory { directory in
            let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            let isFull = Mutex(false)
            var options = EmbeddedTagStore.Options()
            options.willCommit = { if isFull.withLock({ $0 }) { throw Full() } }
            let store = try EmbeddedTagStore(directory: directory, options: options, logger: logger)
            try await DemoWorld.seed(into: store, at: testStart)
            let clock = try SandboxClock(system: { testStart })
            let state = SandboxState(
                clock: clock, faults: FaultBoard(now: { clock.now }, sleep: { _ in }),
                store: UnsteadyStore(store, now: { clock.now }), relaxed: try RelaxedAccounts())
            let quotas = try await QuotaKeeper(
                policy: .none, store: store, surroundings: Surroundings(now: { clock.now }), logger: logger)
            _ = try await state.take("x", of: nil, quotas: quotas)
            try clock.advance(bySeconds: 60)
            isFull.withLock { $0 = true }
            await #expect(throws: Refusal.self) { try await state.reset(nil, quotas: quotas) }
            #expect(clock.now == testStart + 60)
            await #expect(throws: Refusal.self) { try await state.restore("x", quotas: quotas) }
            #expect(clock.now == testStart + 60)
            try await store.close()
        }
    }
}
