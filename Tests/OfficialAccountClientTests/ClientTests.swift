import Foundation
import OfficialAccount
import OfficialAccountClient
import Synchronization
import Testing

/// Answers calls with a closure, and remembers the calls.
private final class ScriptedTransport: Transport {
    typealias Answer = @Sendable (OutgoingCall) async throws(TransportFailure) -> String

    private let answer: Answer
    private let asked = Mutex<[OutgoingCall]>([])

    init(_ answer: @escaping Answer) {
        self.answer = answer
    }

    var calls: [OutgoingCall] { asked.withLock { $0 } }

    func calls(of endpoint: Endpoint) -> [OutgoingCall] { calls.filter { $0.endpoint == endpoint } }

    func send(_ call: OutgoingCall) async throws(TransportFailure) -> [UInt8] {
        asked.withLock { $0.append(call) }
        return Array(try await answer(call).utf8)
    }
}

extension OutgoingCall {
    fileprivate var token: String? { query.first { $0.name == "access_token" }?.value }
    fileprivate var text: String { String(decoding: body, as: UTF8.self) }
}

@Suite struct ClientTests {
    private static let ok = #"{"errcode":0,"errmsg":"ok"}"#
    private static let expired = #"{"errcode":42001,"errmsg":"access_token expired rid: 692173c0-dd5b2020-863ae68d"}"#

    private func openID(_ text: String = "ocYxcuAEy30bX0NXmGn4ypqx3tI0") throws -> OpenID {
        try #require(OpenID(text))
    }

    private func client(_ transport: ScriptedTransport, store: any TokenStore = MemoryTokenStore())
        -> OfficialAccountClient
    {
        OfficialAccountClient(
            appID: AppID("wx5ad0c4e6b81f2793"), secret: "a secret of mine", transport: transport, tokenStore: store,
            retries: .none, timing: Timing(now: { 1000 }))
    }

    private static func issued(_ token: String, _ seconds: Int = 7200) -> String {
        #"{"access_token":"\#(token)","expires_in":\#(seconds)}"#
    }

    @Test func `the client fetches a token once and sends it with every call`() async throws {
        let transport = ScriptedTransport { call in
            call.endpoint == GetStableAccessToken.endpoint ? Self.issued("first") : Self.ok
        }
        let client = client(transport)
        for _ in 0..<3 { try await client.tags.batchTagging([try openID()], tag: 134) }
        #expect(transport.calls(of: GetStableAccessToken.endpoint).count == 1)
        #expect(transport.calls(of: BatchTagging.endpoint).map(\.token) == ["first", "first", "first"])
        #expect(
            transport.calls(of: BatchTagging.endpoint)[0].text
                == #"{"openid_list":["ocYxcuAEy30bX0NXmGn4ypqx3tI0"],"tagid":134}"#)
    }

