public import AdminAPI
import InProcessTransport
public import OfficialAccount
public import OfficialAccountClient
package import TagStore
public import TaglineServer

/// A Tagline server that answers as WeChat does, and plays the faults that a test asks for.
///
/// Each server belongs to one test and holds the demo world. Tests share nothing, so they can run at the same time.
/// Calls do not use a socket.
public struct TaglineTestServer: Sendable {
    /// The fault rules of this server.
    ///
    /// Most tests call ``play(_:_:)`` and do not need this property.
    public let faults: FaultBoard
    /// The server's clock, by which tokens end and quotas begin again.
    public let clock: SandboxClock
    /// The journal of every call with its answer.
    public let journal: CallJournal
    /// The store with the accounts and their followers.
    package let store: any TagStore
    /// The settings that let the data of an account lag, as WeChat's data sometimes lags.
    public let unsteadiness: UnsteadyStore

    private let transport: any Transport

    init(state: SandboxState, journal: CallJournal, store: any TagStore, gateway: Gateway) {
        faults = state.faults
        clock = state.clock
        unsteadiness = state.unsteadiness
        self.journal = journal
        self.store = store
        transport = InProcessTransport(gateway)
    }

    // MARK: Calling

    /// The appid of the demo world's service account.
    ///
    /// ``client`` is a client of this account.
    public var appID: AppID { DemoWorld.service.appID }

    /// The SDK's client of the demo world's service account.
    ///
    /// Its pauses between retries take no time.
    public var client: OfficialAccountClient { client(retries: .standard) }

    /// Returns a client of the demo world's service account, with tokens of its own.
    ///
    /// Its pauses between retries take no time.
    ///
    /// ```swift
    /// let hasty = server.client(retries: .none)  // throws every failure at once
    /// ```
    ///
    /// - Parameter retries: which calls the client retries after a failure, and how often.
    /// - Returns: the client.
    public func client(retries: RetryPolicy) -> OfficialAccountClient {
        client(of: DemoWorld.service.appID, secret: DemoWorld.service.secret, retries: retries)
    }

    /// Returns a client of an account of the server, with tokens of its own.
    ///
    /// Its pauses between retries take no time.
    ///
    /// - Parameters:
    ///   - appID: the account's appid.
    ///   - secret: the account's secret.
    ///   - retries: which calls the client retries after a failure, and how often.
    /// - Returns: the client.
    public func client(
        of appID: AppID, secret: String, retries: RetryPolicy = .standard
    ) -> OfficialAccountClient {
        OfficialAccountClient(
            appID: appID, secret: secret, transport: transport, retries: retries,
            timing: Timing(clock: ImmediateClock(), now: { clock.now.seconds }, random: { 0.5 }))
    }

    /// Returns followers of the service account who have no tags.
    ///
    /// - Parameter numbers: the numbers of the followers, from 1 to 999. The function skips numbers outside this range.
    /// - Returns: the openids in the order of the numbers.
    public func followers(_ numbers: ClosedRange<Int>) -> [OpenID] {
        guard numbers.overlaps(1...999) else { return [] }
        return numbers.clamped(to: 1...999).compactMap { OpenID(DemoWorld.follower($0, prefix: "ocYxcu")) }
    }

    // MARK: Faults and time

    /// Plays a scenario, such as `lost-answer`.
    ///
    /// ```swift
    /// try server.play("lost-answer") { $0.skip = 0 }
    /// ```
    ///
    /// - Parameters:
    ///   - name: the scenario's name, as `tagline faults scenarios` lists it.
    ///   - change: changes the rule, for example which calls the rule matches. Then the server plays the rule.
    /// - Throws: ``UnknownScenario`` if there is no scenario of this name.
    public func play(_ name: String, _ change: (inout FaultRule) -> Void = { _ in }) throws {
        guard let scenario = FaultScenario.named(name) else { throw UnknownScenario(name: name) }
        var rule = scenario.rule
        change(&rule)
        faults.put(rule)
    }

    /// Advances the server's clock.
    ///
    /// - Parameter duration: the time by which to advance, in whole seconds. The clock ignores a fraction of a second.
    /// - Throws: an error if `duration` is shorter than a second, or too long for the clock.
    public func advance(by duration: Duration) throws {
        try clock.advance(bySeconds: duration.components.seconds)
    }

    // MARK: Looking back

    /// Returns the calls so far, the oldest first.
    ///
    /// - Parameters:
    ///   - endpoint: the API of the calls; if nil, the function returns calls of all APIs.
    ///   - errcode: the errcode of the answers; if nil, the function returns calls with any errcode.
    /// - Returns: the calls that the journal still holds.
    public func calls(to endpoint: Endpoint? = nil, answered errcode: ErrorCode? = nil) -> [CallRecord] {
        var filter = CallFilter()
        filter.path = endpoint?.path
        filter.errcode = errcode
        return journal.page(of: filter, limit: CallJournal.capacity).calls
    }

    /// Returns the tags that a follower of the service account has in the store.
    ///
    /// The function makes no API call, so faults and quotas do not change the result.
    ///
    /// - Parameter openID: the follower.
    /// - Returns: the ids of the tags.
    /// - Throws: an error if `openID` does not follow the account.
    public func tags(of openID: OpenID) async throws -> [TagID] {
        try await store.tagIDs(of: openID, for: appID)
    }
}

/// The error of ``TaglineTestServer/play(_:_:)`` for a name that no scenario has.
public struct UnknownScenario: Error, CustomStringConvertible {
    /// The name that no scenario has.
    public let name: String

    /// The name, and the names of all scenarios, in one line.
    public var description: String {
        "there is no scenario \(name); there are \(FaultScenario.all.map(\.name).joined(separator: ", "))"
    }
}
