import NIOCore
import NIOEmbedded
import Testing

@testable import TaglineServer

/// Tests the gate before the parser of a connection.
@Suite struct InputGateTests {
    /// Records the bytes and events that arrive, and asks for a read only when the test calls `ask()`.
    private final class Reader: ChannelDuplexHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundIn = Never
        var seen: [String] = []
        /// Whether the reader passes on the reads that the channel requests.
        var isReady = false

        func read(context: ChannelHandlerContext) { if isReady { context.read() } }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            seen.append(String(buffer: unwrapInboundIn(data)))
        }

        func channelReadComplete(context: ChannelHandlerContext) { seen.append(";") }
        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) { seen.append("\(event)") }
    }

    /// Stands for SwiftNIO's own reading: counts the reads that the gate asks for.
    private final class Source: ChannelOutboundHandler {
        typealias OutboundIn = Never
        var requests = 0

        func read(context: ChannelHandlerContext) { requests += 1 }
    }

    private struct Connection {
        let channel = EmbeddedChannel()
        let source = Source()
        let gate: InputGate
        let reader = Reader()
        let heldBytes: HeldBytes

        init(limit: Int = 100, asksAhead: Bool = false, largestRead: Int = .max) throws {
            heldBytes = HeldBytes(limit: limit)
            gate = InputGate(heldBytes, asksAhead: asksAhead, largestRead: largestRead)
            try channel.pipeline.syncOperations.addHandlers([source, gate, reader])
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        /// Delivers bytes as SwiftNIO does, even if no handler has asked for a read.
        func arrive(_ texts: String...) {
            for text in texts { channel.pipeline.fireChannelRead(ByteBuffer(string: text)) }
            channel.pipeline.fireChannelReadComplete()
        }

        func ask() {
            reader.isReady = true
            channel.read()
            reader.isReady = false
            channel.embeddedEventLoop.run()
        }

        func finish() { _ = try? channel.finish(acceptAlreadyClosed: true) }
    }

    @Test func `the gate passes on all bytes of a read that a handler asked for`() throws {
        let connection = try Connection()
        connection.ask()
        connection.arrive("a", "b")
        #expect(connection.reader.seen == ["a", "b", ";"])
        #expect(connection.heldBytes.reading.bytes == 0)
        connection.finish()
    }

    @Test func `the gate keeps input that no handler asked for, and then passes on one read at a time`() throws {
        let connection = try Connection()
        connection.arrive("aa")
        connection.arrive("b")
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(connection.reader.seen == [] && connection.heldBytes.reading.bytes == 3)
        connection.ask()
        #expect(connection.reader.seen == ["aa", ";"] && connection.heldBytes.reading.bytes == 1)
        connection.ask()
        #expect(connection.reader.seen == ["aa", ";", "b", ";", "inputClosed"])
        #expect(connection.heldBytes.reading.bytes == 0)
        connection.finish()
    }

    @Test func `a handler that asks again after each read gets all input`() throws {
        let connection = try Connection()
        for number in 0..<9 { connection.arrive("\(number)") }
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        connection.reader.isReady = true
        connection.channel.read()
        connection.channel.embeddedEventLoop.run()
        #expect(connection.reader.seen.filter { $0 != ";" }.joined() == "012345678inputClosed")
        connection.finish()
    }

    @Test(arguments: [false, true])
    func `the end of the input waits until a handler asks for a read`(isAsked: Bool) throws {
        let connection = try Connection()
        if isAsked { connection.ask() }
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(connection.reader.seen == (isAsked ? ["inputClosed"] : []))
        connection.ask()
        #expect(connection.reader.seen == ["inputClosed"])
        connection.finish()
    }

    /// If a handler asks in the middle of a read, the request is for the next read.
    @Test func `the gate also passes on a read that a handler asked for before the previous read ended`() throws {
        let connection = try Connection()
        connection.ask()
        connection.channel.pipeline.fireChannelRead(ByteBuffer(string: "a"))
        connection.ask()
        connection.channel.pipeline.fireChannelReadComplete()
        connection.arrive("b")
        #expect(connection.reader.seen == ["a", ";", "b", ";"])
        connection.finish()
    }

    @Test(arguments: [false, true])
    func `after each read, the gate asks for the next one itself only if it asks ahead`(asksAhead: Bool) throws {
        let connection = try Connection(asksAhead: asksAhead)
        for number in 0..<3 {
            let before = connection.source.requests
            connection.ask()
            connection.arrive("\(number)")
            #expect(connection.source.requests - before == (asksAhead ? 2 : 1))
        }
        #expect(connection.reader.seen == ["0", ";", "1", ";", "2", ";"])
        connection.finish()
    }

    @Test func `a gate that had to keep a read no longer asks ahead, and loses nothing`() throws {
        let connection = try Connection(asksAhead: true)
        connection.ask()
        connection.arrive("a")
        let asked = connection.source.requests
        connection.arrive("bb")
        #expect(connection.reader.seen == ["a", ";"])
        #expect(connection.source.requests == asked)
        connection.ask()
        #expect(connection.reader.seen == ["a", ";", "bb", ";"] && connection.heldBytes.reading.bytes == 0)
        #expect(connection.source.requests == asked)
        connection.ask()
        connection.arrive("c")
        #expect(connection.reader.seen == ["a", ";", "bb", ";", "c", ";"])
        #expect(connection.source.requests == asked + 1)
        connection.finish()
    }

    @Test func `a gate that asks ahead passes on the end of the input when a handler asks`() throws {
        let connection = try Connection(asksAhead: true)
        connection.ask()
        connection.arrive("a")
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(connection.reader.seen == ["a", ";"])
        connection.ask()
        #expect(connection.reader.seen == ["a", ";", "inputClosed"])
        connection.finish()
    }

    /// Over TLS, several requests can arrive as one read.
    @Test func `the gate passes on a long read in pieces, each when a handler asks`() throws {
        let connection = try Connection(asksAhead: true, largestRead: 4)
        connection.ask()
        connection.arrive("aaaabbbbcc", "dd")
        #expect(connection.reader.seen == ["aaaa", ";"])
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        connection.ask()
        #expect(connection.reader.seen == ["aaaa", ";", "bbbb", ";"])
        connection.ask()
        connection.ask()
        #expect(connection.reader.seen == ["aaaa", ";", "bbbb", ";", "cc", ";", "dd", ";", "inputClosed"])
        #expect(connection.heldBytes.reading.bytes == 0)
        connection.finish()
    }

    @Test func `a handler that asks again after each piece of a long read gets all pieces`() throws {
        let connection = try Connection(asksAhead: true, largestRead: 4)
        connection.reader.isReady = true
        connection.channel.read()
        connection.arrive("aaaabbbbccccdd")
        connection.channel.embeddedEventLoop.run()
        connection.arrive("e")
        #expect(connection.reader.seen.filter { $0 != ";" } == ["aaaa", "bbbb", "cccc", "dd", "e"])
        connection.finish()
    }

    /// A slice of a buffer keeps the whole buffer in memory.
    @Test func `the gate keeps no large buffer for a few bytes`() throws {
        let connection = try Connection(limit: 1 << 20)
        var large = ByteBufferAllocator().buffer(capacity: 32 * 1024)
        large.writeRepeatingByte(0x61, count: 20_000)
        for length in [3, 3, 3, 3, 20_000 - 12] {
            let slice = large.readSlice(length: length)
            connection.channel.pipeline.fireChannelRead(try #require(slice))
        }
        #expect(connection.heldBytes.reading.bytes == 20_000)
        #expect(connection.gate.keptMemory < 2 * 20_000 + 5 * 512)
        connection.finish()
    }

    @Test func `one early read does not count as held, and its connection stays open`() throws {
        let connection = try Connection(limit: 10, asksAhead: true)
        connection.ask()
        connection.arrive("a")
        connection.arrive(String(repeating: "b", count: 1000))
        connection.channel.embeddedEventLoop.run()
        #expect(connection.channel.isActive && connection.heldBytes.reading == (0, 0))
        connection.arrive("c")
        connection.channel.embeddedEventLoop.run()
        #expect(!connection.channel.isActive && connection.heldBytes.reading == (0, 1))
        connection.finish()
    }

    @Test func `if all connections together hold too many bytes, the connection with the most bytes closes`() throws {
        let connection = try Connection(limit: 10)
        for _ in 0..<3 { connection.arrive("four") }
        connection.channel.embeddedEventLoop.run()
        #expect(!connection.channel.isActive && connection.reader.seen == [])
        #expect(connection.heldBytes.reading == (0, 1))
        connection.finish()
    }
}