    @Test func `many waiting callers share one fetched token`() async throws {
        let transport = ScriptedTransport { call in
            if call.endpoint == GetStableAccessToken.endpoint {
                for _ in 0..<100 { await Task.yield() }
                return Self.issued("first")
            }
            return Self.ok
        }
        let client = client(transport)
        let one = try openID()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { try await client.tags.batchTagging([one], tag: 134) } }
            try await group.waitForAll()
        }
        #expect(transport.calls(of: GetStableAccessToken.endpoint).count == 1)
        #expect(transport.calls(of: BatchTagging.endpoint).count == 50)
    }

    @Test(arguments: [40001, 40014, 42001])
    func `the client replaces a failed token once`(code: Int) async throws {
        let fetched = Mutex(0)
        let transport = ScriptedTransport { call in
            if call.endpoint == GetStableAccessToken.endpoint {
                return Self.issued(
                    "token \(fetched.withLock { fetched in fetched += 1; return fetched })")
            }
            return call.token == "token 1" ? #"{"errcode":\#(code),"errmsg":"no"}"# : Self.ok
        }
        try await client(transport).tags.batchTagging([try openID()], tag: 134)
        #expect(transport.calls(of: BatchTagging.endpoint).map(\.token) == ["token 1", "token 2"])
    }

    @Test func `a client that gets the failed token again forces a new token, and reports a refusal of the new token`()
        async throws
    {
        let transport = ScriptedTransport { call in
            guard call.endpoint == GetStableAccessToken.endpoint else { return Self.expired }
            return Self.issued(call.text.contains("force_refresh") ? "forced" : "same")
        }
        let failure = await #expect(throws: CallFailure.self) {
            try await client(transport).tags.batchTagging([try openID()], tag: 134)
        }
        guard case .refused(let error) = failure else { throw Unexpected() }
        #expect(error.code == .accessTokenExpired && error.message == "access_token expired")
        #expect(transport.calls(of: BatchTagging.endpoint).map(\.token) == ["same", "forced"])
    }

    @Test func `many callers with a failed token all get a forced new token`() async throws {
        let transport = ScriptedTransport { call in
            for _ in 0..<Int.random(in: 1...30) { await Task.yield() }
            guard call.endpoint == GetStableAccessToken.endpoint else {
                return call.token == "same" ? Self.expired : Self.ok
            }
            return Self.issued(call.text.contains("force_refresh") ? "forced" : "same")
        }
        for _ in 0..<20 {
            let client = client(transport)
            let one = try openID()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<32 { group.addTask { try await client.tags.batchTagging([one], tag: 134) } }
                try await group.waitForAll()
            }
        }
    }

    @Test func `the client reads extreme numbers without a crash`() async throws {
        let huge = Int64.max
        let transport = ScriptedTransport { call in
            switch call.endpoint {
            case GetStableAccessToken.endpoint: #"{"access_token":"t","expires_in":\#(huge)}"#
            case GetTags.endpoint: #"{"tags":[{"id":\#(huge),"name":"x","count":\#(huge)}]}"#
            default: #"{"quota":{"daily_limit":\#(huge),"used":-\#(huge),"remain":\#(huge)}}"#
            }
        }
        let store = MemoryTokenStore()
        await store.keep(AccessToken(text: "old", expiresAt: .min), of: AppID("wx5ad0c4e6b81f2793"))
        let client = client(transport, store: store)
        #expect(try await client.tags.list().first?.count == Int(Int32.max))
        #expect(try await client.quotas.quota(of: BatchTagging.endpoint).remaining == Int(Int32.max))
    }

    @Test func `the client does not use a token that expires within a minute`() async throws {
        let store = MemoryTokenStore()
        await store.keep(AccessToken(text: "old", expiresAt: 1060), of: AppID("wx5ad0c4e6b81f2793"))
        let transport = ScriptedTransport { call in
            call.endpoint == GetStableAccessToken.endpoint ? Self.issued("new") : Self.ok
        }
        try await client(transport, store: store).tags.batchTagging([try openID()], tag: 134)
        #expect(transport.calls(of: BatchTagging.endpoint)[0].token == "new")
        #expect(await store.token(of: AppID("wx5ad0c4e6b81f2793"))?.expiresAt == 8200)
    }

    @Test func `an errmsg is split into message, hint and rid`() {
        for (errmsg, message, rid, hint) in [
            (
                "invalid openid hint: [TjpTva03141527] rid: 692173c0-dd5b2020-863ae68d", "invalid openid",
                "692173c0-dd5b2020-863ae68d", "TjpTva03141527"
            ),
            ("api unauthorized rid: 692173c0-dd5b2020-863ae68d", "api unauthorized", "692173c0-dd5b2020-863ae68d", nil),
            ("data format error hints: [a b]", "data format error", nil, "a b"), ("ok", "ok", nil, nil),
            ("", "", nil, nil),
        ] as [(String, String, String?, String?)] {
            let error = APIError(code: .invalidOpenID, errmsg: errmsg)
            #expect(error.message == message && error.rid == rid && error.hint == hint)
            #expect(error.time == (rid == nil ? nil : 0x6921_73c0))
        }
        let unknown = APIError(code: ErrorCode(4_711_000), errmsg: "what is this")
        #expect(unknown.explanation == nil && !unknown.canBeRetried)
        #expect("\(unknown)" == "4711000 what is this")
    }

    @Test(arguments: ["", "<html>", "[]", "null", #"{"errcode":"0"}"#, #"{"tags":7}"#, "\u{FEFF}"])
    func `an answer that is not valid is an error, and the call may have been applied`(answer: String) async throws {
        let transport = ScriptedTransport { call in
            call.endpoint == GetStableAccessToken.endpoint ? Self.issued("first") : answer
        }
        let failure = await #expect(throws: CallFailure.self) { try await client(transport).tags.list() }
        guard case .badAnswer = failure else { throw Unexpected() }
        #expect(failure?.mayHaveBeenApplied == true)
    }

    @Test func `no description shows a secret or a token`() async throws {
        let transport = ScriptedTransport { call in
            call.endpoint == GetStableAccessToken.endpoint
                ? #"{"access_token":["top secret token"],"expires_in":7200}"# : Self.ok
        }
        let client = client(transport)
        let failure = await #expect(throws: CallFailure.self) { try await client.tags.list() }
        var dumped = ""
        dump(client, to: &dumped)
        for text in ["\(failure as Any)", "\(client)", "\(AccessToken(text: "top secret token", expiresAt: 1))"] {
            #expect(!text.contains("secret token") && !text.contains("a secret of mine"), "\(text)")
        }
        #expect(!dumped.contains("a secret of mine"))
    }

    @Test func `a token file is shared, readable only by its owner, and never half written`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "tokens-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appending(path: "tokens.json").path
        #expect(try FileTokenStore(path: path).token(of: "wx1") == nil)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let token = AccessToken(text: "token \(number)", expiresAt: Int64(number))
                    try await FileTokenStore(path: path, patience: .seconds(300)).keep(token, of: AppID("wx\(number)"))
                }
            }
            try await group.waitForAll()
        }
        for number in 0..<20 {
            #expect(try FileTokenStore(path: path).token(of: AppID("wx\(number)"))?.expiresAt == Int64(number))
        }
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        try Data("nonsense".utf8).write(to: URL(filePath: path))
        let transport = ScriptedTransport { _ in Self.ok }
        let failure = await #expect(throws: CallFailure.self) {
            try await client(transport, store: FileTokenStore(path: path)).tags.list()
        }
        #expect("\(failure as Any)".contains("cannot be read as tokens"))
        #expect(failure?.mayHaveBeenApplied == false && transport.calls.isEmpty)
    }

    @Test func `the client reads a last page without data as an empty page`() async throws {
        let page =
            #"{"count":1,"data":{"openid":["ocYxcuAEy30bX0NXmGn4ypqx3tI0"]},"next_openid":"ocYxcuAEy30bX0NXmGn4ypqx3tI0"}"#
        let transport = ScriptedTransport { call in
            if call.endpoint == GetStableAccessToken.endpoint { return Self.issued("first") }
            return call.text.contains(#""next_openid":"""#) ? page : #"{"count":0,"next_openid":""}"#
        }
        let client = client(transport)
        let first = try await client.tags.followers(of: 134)
        #expect(first.openIDs == [try openID()])
        #expect(try await client.tags.followers(of: 134, after: first.openIDs.last).openIDs == [])
    }
}

private struct Unexpected: Error {}
