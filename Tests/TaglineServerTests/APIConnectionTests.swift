import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import TaglineServer

/// One connection to the API, without a socket.
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
        "POST / HTTP/1.1\r\nHo", "",
    ]

    private static func open(
        _ channel: EmbeddedChannel, _ heldBytes: HeldBytes, _ turns: Turns = Turns()
    ) throws -> Unowned {
        let seat = ConnectionSeat(channel, address: nil, now: .now())
        let connection = APIConnection(
            channel, origin: ConnectionOrigin(Peer(address: nil), behind: .none), responder: Everything(),
            bounds: Listener.Bounds(), seat: seat, heldBytes: heldBytes, turns: turns,
            dates: DateHeader())
        try channel.pipeline.syncOperations.addRequestParser(within: Listener.Bounds())
        try channel.pipeline.syncOperations.addHandler(connection)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return Unowned(connection)
    }

    /// Sees whether a connection is still in memory.
    private struct Unowned {
        weak var connection: APIConnection?

        init(_ connection: APIConnection) { self.connection = connection }
    }

    @Test(arguments: requests)
    func `nothing of a connection stays in memory after its end`(request: String) throws {
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
}
