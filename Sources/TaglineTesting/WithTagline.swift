import EmbeddedTagStore
import Foundation
import Logging
import OfficialAccount
import TagStore
public import TaglineServer

/// Starts a server, passes it to `body`, and removes the server afterwards.
///
/// ```swift
/// try await withTagline { server in
///     try server.play("lost-answer")
///     try await sendNewsletter(to: server.followers(1...200), over: server.client)
///     #expect(server.calls(to: .batchTagging).count == 5)
/// }
/// ```
///
/// The server holds the demo world. It takes some tens of milliseconds to start, and keeps its data in a temporary
/// directory.
///
/// - Parameters:
///   - quotas: how often an account may make each call of the API. By default, as often as WeChat documents.
///   - body: the code that needs the server.
/// - Returns: what `body` returns.
/// - Throws: what `body` throws, or the error that keeps the server from starting.
public func withTagline<Value>(
    quotas: QuotaPolicy = .documented, _ body: (TaglineTestServer) async throws -> Value
) async throws -> Value {
    let directory = FileManager.default.temporaryDirectory.appending(path: "tagline-testing-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let logger = Logger(label: "tagline", factory: { _ in SwiftLogNoOpLogHandler() })
    let store = try EmbeddedTagStore(directory: directory.path, logger: logger)
    let result: Result<Value, any Error>
    do {
        result = .success(try await body(try await TaglineTestServer(store: store, quotas: quotas, logger: logger)))
    } catch {
        result = .failure(error)
    }
    try await store.close()
    return try result.get()
}

extension TaglineTestServer {
    fileprivate init(store: EmbeddedTagStore, quotas policy: QuotaPolicy, logger: Logger) async throws {
        let clock = try SandboxClock()
        let surroundings = Surroundings(now: { clock.now })
        try await DemoWorld.seed(into: store, at: clock.now)
        let state = SandboxState(
            clock: clock, faults: FaultBoard(now: { clock.now }), store: UnsteadyStore(store, now: { clock.now }),
            relaxed: try RelaxedAccounts())
        let journal = CallJournal()
        let quotas = try await QuotaKeeper(
            policy: policy, store: store, surroundings: surroundings, logger: logger)
        let gateway = Gateway(
            store: state.unsteadiness, surroundings: surroundings, quotas: quotas,
            refusedCalls: RefusedCallLog(store: store, logger: logger), meters: CallMeters(), journal: journal,
            faults: state.faults, relaxed: state.relaxed)
        self.init(state: state, journal: journal, store: store, gateway: gateway)
    }
}
