import Foundation
import Hummingbird
import HummingbirdTesting
import InProcessTransport
import Logging
import TagStore
import TestStore

@testable import TaglineServer

/// A sandbox with the demo world, which tests call without a socket.
struct SandboxInProcess: Sendable {
    let store: any TagStore
    let clock: SandboxClock
    let refusedCalls: RefusedCallLog
    let host: RouterHost
    let transport: InProcessTransport
    let admin: RouterHost
    let plane: AdminPlane
    let events: ComponentEvents
    let mailbox: Mailbox
    let journal: CallJournal
    let state: SandboxState
    let responder: Gateway
}

/// Receives the messages that the server pushes to platforms, and sends the answers that a test has chosen.
actor Mailbox {
    private(set) var letters: [(url: String, body: String)] = []
    private var answers: [String] = []

    /// Sets the next answers. After these answers, the mailbox answers `success`.
    func answer(_ answers: String...) {
        self.answers = answers
    }

    func take(_ url: String, _ body: String) -> String {
        letters.append((url, body))
        return answers.isEmpty ? "success" : answers.removeFirst()
    }
}

/// The time at which the clock of a test starts.
let testStart = UnixTime(seconds: 1_763_800_000)

/// Calls `body` with a sandbox.
///
/// - Parameters:
///   - files: the directory for the files of the clock and of the relaxed accounts; nil for a sandbox without files.
///   - log: the log of the admin plane; nil for no log.
func withSandbox<Value: Sendable>(
    policy: QuotaPolicy = .none, isEmpty: Bool = false, files: URL? = nil, log: Logger? = nil,
    _ body: @Sendable (SandboxInProcess) async throws -> Value
) async throws -> Value {
    let directory = FileManager.default.temporaryDirectory.appending(path: "tagline-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }

    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    return try await TestStore.with(logger, directory: directory.path) { store in
        let clock = try SandboxClock(file: files?.appending(path: "clock"), system: { testStart })
        if !isEmpty { try await DemoWorld.seed(into: store, at: testStart) }
        let surroundings = Surroundings(now: { clock.now })
        let quotas = try await QuotaKeeper(
            policy: policy, store: store, surroundings: surroundings, logger: logger)
        let refusedCalls = RefusedCallLog(store: store, logger: logger)
        let meters = CallMeters()
        let mailbox = Mailbox()
        let events = ComponentEvents(
            store: store, surroundings: surroundings, post: { await mailbox.take($0, $1) }, logger: logger)
        let journal = CallJournal()
        let state = SandboxState(
            clock: clock, faults: FaultBoard(now: { clock.now }, sleep: { _ in }),
            store: UnsteadyStore(store, now: { clock.now }),
            relaxed: try RelaxedAccounts(file: files?.appending(path: "relaxed")))
        let responder = Gateway(
            store: state.unsteadiness, surroundings: surroundings, quotas: quotas, refusedCalls: refusedCalls,
            meters: meters,
            page: AuthorizationPage(store: store, surroundings: surroundings, events: events), journal: journal,
            faults: state.faults, relaxed: state.relaxed)
        let gateway = Application(responder: GatewayHost(gateway: responder), logger: logger)
        let plane = AdminPlane(
            store: store, surroundings: surroundings, quotas: quotas, meters: meters, events: events, sandbox: state,
            journal: journal, gateway: responder, logger: log ?? logger)
        let admin = Application(responder: plane.responder, logger: logger)
        let value = try await gateway.test(.router) { gateway in
            try await admin.test(.router) { admin in
                try await body(
                    SandboxInProcess(
                        store: store, clock: clock, refusedCalls: refusedCalls, host: RouterHost(client: gateway),
                        transport: InProcessTransport(responder),
                        admin: RouterHost(client: admin), plane: plane,
                        events: events, mailbox: mailbox, journal: journal, state: state, responder: responder))
            }
        }
        return value
    }
}
