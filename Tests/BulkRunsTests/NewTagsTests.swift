import BulkRuns
import OfficialAccount
import OfficialAccountClient
import Synchronization
import TaglineTesting
import Testing

/// Tests the tags that a run creates. If the run cannot begin, it deletes these tags. The server runs in this process.
@Suite struct NewTagsTests {
    /// Collects the remarks of a run about its new tags.
    private final class Remarks: Sendable {
        private let remarks = Mutex<[NewTags.Remark]>([])

        var all: [NewTags.Remark] { remarks.withLock { $0 } }

        func add(_ remark: NewTags.Remark) { remarks.withLock { $0.append(remark) } }
    }

    private static let missing = [(name: "h0", placeholder: -1), (name: "h1", placeholder: -2)]

    private func account(_ server: TaglineTestServer) -> RunAccount {
        RunAccount(
            appID: server.appID, name: nil, baseURL: "http://localhost", client: server.client, patient: server.client)
    }

    /// Returns the names of the tags that a test created and that still exist.
    private func left(_ server: TaglineTestServer) async throws -> [String] {
        try await server.client.tags.list().map(\.name).filter { $0.hasPrefix("h") }
    }

    /// Makes `server` lose the answer of one call of `endpoint`, after the first `skipped` calls of `endpoint`.
    private func loseAnswer(of endpoint: Endpoint, at server: TaglineTestServer, after skipped: Int = 0) throws {
        try server.play("lost-answer") { rule in
            rule.match.path = [endpoint.path]
            rule.skip = skipped
            rule.times = 1
        }
    }

    /// Creates the tags of ``missing``, and expects a failure because the server loses the answer of the second call.
    private func makeAndLose(
        _ server: TaglineTestServer, _ remarks: Remarks, then: (NewTags) async throws -> Void = { _ in }
    ) async throws {
        let account = self.account(server)
        let tags = NewTags(at: account, besides: try await account.tags()) { remarks.add($0) }
        try loseAnswer(of: .createTag, at: server, after: 1)
        await #expect(throws: CallFailure.self) { try await tags.make(Self.missing) }
        #expect(tags.left.count == 2 && tags.left[1] == "perhaps h1", "\(tags.left)")
        try await then(tags)
        await tags.takeBack()
        #expect(tags.left.isEmpty)
    }

    @Test func `a run creates its tags in order, and deletes them in the same order`() async throws {
        try await withTagline { server in
            let (account, remarks) = (self.account(server), Remarks())
            let tags = NewTags(at: account, besides: try await account.tags()) { remarks.add($0) }
            try await tags.make(Self.missing)
            let first = try #require(tags.ids[-1])
            let second = try #require(tags.ids[-2])
            #expect(tags.left == ["h0 (\(first))", "h1 (\(second))"])
            #expect(try await left(server) == ["h0", "h1"])
            await tags.takeBack()
            let made: [NewTags.Remark] = [.made("h0", first), .made("h1", second)]
            #expect(remarks.all == made + [.tookBack("h0", first), .tookBack("h1", second)])
            #expect(try await left(server) == [])
        }
    }

    @Test func `a run finds and deletes a new tag if the answer to its creation was lost`() async throws {
        try await withTagline { server in
            let remarks = Remarks()
            try await makeAndLose(server, remarks)
            #expect(try await left(server) == [])
            guard remarks.all.count == 4, case .found("h1", let id) = remarks.all[1] else {
                return #expect(Bool(false), "\(remarks.all)")
            }
            #expect(remarks.all[3] == .tookBack("h1", id))
        }
    }

    @Test func `a run does not delete an older tag that has the name of a new tag`() async throws {
        try await withTagline { server in
            let id = try await server.client.tags.create(named: "h1")
            let (account, remarks) = (self.account(server), Remarks())
            let tags = NewTags(at: account, besides: try await account.tags()) { remarks.add($0) }
            // The platform answers that the name is taken, so the call has created nothing.
            await #expect(throws: CallFailure.self) { try await tags.make([(name: "h1", placeholder: -1)]) }
            await tags.takeBack()
            #expect(remarks.all == [.refused("h1")] && tags.left.isEmpty)
            #expect(try await server.client.tags.list().contains { $0.id == id })
        }
    }

