import AdminAPI
import NIOCore
import NIOEmbedded
import NIOHTTP1
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

/// Tests calls that the server judges by the head, before the body has arrived.
@Suite struct HeadJudgementTests {
    private static let peer = Peer(address: "192.0.2.1")

    private static func head(
        _ method: HTTPMethod, _ target: String, headers: HTTPHeaders = [:], length: Int = 18
    ) -> APIRequest {
        APIRequest(
            HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: headers), bodyLength: length)
    }

    @Test(
        arguments: [
            (.POST, "/cgi-bin/tags/get", DemoWorld.service, 43001),
            (.PUT, "/cgi-bin/tags/create", DemoWorld.service, 43002),
            (.POST, "/cgi-bin/nothing", DemoWorld.service, 40066),
            (.POST, "/cgi-bin/tags/create", DemoWorld.uncertified, 48001),
        ] as [(HTTPMethod, String, DemoWorld.Credentials, Int)])
    func `the server makes the same records of an early refusal as of a refusal after the whole body`(
        method: HTTPMethod, path: String, account: DemoWorld.Credentials, code: Int
    ) async throws {
        try await withSandbox { sandbox in
            let token = try await WireRun.token(of: account, from: sandbox.host)
            let target = "\(path)?access_token=\(token)"
            _ = await sandbox.responder.respond(
                to: APIRequest(method: method, target: target, body: ByteBuffer(string: "{}")), from: Self.peer)
            let answer = try #require(await sandbox.responder.judge(Self.head(method, target), from: Self.peer))
            let calls = Array(sandbox.journal.page().calls.suffix(2))
            try #require(calls.map(\.errcode) == [code, code])
            let (whole, early) = (calls[0], calls[1])
            #expect(early.account == account.appID.rawValue && early.account == whole.account)
            #expect(early.reason == whole.reason && early.reason == answer[APIResponse.reason])
            #expect(early.address == "192.0.2.1" && early.address == whole.address)
            #expect(early.path == whole.path && early.method == whole.method && early.via == whole.via)

            for isSaved in [false, true] {
                if isSaved { await sandbox.refusedCalls.save() }
                let rid = try #require(early.rid)
                let found = try await sandbox.host.send(
                    WireRequest(
                        "POST", "/cgi-bin/openapi/rid/get?access_token=\(token)",
                        body: Array(#"{"rid":"\#(rid)"}"#.utf8))
                ).text
                #expect(found.hasPrefix(#"{"errcode":0,"#) && found.contains("192.0.2.1"), "\(found)")
            }
            let meter = code == 40066 ? "unknown" : path
            let metrics = try await sandbox.admin.send(WireRequest("GET", "/metrics")).text
            #expect(metrics.contains("tagline_calls_total{path=\"\(meter)\",errcode=\"\(code)\"} 2\n"))
        }
    }

    @Test func `a call with too long a body counts toward the quota`() async throws {
        let path = CreateTag.endpoint.path
        try await withSandbox(policy: QuotaPolicy(perDay: [path: 2], perMinute: [:])) { sandbox in
            let token = try await WireRun.token(of: DemoWorld.service, from: sandbox.host)
            var codes: [Int] = []
            for _ in 0..<3 {
                let head = Self.head(.POST, "\(path)?access_token=\(token)", length: CallBody.largest + 1)
                _ = try #require(await sandbox.responder.judge(head, from: Self.peer))
                codes.append(try #require(sandbox.journal.page().calls.last).errcode)
            }
            #expect(codes == [45002, 45002, 45009])
        }
    }

    @Test func `the server does not judge the head alone if a fault at arrival applies to the call`() async throws {
        try await withSandbox { sandbox in
            let asked = Self.head(.POST, "/cgi-bin/nothing", headers: ["X-Tagline-Fault": "45159 at=arrival"])
            #expect(await sandbox.responder.judge(asked, from: Self.peer) == nil)

            let rule = WireRequest(
                "PUT", "/sandbox/faults/f", body: Array(#"{"do":{"at":"arrival","errcode":45159}}"#.utf8))
            #expect(try await sandbox.admin.send(rule).status == 200)
            #expect(await sandbox.responder.judge(Self.head(.POST, "/cgi-bin/nothing"), from: Self.peer) == nil)
            #expect(sandbox.journal.page().calls.isEmpty)

            // The server never reads the rest of this body, so the rule acts at once.
            let long = Self.head(.POST, "/cgi-bin/nothing", length: CallBody.largest + 1)
            let answer = try #require(await sandbox.responder.judge(long, from: Self.peer))
            #expect(String(buffer: answer.body).hasPrefix(#"{"errcode":45159,"#))
            #expect(sandbox.journal.page().calls.last?.fault == "f")
        }
    }

    /// Refuses every head, with a fault that closes the connection and sends no answer.
    private struct Closing: APIResponder {
        func respond(to request: APIRequest, from peer: Peer) async -> APIResponse { APIResponse(status: .ok) }

        func judge(_ head: APIRequest, from peer: Peer) async -> APIResponse? {
            var response = APIResponse(status: .ok)
            response.delivery = (try? FaultHeader.action("connection=close at=arrival")).flatMap { Delivery($0) }
            return response
        }
    }

    @Test func `a fault that closes the connection also works before the body of the call has arrived`() throws {
        let channel = EmbeddedChannel()
        let connection = APIConnection(
            channel, origin: ConnectionOrigin(Peer(address: nil), behind: .none), responder: Closing(),
            bounds: Listener.Bounds(), seat: ConnectionSeat(channel, address: nil, now: .now()),
            heldBytes: HeldBytes(), turns: Turns(), dates: DateHeader())
        try channel.pipeline.syncOperations.addRequestParser(within: Listener.Bounds(), HeldBytes())
        try channel.pipeline.syncOperations.addHandler(connection)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try channel.writeInbound(ByteBuffer(string: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{"))
        channel.embeddedEventLoop.run()
        var text = ""
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
        #expect(text.isEmpty, "\(text)")
        channel.embeddedEventLoop.advanceTime(by: .minutes(10))
        #expect(!channel.isActive)
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }
}
