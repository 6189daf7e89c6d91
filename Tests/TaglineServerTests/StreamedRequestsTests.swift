import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import TaglineServer

@Suite struct StreamedRequestsTests {
    private static func head(
        _ path: String, length: Int? = nil, asks: Bool = false, version: String = "1.1", fields: String = ""
    ) -> String {
        let framing = length.map { "Content-Length: \($0)" } ?? "Transfer-Encoding: chunked"
        let expect = asks ? "Expect: 100-continue\r\n" : ""
        return "POST \(path) HTTP/\(version)\r\nHost: a\r\n\(framing)\r\n\(expect)\(fields)\r\n"
    }

    private static func chunk(_ text: String) -> String {
        "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n"
    }

    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    // MARK: Arriving

    /// Sends a chunk of `bytes` bytes each second for half a minute. Returns whether the connection is still open at
    /// the end.
    private func survivesHalfAMinute(of bytes: Int, _ listener: EmbeddedListener) -> Bool {
        for _ in 0..<31 where listener.channel.isActive {
            listener.send(Self.chunk(String(repeating: "x", count: bytes)))
            listener.advance(by: .seconds(1))
        }
        return listener.channel.isActive
    }

    @Test func `a body that arrives slowly is refused at its deadline`() throws {
        let responder = StreamedResponder()
        let listener = try EmbeddedListener(responder)
        listener.send(Self.head("/accounts"))
        #expect(!survivesHalfAMinute(of: 1000, listener))
        let text = try listener.received()
        #expect(text.hasPrefix("HTTP/1.1 408 ") && text.contains("connection: close"), "\(text)")
        #expect(text.hasSuffix("{\"error\":\"the request did not arrive in time; send it again\"}\n"), "\(text)")
        #expect(responder.errors == ["RefusedInput"])
        listener.finish()
    }

