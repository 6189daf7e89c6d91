import Foundation
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import TaglineServer

/// Tests one connection to the API without a socket.
@Suite struct APIConnectionTests {
    /// Admits every head, and answers every call with 200.
    private struct Everything: APIResponder {
        func respond(to request: APIRequest, from peer: Peer) async -> APIResponse { APIResponse(status: .ok) }
        func judge(_ head: APIRequest, from peer: Peer) async -> APIResponse? { nil }
    }

    private static let requests = [
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + String(repeating: "1\r\n \r\n", count: 100),
        "POST / HTTP/1.1\r\nHo", "", "POST / HTTP/1.1\r\nX: " + String(repeating: "a", count: 5000),
    ]

    private static func open(
        _ channel: EmbeddedChannel, _ heldBytes: HeldBytes, _ turns: Turns = Turns()
    ) throws -> Unowned {
        let seat = ConnectionSeat(channel, address: nil, now: .now())
        let connection = APIConnection(
            channel, origin: ConnectionOrigin(Peer(address: nil), behind: .none), responder: Everything(),
            bounds: Listener.Bounds(), seat: seat, heldBytes: heldBytes, turns: turns,
            dates: DateHeader())
        try channel.pipeline.syncOperations.addRequestParser(within: Listener.Bounds(), heldBytes)
        try channel.pipeline.syncOperations.addHandler(connection)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return Unowned(connection)
    }

    /// Observes whether a connection is still in memory.
    private struct Unowned {
        weak var connection: APIConnection?

        init(_ connection: APIConnection) { self.connection = connection }
    }

    @Test func `an idle connection keeps nothing of its last head`() throws {
        var request = ArrivingRequest()
        request.begin(
            HTTPRequestHead(version: .http1_0, method: .HEAD, uri: "/\(Self.requests)", headers: ["X": "y"]))
        _ = request.takeWhole()
        #expect(request.head.method == .HEAD, "the answer depends on the head")
        request.dropHead()
        #expect(request.head.headers.isEmpty && request.head.uri == "/" && request.head.isKeepAlive)
    }

    @Test(arguments: requests)
    func `a connection that ends leaves nothing in memory`(request: String) throws {
        let heldBytes = HeldBytes()
        var channel: EmbeddedChannel? = EmbeddedChannel()
        let unowned = try Self.open(try #require(channel), heldBytes)
        try channel?.writeInbound(ByteBuffer(string: request))
        channel?.embeddedEventLoop.run()
        #expect(unowned.connection != nil)
        _ = try? channel?.finish(acceptAlreadyClosed: true)
        channel?.embeddedEventLoop.run()
        channel = nil
        #expect(unowned.connection == nil)
        #expect(heldBytes.reading.bytes == 0)
    }

    /// Returns the number of answers that the connection has written since the previous call of this function.
    private static func answers(of channel: EmbeddedChannel) throws -> Int {
        var text = ""
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
        return text.components(separatedBy: "HTTP/1.1 200").count - 1
    }

    @Test func `a pipelining connection waits while other connections are busy, and gets all answers`() throws {
        let (channel, turns) = (EmbeddedChannel(), Turns())
        _ = try Self.open(channel, HeldBytes(), turns)
        _ = turns.begin(after: 4, isRead: true, at: channel.embeddedEventLoop.now)
        for _ in 0..<4 {
            try channel.writeInbound(ByteBuffer(string: String(repeating: Self.requests[0], count: 10)))
        }
        var answers = try Self.answers(of: channel)
        #expect(answers < 40)
        for _ in 0..<12 {
            channel.embeddedEventLoop.advanceTime(by: Turns.unit * 4)
            let more = try Self.answers(of: channel)
            #expect(more <= 4)
            answers += more
        }
        #expect(answers == 40)
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    @Test func `a connection that pipelines while no other connection is busy does not wait`() throws {
        let channel = EmbeddedChannel()
        _ = try Self.open(channel, HeldBytes())
        for _ in 0..<4 {
            try channel.writeInbound(ByteBuffer(string: String(repeating: Self.requests[0], count: 10)))
        }
        channel.embeddedEventLoop.run()
        #expect(try Self.answers(of: channel) == 40)
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    @Test func `a caller that closes its side of a waiting connection gets all answers`() throws {
        let (channel, turns) = (EmbeddedChannel(), Turns())
        _ = try Self.open(channel, HeldBytes(), turns)
        _ = turns.begin(after: 4, isRead: true, at: channel.embeddedEventLoop.now)
        for _ in 0..<4 {
            try channel.writeInbound(ByteBuffer(string: String(repeating: Self.requests[0], count: 10)))
        }
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(48))
        #expect(try Self.answers(of: channel) == 40)
        #expect(!channel.isActive)
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }
}