    @Test func `a deletion whose answer is lost counts as done if the list no longer has the tag`() async throws {
        try await withTagline { server in
            let (account, remarks) = (self.account(server), Remarks())
            let tags = NewTags(at: account, besides: try await account.tags()) { remarks.add($0) }
            try await tags.make([(name: "h0", placeholder: -1)])
            let id = try #require(tags.ids[-1])
            try loseAnswer(of: .deleteTag, at: server)
            await tags.takeBack()
            #expect(remarks.all == [.made("h0", id), .tookBack("h0", id)])
            #expect(try await left(server) == [])
        }
    }

    @Test func `if an answer is lost and the tags cannot be read, a remark tells which tag may exist`() async throws {
        try await withTagline { server in
            let remarks = Remarks()
            try await makeAndLose(server, remarks) { _ in
                try server.play("lost-answer") { rule in
                    rule.name = "no-list"
                    rule.match.path = [Endpoint.getTags.path]
                    rule.skip = 0
                    rule.times = 1
                    rule.action = FaultRule.Action(at: .arrival)
                    rule.action.errcode = 48001
                }
            }
            guard remarks.all.count == 3, case .uncertain("h1", let failure) = remarks.all[1],
                case .refused(let error) = failure
            else { return #expect(Bool(false), "\(remarks.all)") }
            #expect(error.code.rawValue == 48001)
            #expect("\(remarks.all[1])".contains("look for it with: tagline tags list"))
            #expect(try await left(server) == ["h1"])
        }
    }

    @Test func `after a request to end, the command creates no further tag and begins no run`() async throws {
        try await withTagline { server in
            let account = self.account(server)
            let tags = NewTags(at: account, besides: try await account.tags()) { Issue.record("\($0)") }
            #expect(tags.end() && tags.end())
            await #expect(throws: NewTags.Ended()) { try await tags.make(Self.missing) }
            #expect(throws: NewTags.Ended()) { try tags.settle() }
            #expect(server.calls(to: .createTag).isEmpty)
            let others = NewTags(at: account, besides: AccountTags([])) { _ in }
            try others.check()
            try others.settle()
            // The run has begun, so its tags stay.
            #expect(!others.end())
            try others.check()
        }
    }

    @Test func `a verdict names the tags that the account's list no longer has`() {
        let list = [Tag(id: 100, name: "a", count: 0), Tag(id: 101, name: "b", count: 0)]
        #expect(TagVerdict(on: [100, 101], in: list) == .listed && TagVerdict(on: [], in: list) == .listed)
        #expect(TagVerdict(on: [103, 100, 102, 103], in: list) == .gone([102, 103]))
        let error = APIError(code: .invalidTagID, errmsg: "invalid\ntag id, rid: 66b5fb8f-5e3c0071-3d7f539a")
        #expect(TagVerdict.gone([102]).sentence(after: error) == "the account no longer has the tag 102")
        let several = TagVerdict.gone([102, 103]).sentence(after: error)
        #expect(several == "the account no longer has the tags 102 and 103")
        let listed = TagVerdict.listed.sentence(after: error)
        #expect(
            listed.hasPrefix(
                #"the platform answered 45159 invalid\u{a}tag id (rid 66b5fb8f-5e3c0071-3d7f539a), but the account's list still has the tag"#
            ), "\(listed)")
        let unread = TagVerdict.unread(.tokenSource("no token")).sentence(after: error)
        #expect(unread.contains("cannot be read: no token"), "\(unread)")
    }

    @Test func `a verdict costs one call, which reads the list of tags`() async throws {
        try await withTagline { server in
            let account = self.account(server)
            #expect(await account.verdict(on: [100, 134]) == .listed)
            #expect(await account.verdict(on: [100, 999]) == .gone([999]))
            #expect(server.calls(to: .getTags).count == 2)
        }
    }
}
