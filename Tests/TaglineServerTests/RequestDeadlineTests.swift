import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import TaglineServer

@Suite struct RequestDeadlineTests {
    private static let head = HTTPRequestPart.head(
        HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/"))

    private func withChannel(_ body: (EmbeddedChannel) throws -> Void) throws {
        let channel = EmbeddedChannel(handler: RequestDeadline(limit: .seconds(30)))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try body(channel)
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    @Test func `a request that trickles in is cut off when its time is up`() throws {
        try withChannel { channel in
            try channel.writeInbound(Self.head)
            for _ in 0..<29 {
                channel.embeddedEventLoop.advanceTime(by: .seconds(1))
                try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
            }
            #expect(channel.isActive)
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            #expect(!channel.isActive)
            guard case .head(let head) = try channel.readOutbound(as: HTTPResponsePart.self) else {
                Issue.record("no answer")
                return
            }
            #expect(head.status == .requestTimeout)
        }
    }

    @Test func `a request that has arrived may take as long as it needs, and so may the next one`() throws {
        try withChannel { channel in
            for _ in 0..<3 {
                try channel.writeInbound(Self.head)
                channel.embeddedEventLoop.advanceTime(by: .seconds(20))
                try channel.writeInbound(HTTPRequestPart.end(nil))
                channel.embeddedEventLoop.advanceTime(by: .seconds(3600))
            }
            #expect(channel.isActive)
        }
    }
}
