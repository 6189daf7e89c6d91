import Newsletter
import OfficialAccount
import TaglineTesting
import Testing

@Suite(.tagline) struct NewsletterTests {
    @Test func `the newsletter marks 200 readers with four calls`() async throws {
        let server = try TaglineTestServer.current
        let readers = server.followers(1...200)
        #expect(try await Newsletter(server.client, tag: 134).mark(readers) == [])
        #expect(server.calls(to: .batchTagging).count == 4)
        #expect(try await server.tags(of: readers[0]) == [134])
    }

    @Test func `the newsletter sends another call for the readers who failed in a batch`() async throws {
        let server = try TaglineTestServer.current
        try server.play("partial-batch")
        let readers = server.followers(1...50)
        #expect(try await Newsletter(server.client, tag: 134).mark(readers) == [])
        let calls = server.calls(to: .batchTagging)
        #expect(calls.first?.errcode == 45171)
        #expect(calls.last?.errcode == 0)
        for reader in readers { #expect(try await server.tags(of: reader) == [134]) }
    }

    @Test func `the client repeats a call if its answer is lost after the server marked the readers`() async throws {
        let server = try TaglineTestServer.current
        try server.play("lost-answer") { $0.skip = 0 }
        #expect(try await Newsletter(server.client, tag: 134).mark(server.followers(1...50)) == [])
        // The first call got no answer, so the client sent it again.
        #expect(server.calls(to: .batchTagging).count == 2)
    }

    @Test func `the client fetches a new token if the server ends the old token during the work`() async throws {
        let server = try TaglineTestServer.current
        try server.play("token-late")
        #expect(try await Newsletter(server.client, tag: 134).mark(server.followers(1...200)) == [])
        #expect(server.calls(answered: ErrorCode(42001)).count == 1)
        #expect(server.calls(to: .getStableAccessToken).count > 1)
    }
}
