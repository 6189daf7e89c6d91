import OfficialAccount
import OfficialAccountClient
import TaglineTesting
import Testing

@Suite(.tagline) struct TaglineTestingTests {
    @Test func `each test has its own server`() async throws {
        let server = try TaglineTestServer.current
        #expect(server.calls().isEmpty)
        try await server.client.tags.batchTagging(server.followers(1...50), tag: 134)
        #expect(server.calls(to: .batchTagging).count == 1)
        #expect(try await server.tags(of: server.followers(7...7)[0]) == [134])
    }

    @Test(arguments: [1, 2]) func `each case of a test has its own server`(number: Int) async throws {
        let server = try TaglineTestServer.current
        #expect(server.calls().isEmpty)
        _ = try await server.client.tags.list()
        #expect(server.calls().count == 2)
    }

    @Test func `a test plays a scenario and advances the clock`() async throws {
        let server = try TaglineTestServer.current
        try server.play("ghost-tag") { $0.times = 1 }
        let client = server.client
        // If the client has seen the tag in a list, the client repeats a call that the server refused with 45159.
        _ = try await client.tags.list()
        try await client.tags.batchTagging(server.followers(1...1), tag: 134)
        #expect(server.calls(to: .batchTagging).map(\.errcode) == [45159, 0])
        try server.advance(by: .seconds(7201))
        _ = try await server.client.tags.list()
        #expect(throws: UnknownScenario.self) { try server.play("ghost") }
    }

    @Test func `if the answer to a call is cut off, the failure says that the call may have been applied`()
        async throws
    {
        let server = try TaglineTestServer.current
        try server.play("lost-answer") { $0.skip = 0 }
        let client = server.client(retries: .none)
        let failure = await #expect(throws: CallFailure.self) {
            try await client.tags.batchTagging(server.followers(1...1), tag: 134)
        }
        #expect(failure?.mayHaveBeenApplied == true)
        #expect(server.calls(to: .batchTagging).count == 1)
        #expect(try await server.tags(of: server.followers(1...1)[0]) == [134])
    }
}

@Suite struct WithoutTaglineTests {
    @Test func `a test without the trait gets an error that names the mistake`() {
        #expect(throws: NoTagline.self) { try TaglineTestServer.current }
    }

    @Test func `withTagline returns the value of its closure, or throws the error of the closure`() async throws {
        struct Broken: Error {}
        #expect(try await withTagline { $0.calls().count } == 0)
        await #expect(throws: Broken.self) { try await withTagline { _ in throw Broken() } }
    }
}
