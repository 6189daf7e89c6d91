import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import TaglineServer

@Suite struct StreamedRequestsTests {
    private static func head(_ path: String, length: Int? = nil, asks: Bool = false) -> HTTPRequestPart {
        var head = HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: path)
        head.headerFields[.contentLength] = length.map(String.init)
        if asks { head.headerFields[.expect] = "100-continue" }
        return .head(head)
    }

    private func withChannel(_ body: (EmbeddedChannel) throws -> Void) throws {
        let channel = EmbeddedChannel()
        let seat = ConnectionSeat(channel, address: nil, now: .uptimeNanoseconds(1))
        let handler = StreamedRequests(bounds: Listener.Bounds(), seat: seat) { $0.path == "/lines" }
        try channel.pipeline.syncOperations.addHandler(handler)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try body(channel)
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    /// Sends `bytes` each second for half a minute. Returns whether the connection is still open at the end.
    private func survivesHalfAMinute(of bytes: Int, to path: String, _ channel: EmbeddedChannel) throws -> Bool {
        for _ in 0..<31 where channel.isActive {
            channel.read()
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: 0, count: bytes)))
            channel.read()
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        }
        return channel.isActive
    }

    @Test func `a body that arrives slowly is refused after its time`() throws {
        try withChannel { channel in
            try channel.writeInbound(Self.head("/accounts"))
            #expect(try !survivesHalfAMinute(of: 1000, to: "/accounts", channel))
            guard case .head(let head) = try channel.readOutbound(as: HTTPResponsePart.self) else {
                Issue.record("no answer")
                return
            }
            #expect(head.status == .requestTimeout)
        }
    }

    @Test func `a stream of lines is accepted for as long as it makes progress`() throws {
        try withChannel { channel in
            try channel.writeInbound(Self.head("/lines"))
            for _ in 0..<10 { #expect(try survivesHalfAMinute(of: 100, to: "/lines", channel)) }
            _ = try survivesHalfAMinute(of: 1, to: "/lines", channel)
            #expect(try !survivesHalfAMinute(of: 1, to: "/lines", channel))
        }
    }

    @Test func `a line every twenty seconds counts as progress`() throws {
        try withChannel { channel in
            try channel.writeInbound(Self.head("/lines"))
            for _ in 0..<30 {
                channel.read()
                try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "a line\n")))
                channel.read()
                channel.embeddedEventLoop.advanceTime(by: .seconds(20))
            }
            #expect(channel.isActive)
        }
    }

    @Test(arguments: [("/accounts", 100, true), ("/accounts", 99_999_999, false), ("/lines", 99_999_999, true)])
    func `the server does not ask for a body that declares too great a length`(path: String, length: Int, isAsked: Bool)
        throws
    {
        try withChannel { channel in
            try channel.writeInbound(Self.head(path, length: length, asks: true))
            let part = try channel.readOutbound(as: HTTPResponsePart.self)
            #expect((part != nil) == isAsked)
        }
    }

    @Test func `a late head gets an answer with 408`() throws {
        try withChannel { channel in
            channel.pipeline.fireErrorCaught(LateRequest())
            guard case .head(let head) = try channel.readOutbound(as: HTTPResponsePart.self) else {
                Issue.record("no answer")
                return
            }
            #expect(head.status == .requestTimeout && !channel.isActive)
        }
    }

    @Test func `the time in which the server does not read lines does not count`() throws {
        try withChannel { channel in
            try channel.writeInbound(Self.head("/lines"))
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
            channel.embeddedEventLoop.advanceTime(by: .seconds(600))
            #expect(channel.isActive)
        }
    }

    @Test func `the deadline of a body does not cover the work of the server on the request`() throws {
        try withChannel { channel in
            for _ in 0..<3 {
                try channel.writeInbound(Self.head("/accounts"))
                channel.embeddedEventLoop.advanceTime(by: .seconds(20))
                try channel.writeInbound(HTTPRequestPart.end(nil))
                channel.embeddedEventLoop.advanceTime(by: .seconds(3600))
            }
            #expect(channel.isActive)
        }
    }

    @Test(arguments: [(10_000_000_000, false), (100, true)])
    func `the server waits only for a short body after an early answer`(length: Int, isKept: Bool) throws {
        try withChannel { channel in
            try channel.writeInbound(Self.head("/accounts", length: length))
            try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .unauthorized)))
            try channel.writeOutbound(HTTPResponsePart.end(nil))
            channel.embeddedEventLoop.advanceTime(by: .seconds(3))
            #expect(channel.isActive == isKept)
        }
    }
}

@Suite struct EarlyInputTests {
    /// Notes the events that arrive.
    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = Int
        var seen: [String] = []

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { seen.append("\(unwrapInboundIn(data))") }
        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) { seen.append("\(event)") }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { seen.append("error") }
    }

    @Test func `events from before the reader was added reach it in order`() throws {
        let channel = EmbeddedChannel()
        let (early, reader) = (EarlyInput(), Reader())
        try channel.pipeline.syncOperations.addHandler(early)
        channel.pipeline.fireChannelRead(1)
        channel.pipeline.fireChannelReadComplete()
        channel.pipeline.fireChannelRead(2)
        channel.pipeline.fireErrorCaught(LateRequest())
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        try channel.pipeline.syncOperations.addHandler(reader)
        #expect(reader.seen.isEmpty)
        early.release()
        channel.pipeline.fireChannelRead(3)
        #expect(reader.seen == ["1", "2", "error", "inputClosed", "3"])
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }
}
