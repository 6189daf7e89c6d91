import AdminAPI
import InProcessTransport
import OfficialAccount
import OfficialAccountClient
import TagStore
import TaglineServer

/// A Tagline of a test's own, with the demo world in it: it answers as WeChat does, and plays the faults that a test asks for.
///
/// Nothing of it is shared with another test, so tests can run at once. Calls go through no socket.
public struct TaglineTestServer: Sendable {
    /// The fault rules. Most tests say ``play(_:)`` instead.
    public let faults: FaultBoard
    /// The time: tokens end by it.
    public let clock: SandboxClock
    /// Every call with its answer.
    public let journal: CallJournal
    /// The store with the accounts.
    public let store: any TagStore
    /// How unsteady accounts are.
    public let unsteadiness: UnsteadyStore
    /// What calls are sent to.
    public let gateway: Gateway

    private let transport: InProcessTransport

    init(state: SandboxState, journal: CallJournal, store: any TagStore, gateway: Gateway) {
        faults = state.faults
        clock = state.clock
        unsteadiness = state.unsteadiness
        self.journal = journal
        self.store = store
        self.gateway = gateway
        transport = InProcessTransport(gateway)
    }

    // MARK: Calling

    /// The appid of the demo world's service account, whose client ``client`` is.
    public var appID: AppID { DemoWorld.service.appID }

    /// The SDK's client of the demo world's service account. Its pauses between retries take no time.
    public var client: OfficialAccountClient {
        client(of: DemoWorld.service.appID, secret: DemoWorld.service.secret)
    }

    /// A client of any account of the server, with tokens of its own.
    public func client(
        of appID: AppID, secret: String, retries: RetryPolicy = .standard
    ) -> OfficialAccountClient {
        OfficialAccountClient(
            appID: appID, secret: secret, transport: transport, retries: retries,
            timing: Timing(clock: ImmediateClock(), now: { clock.now.seconds }, random: { 0.5 }))
    }

    /// Followers of the service account, by number from 1 to 999; none of them carries a tag.
    public func followers(_ numbers: ClosedRange<Int>) -> [OpenID] {
        numbers.clamped(to: 1...999).compactMap { OpenID(DemoWorld.follower($0, prefix: "ocYxcu")) }
    }

    // MARK: Faults and time

    /// Plays a scenario, such as `lost-answer`. `change` can narrow it. Throws ``UnknownScenario`` for another name.
    public func play(_ name: String, _ change: (inout FaultRule) -> Void = { _ in }) throws {
        guard let scenario = FaultScenario.named(name) else { throw UnknownScenario(name: name) }
        var rule = scenario.rule
        change(&rule)
        faults.put(rule)
    }

    /// Puts the clock forward.
    public func advance(by duration: Duration) throws {
        try clock.advance(bySeconds: duration.components.seconds)
    }

    // MARK: Looking back

    /// The calls so far, oldest first.
    ///
    /// - Parameters:
    ///   - endpoint: only calls of this API; nil for all.
    ///   - errcode: only calls that were answered so; nil for all.
    public func calls(to endpoint: Endpoint? = nil, answered errcode: ErrorCode? = nil) -> [CallRecord] {
        var filter = CallFilter()
        filter.path = endpoint?.path
        filter.errcode = errcode
        return journal.page(of: filter, limit: CallJournal.capacity).calls
    }

    /// The tags that a follower of the service account carries, whatever the calls have said.
    public func tags(of openID: OpenID) async throws -> [TagID] {
        try await store.tagIDs(of: openID, for: appID)
    }
}

/// There is no scenario of this name.
public struct UnknownScenario: Error, CustomStringConvertible {
    public let name: String

    public var description: String {
        "there is no scenario \(name); there are \(FaultScenario.all.map(\.name).joined(separator: ", "))"
    }
}