    @Test func `a stream of lines is accepted for as long as it makes progress`() throws {
        let listener = try EmbeddedListener(StreamedResponder())
        listener.send(Self.head("/lines"))
        for _ in 0..<10 { #expect(survivesHalfAMinute(of: 100, listener)) }
        _ = survivesHalfAMinute(of: 1, listener)
        #expect(!survivesHalfAMinute(of: 1, listener))
        listener.finish()
    }

    @Test func `a line every twenty seconds counts as progress`() throws {
        let listener = try EmbeddedListener(StreamedResponder())
        listener.send(Self.head("/lines"))
        for _ in 0..<30 {
            listener.send(Self.chunk("a line\n"))
            listener.advance(by: .seconds(20))
        }
        #expect(listener.channel.isActive)
        listener.finish()
    }

    @Test func `the deadline of a stream does not include the time in which the server does not read lines`() throws {
        let listener = try EmbeddedListener(StreamedResponder())
        _ = try listener.channel.writeInbound(ByteBuffer(string: Self.head("/lines") + Self.chunk("x")))
        listener.advance(by: .seconds(600))
        #expect(listener.channel.isActive)
        listener.finish()
    }

    @Test func `the deadline of a body does not include the time in which the server works on the request`() throws {
        let responder = StreamedResponder()
        let listener = try EmbeddedListener(responder)
        for _ in 0..<3 {
            responder.isHolding = true
            listener.send(Self.head("/accounts", length: 2))
            listener.advance(by: .seconds(20))
            listener.send("{}")
            listener.advance(by: .seconds(3600))
            responder.release()
            #expect(try listener.statuses() == [200])
        }
        #expect(listener.channel.isActive)
        listener.finish()
    }

    @Test func `the server answers a late request head with 408, after the answers to earlier requests`() throws {
        for isBusy in [false, true] {
            let responder = StreamedResponder()
            responder.isHolding = isBusy
            let listener = try EmbeddedListener(responder)
            if isBusy { listener.send(Self.get + Self.get) }
            listener.send("GET / HTTP/1.1\r\nHo")
            listener.advance(by: .seconds(31))
            if isBusy { #expect(try listener.statuses() == []) }
            responder.release()
            #expect(try listener.statuses() == (isBusy ? [200, 200, 408] : [408]))
            #expect(!listener.channel.isActive)
            listener.finish()
        }
    }

    @Test(arguments: [true, false])
    func `a pipelining connection waits for its turn only while another connection waits`(isBusy: Bool) throws {
        let turns = Turns()
        let listener = try EmbeddedListener(StreamedResponder(), turns: turns)
        if isBusy { _ = turns.begin(after: 40, isRead: true, at: listener.channel.embeddedEventLoop.now) }
        listener.send(Self.get + Self.get)
        #expect(try listener.statuses() == [200, 200])
        listener.send(Self.get)
        #expect(try listener.statuses() == (isBusy ? [] : [200]))
        listener.advance(by: Turns.unit * 40)
        #expect(try listener.statuses() == (isBusy ? [200] : []))
        listener.send(Self.get)
        #expect(try listener.statuses() == [200], "a client that sends one request at a time does not wait")
        listener.finish()
    }

    // MARK: Asking for a body

    @Test(
        arguments: [
            ("/accounts", 100, true), ("/accounts", 99_999_999, false), ("/lines", 99_999_999, true),
            ("/accounts", CallBody.largest, true), ("/accounts", CallBody.largest + 1, false),
        ])
    func `the server does not ask for a body that declares too great a length`(path: String, length: Int, isAsked: Bool)
        throws
    {
        let listener = try EmbeddedListener(StreamedResponder())
        listener.send(Self.head(path, length: length, asks: true))
        #expect(try listener.statuses() == (isAsked ? [100] : []))
        listener.finish()
    }

    @Test func `if a caller does not send the token, the server asks for no body and ends the connection`() throws {
        let responder = StreamedResponder()
        responder.answersEarly = true
        let listener = try EmbeddedListener(responder, isTrusted: false)
        listener.send(Self.head("/accounts", length: 100, asks: true))
        #expect(try listener.received().contains("connection: close"))
        #expect(!listener.channel.isActive)
        listener.finish()
    }

    @Test func `the server asks for a body only after the answers to earlier requests`() throws {
        let responder = StreamedResponder()
        responder.isHolding = true
        let listener = try EmbeddedListener(responder)
        listener.send(Self.get + Self.head("/accounts", length: 2, asks: true))
        #expect(try listener.statuses() == [])
        responder.release()
        #expect(try listener.statuses() == [200, 100])
        listener.send("{}")
        #expect(try listener.statuses() == [200])
        #expect(listener.channel.isActive)
        listener.finish()
    }

    // MARK: Answers

    @Test(
        arguments: [(10_000_000_000, false), (100, true), (CallBody.largest + 1, false), (nil, false)] as [(Int?, Bool)]
    )
    func `after an early answer, the server waits for the rest of the body only if the body is short`(
        length: Int?, isKept: Bool
    ) throws {
        let responder = StreamedResponder()
        responder.answersEarly = true
        let listener = try EmbeddedListener(responder)
        listener.send(Self.head("/accounts", length: length))
        let text = try listener.received()
        #expect(text.hasPrefix("HTTP/1.1 200 ") && text.contains("connection: close") == !isKept, "\(text)")
        #expect(listener.channel.isActive == isKept)
        guard isKept else { return listener.finish() }
        listener.send(String(repeating: "x", count: 99))
        listener.advance(by: .seconds(20))
        listener.send("x" + Self.get)
        #expect(try listener.statuses() == [200])
        // After the answer, the rest of the body must arrive in time, even if the body is a stream of lines.
        listener.send(Self.head("/lines", length: 100) + "line\n")
        #expect(try listener.statuses() == [200])
        listener.advance(by: .seconds(31))
        #expect(!listener.channel.isActive)
        listener.finish()
    }

    @Test func `the server ends the connection after an answer without a length to a client of HTTP 1_0`() throws {
        let responder = StreamedResponder()
        responder.declaresLength = false
        let listener = try EmbeddedListener(responder)
        listener.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        let text = try listener.received()
        #expect(text == "HTTP/1.0 200 OK\r\nconnection: close\r\n\r\nok", "\(text)")
        #expect(!listener.channel.isActive)
        listener.finish()
    }

    @Test(arguments: [true, false])
    func `an answer to HEAD has no body, and the connection stays open`(declaresLength: Bool) throws {
        let responder = StreamedResponder()
        responder.declaresLength = declaresLength
        let listener = try EmbeddedListener(responder)
        for _ in 0..<2 { listener.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n") }
        let text = try listener.received()
        #expect(text.matches(of: /HTTP\/1\.1 200 OK\r\n[^\r]+\r\n\r\n/).count == 2, "\(text)")
        #expect(!text.contains("ok") && text.hasSuffix("\r\n\r\n") && !text.contains("\r\n0\r\n"), "\(text)")
        #expect(listener.channel.isActive)
        listener.finish()
    }

    @Test func `at shutdown, a server answers a request that has arrived, and announces the end of the connection`()
        throws
    {
        let responder = StreamedResponder()
        responder.isHolding = true
        let listener = try EmbeddedListener(responder)
        listener.send(Self.get)
        listener.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        listener.send(Self.get)
        responder.release()
        let text = try listener.received()
        #expect(text.matches(of: #/HTTP/1\.1 200 /#).count == 1 && text.contains("connection: close"), "\(text)")
        #expect(!listener.channel.isActive)
        listener.finish()
    }

    @Test func `the server refuses a body that is not complete, and the handler of the body gets an error`() throws {
        for (text, isOver) in [("zz\r\n", false), ("5\r\nab", true)] {
            let responder = StreamedResponder()
            let listener = try EmbeddedListener(responder)
            listener.send(Self.head("/lines") + Self.chunk("a line\n") + text)
            if isOver { listener.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
            #expect(try listener.statuses() == [400])
            #expect(responder.errors == ["RefusedInput"] && !listener.channel.isActive)
            listener.finish()
        }
    }

    // MARK: What a connection holds

    @Test func `an unfinished body counts in full toward the limit of all connections, but a stream counts in part`()
        throws
    {
        for (path, bytes) in [("/accounts", 1_000_000), ("/lines", StreamedState.mostOfLines)] {
            let all = HeldBytes()
            let listener = try EmbeddedListener(StreamedResponder(), heldBytes: all)
            listener.send(Self.head(path, length: 1_000_001))
            for _ in 0..<250 { listener.send(String(repeating: "x", count: 4000)) }
            #expect(all.reading.bytes == bytes)
            listener.send("x")
            #expect(all.reading.bytes == 0)
            #expect(try listener.statuses() == [200])
            listener.finish()
        }
    }

    @Test func `above the limit the server refuses the oldest unfinished body with 503`() throws {
        let all = HeldBytes(limit: 10_000)
        let responder = StreamedResponder()
        let (oldest, newest) = (try EmbeddedListener(responder, heldBytes: all), try EmbeddedListener(.streaming))
        newest.finish()
        let other = try EmbeddedListener(StreamedResponder(), heldBytes: all)
        for listener in [oldest, other] {
            listener.send(Self.head("/accounts", length: 9000) + String(repeating: "x", count: 6000))
        }
        oldest.channel.embeddedEventLoop.run()
        let text = try oldest.received()
        #expect(text.hasPrefix("HTTP/1.1 503 ") && text.contains("send this one again later"), "\(text)")
        #expect(!oldest.channel.isActive && responder.errors == ["RefusedInput"])
        #expect(other.channel.isActive && all.reading == (6000, 1))
        other.send(String(repeating: "x", count: 3000))
        #expect(try other.statuses() == [200])
        oldest.finish()
        other.finish()
    }

    @Test func `above the limit the server refuses a stalled body, but not a stream of lines that makes progress`()
        throws
    {
        let all = HeldBytes(limit: 10_000)
        let (lines, stalled) = (
            try EmbeddedListener(StreamedResponder(), heldBytes: all),
            try EmbeddedListener(StreamedResponder(), heldBytes: all)
        )
        lines.send(Self.head("/lines") + Self.chunk(String(repeating: "x", count: 1000)))
        stalled.send(Self.head("/accounts", length: 9000) + String(repeating: "x", count: 6000))
        for _ in 0..<4 { lines.send(Self.chunk(String(repeating: "x", count: 1000))) }
        stalled.channel.embeddedEventLoop.run()
        #expect(try stalled.statuses() == [503])
        #expect(lines.channel.isActive)
        lines.finish()
        stalled.finish()
    }

    @Test func `requests that wait for earlier answers count toward the limit of all connections`() throws {
        let all = HeldBytes()
        let responder = StreamedResponder()
        responder.isHolding = true
        let listener = try EmbeddedListener(responder, heldBytes: all)
        listener.send(String(repeating: Self.get, count: 101))
        #expect(all.reading.bytes == 100 * StreamedState.waitingRequest)
        responder.release()
        #expect(all.reading.bytes == 0)
        #expect(try listener.statuses().count == 101)
        listener.finish()
    }

    // MARK: Slow readers

    /// The numbers that a test gives to the listener: the unsent bytes, and the bytes that the reader has taken.
    private final class Scripted {
        var unsent = 0
        var taken: UInt64 = 0
        var outflow: Outflow {
            Outflow(unsent: { _ in self.unsent }, taken: { _ in self.taken }, isBlocked: { _ in false })
        }
    }

    @Test(arguments: [(100_000, 0), (0, 1)])
    func `the server keeps the connection of a reader that reads some bytes every two minutes`(
        sent: Int, taken: UInt64
    ) throws {
        let (all, scripted) = (HeldBytes(), Scripted())
        let listener = try EmbeddedListener(StreamedResponder(), heldBytes: all, outflow: scripted.outflow)
        listener.send(Self.get)
        scripted.unsent = 1 << 20
        listener.channel.isWritable = false
        listener.channel.pipeline.fireChannelWritabilityChanged()
        #expect(all.reading.bytes == 1 << 20)
        for _ in 0..<10 {
            scripted.unsent -= sent
            scripted.taken += taken
            listener.advance(by: .seconds(121))
        }
        #expect(listener.channel.isActive)
        listener.advance(by: .seconds(121))
        #expect(!listener.channel.isActive)
        listener.finish()
    }

    @Test func `the server does not disconnect an idle reader that has read everything`() throws {
        let scripted = Scripted()
        scripted.unsent = 1000
        let listener = try EmbeddedListener(StreamedResponder(), outflow: scripted.outflow)
        for isWritable in [false, true] {
            listener.channel.isWritable = isWritable
            listener.channel.pipeline.fireChannelWritabilityChanged()
        }
        listener.advance(by: .seconds(1000))
        #expect(listener.channel.isActive)
        listener.finish()
    }
}
