import OfficialAccount
import OfficialAccountClient
import Synchronization
import Testing

@Suite struct RetryTests {
    private static let openID = OpenID("ocYxcuAEy30bX0NXmGn4ypqx3tI0")

    /// Makes a call whose first `times` attempts meet `mishap` and whose later attempts succeed. Returns the number of
    /// attempts, the pauses between the attempts, and the error.
    private func calls(
        _ mishap: Mishap, times: Int, knowsTag: Bool = true, _ call: (OfficialAccountClient) async throws -> Void
    ) async throws -> (calls: Int, pauses: [Duration], failure: (any Error)?) {
        let openID = try #require(Self.openID)
        let platform = WeChatModel(followers: [openID: []]) { _, number in number <= times ? mishap : .none }
        let clock = JumpingClock()
        let client = OfficialAccountClient(
            appID: "wx1", secret: "s", transport: platform, timing: clock.timing(chance: 1))
        if knowsTag { _ = try await client.tags.list() }
        var failure: (any Error)?
        do { try await call(client) } catch { failure = error }
        return (platform.seen.calls, clock.pauses, failure)
    }

    private func tag(_ client: OfficialAccountClient) async throws {
        try await client.tags.batchTagging([#require(Self.openID)], tag: 134)
    }

    @Test(arguments: [
        Mishap.code(-1), .code(45169), .code(45159), .lost(applied: true), .lost(applied: false), .noConnection,
        .answers("<html>", applied: false), .answers(#"{"errcode":0,"#, applied: true), .answers("{}", applied: false),
        .answers(#"{"message":"please log in"}"#, applied: false),
    ])
    func `a call is retried after increasing pauses if its mishap may be temporary`(mishap: Mishap) async throws {
        let run = try await calls(mishap, times: 4, tag)
        #expect(run.failure == nil && run.calls == 5)
        #expect(run.pauses == [.milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2)])
        let hopeless = try await calls(mishap, times: 1000, tag)
        #expect(hopeless.failure != nil && hopeless.calls == 7)
    }

    @Test(arguments: [45009, 40003, 45059, 48001, 40032, 49003, 47001, 4_711_000])
    func `a call is not retried after a code that another try would get again`(code: Int) async throws {
        let run = try await calls(.code(code), times: 1, tag)
        #expect(run.failure != nil && run.calls == 1 && run.pauses == [])
    }

    @Test func `45159 is not retried for a tag that the client has not seen`() async throws {
        let run = try await calls(.code(45159), times: 1, knowsTag: false, tag)
        #expect(run.failure != nil && run.calls == 1)
    }

    @Test func `45011 makes a call wait for the next minute, at most ten times`() async throws {
        let run = try await calls(.code(45011), times: 1, tag)
        // The clock began at second 1000, twenty seconds before the next minute.
        #expect(run.failure == nil && run.calls == 2 && run.pauses == [.seconds(21)])
        let hopeless = try await calls(.code(45011), times: 1000, tag)
        #expect(hopeless.failure != nil && hopeless.calls == 11)
    }

    @Test func `creating a tag and clearing a quota are not retried if they may have been applied`() async throws {
        let created = try await calls(.lost(applied: true), times: 1) { _ = try await $0.tags.create(named: "x") }
        #expect(created.failure != nil && created.calls == 1)
        let cleared = try await calls(.code(-1), times: 1) { try await $0.quotas.clear() }
        #expect(cleared.failure != nil && cleared.calls == 1)
        // Without a connection the platform applied nothing, so the client retries the call.
        let away = try await calls(.noConnection, times: 1) { try await $0.quotas.clear() }
        #expect(away.failure == nil && away.calls == 2)
    }

    @Test func `a cancelled task does not wait or retry`() async throws {
        let platform = WeChatModel(followers: [:]) { _, _ in
            withUnsafeCurrentTask { $0?.cancel() }
            return .code(-1)
        }
        let client = OfficialAccountClient(
            appID: "wx1", secret: "s", transport: platform, timing: JumpingClock().timing())
        let openID = try #require(Self.openID)
        let result = await Task { try await client.tags.batchTagging([openID], tag: 134) }.result
        #expect(throws: CallFailure.self) { try result.get() }
        #expect(platform.seen.calls == 1)
    }
}
