import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOTLS
import Synchronization
import Testing

@testable import TaglineServer

@Suite struct HostHeaderTests {
    @Test(arguments: [
        "localhost", "localhost:8090", "LOCALHOST", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8090", "", "10.1.2.3:",
        "[::ffff:127.0.0.1]:65535",
    ])
    func `a host header recognises an address and localhost`(text: String) throws {
        #expect(try #require(HostHeader(text)).isAddressOrLocalhost)
    }

    @Test(arguments: [
        "api.weixin.qq.com", "localhost.evil.example", "127.0.0.1.evil.example", "1.2.3.256", "1.2.3", "0x7f000001",
        "tagline_sandbox:8080", "127.0.0.1a",
    ])
    func `a name is a valid host but neither an address nor localhost`(text: String) throws {
        #expect(try !#require(HostHeader(text)).isAddressOrLocalhost)
    }

    @Test(arguments: [
        "[::1]evil", "[::1", "::1", "[]", "localhost:port", "localhost:80:80", "localhost:65536", "localhost:-1",
        "user@localhost", "localhost/", "local host", "localhost,evil", "[::1]:8o", "[fe80::1%25eth0]",
        "localhost:000080",
    ])
    func `a host header that is not a host and a port is refused`(text: String) {
        #expect(HostHeader(text) == nil)
    }
}

@Suite struct HandshakeDeadlineTests {
    private static func channel() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(HandshakeDeadline(.seconds(30)))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    @Test func `a handshake that does not end in time ends the connection`() throws {
        let channel = try Self.channel()
        channel.embeddedEventLoop.advanceTime(by: .seconds(29))
        try channel.writeInbound(ByteBuffer(string: "x"))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(!channel.isActive)
    }

    @Test func `a handshake that has ended removes its deadline`() throws {
        let channel = try Self.channel()
        channel.pipeline.fireUserInboundEventTriggered(TLSUserEvent.handshakeCompleted(negotiatedProtocol: nil))
        channel.embeddedEventLoop.advanceTime(by: .hours(1))
        #expect(channel.isActive)
        #expect(throws: ChannelPipelineError.self) {
            try channel.pipeline.syncOperations.handler(type: HandshakeDeadline.self)
        }
    }
}

@Suite struct RequestFramingTests {
    private static func head(_ headers: HTTPHeaders = ["Host": "a"], _ method: HTTPMethod = .POST) -> HTTPRequestHead {
        HTTPRequestHead(version: .http1_1, method: method, uri: "/", headers: headers)
    }

    private static func fault(_ framing: inout RequestFraming, _ head: HTTPRequestHead) -> RequestFraming.Fault? {
        do throws(RequestFraming.Fault) {
            try framing.began(head)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        arguments: [
            (["Host": "a", "Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c"], .parserStops),
            (["Host": "a", "Connection": "keep-alive,upgrade", "Upgrade": "websocket"], .parserStops),
            (["Host": "a", "Connection": "Upgrade"], .parserGoesOn), (["Host": "a", "Upgrade": "h2c"], .parserGoesOn),
            (["Host": "a", "Connection": "keep-alive", "Upgrade": "h2c"], .parserGoesOn),
            (["Host": "a"], .parserGoesOn),
            // The parser could read these fields in another way, so the connection ends after the answer.
            (["Host": "a", "Connection": "upgrade\t", "Upgrade": "x"], .unclear),
            (["Host": "a", "Connection": "\tupgrade", "Upgrade": "x"], .unclear),
            (["Host": "a", "Connection": "upgrade", "Upgrade": ""], .unclear),
            (["Host": "a", "Connection": "upgrade ; x", "Upgrade": "x"], .unclear),
            (["Host": "a", "Connection": "close,,upgrade", "Upgrade": "x"], .unclear),
            (["Host": "a", "Connection": "upgrade, ", "Upgrade": "x"], .unclear),
            (["Host": "a", "Proxy-Connection": "Upgrade", "Upgrade": "h2c"], .unclear),
            (["Host": "a", "Connection": "keep-alive", "Proxy-Connection": "keep-alive", "Upgrade": "h2c"], .unclear),
        ] as [(HTTPHeaders, RequestFraming.Ending)])
    func `the parser stops after a request that asks for another protocol`(
        headers: HTTPHeaders, ending: RequestFraming.Ending
    ) throws {
        var framing = RequestFraming(headerBytes: 1000)
        try framing.began(Self.head(headers))
        #expect(framing.isLast == (ending == .unclear))
        #expect(framing.ended() == ending)
        try framing.began(Self.head())
        #expect(framing.ended() == .parserGoesOn)
    }

    /// `RequestFraming` agrees with the parser on heads that a parser could read in several ways.
    @Test(arguments: [
        "Connection: upgrade", "Connection: Upgrade, HTTP2-Settings", "Connection: keep-alive, Upgrade",
        "Connection:upgrade", "Connection: close\r\nConnection: upgrade", "Connection: upgrade\t",
        "Connection: \tupgrade", "Connection:  upgrade", "Connection: upgrade ", "Connection: upgraded",
        "Connection: not-upgrade", "Connection: upgrade;q=1", "Connection: ,upgrade", "Connection: upgrade,",
        "Proxy-Connection: upgrade", "Connection: keep-alive\r\nProxy-Connection: upgrade", "X: y",
        "Connection: upgrade, upgrade", "Connection: UPGRADE", "Connection: keep-alive,  upgrade",
    ])
    func `the parser passes on every request of a connection, or the last one passed on ends it`(field: String) throws {
        for upgrade in ["Upgrade: h2c", "Upgrade: ", "Upgrade:", "Upgrade: a, b", "Upgrade: x\r\nUpgrade: y"] {
            for together in 1...3 {
                let channel = EmbeddedChannel()
                try channel.pipeline.syncOperations.addRequestParser(within: Listener.Bounds())
                try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
                let request = "GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\(upgrade)\r\n\r\n"
                for _ in 0..<3 {
                    // The parser takes no bytes after a request with `Connection: close`.
                    _ = try? channel.writeInbound(ByteBuffer(string: String(repeating: request, count: together)))
                    channel.embeddedEventLoop.run()
                }
                var heads: [HTTPRequestHead] = []
                while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
                    if case .head(let head) = part { heads.append(head) }
                }
                let hasEnded = heads.last?.isKeepAlive == false
                #expect(heads.count == 3 * together || hasEnded, "\(field) \(upgrade) × \(together): \(heads.count)")
                _ = try? channel.finish(acceptAlreadyClosed: true)
            }
        }
    }

    @Test(
        arguments: [
            (["Host": "a", "host": "b"], .badHost), (["Host": "a, b"], .badHost), (["Host": "a b"], .badHost),
            ([:], .badHost),
        ] as [(HTTPHeaders, RequestFraming.Fault)])
    func `a host that could be read in two ways is refused`(
        headers: HTTPHeaders, fault: RequestFraming.Fault
    ) {
        var framing = RequestFraming(headerBytes: 1000)
        #expect(throws: fault) { try framing.began(Self.head(headers)) }
    }

    @Test(
        arguments: [
            ("http://a/cgi-bin/token", "a", true),
            ("HTTPS://A:80/x?y#z", "a:80", true), ("http://a", "a", true),
            ("http://a:80/", "a", true), ("https://a/", "a:443", true), ("https://a/", "a:80", false),
            ("*", "a", true), ("/http://b/", "a", true), ("http://b/accounts", "a", false),
            ("http://a:81/", "a", false),
            ("http://a@b/", "a", false), ("ftp://a/", "a", false), ("accounts", "a", false), ("http:///x", "a", false),
        ])
    func `a target that names another host is refused`(target: String, host: String, isGood: Bool) {
        var framing = RequestFraming(headerBytes: 1000)
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target, headers: ["Host": host])
        #expect(Self.fault(&framing, head) == (isGood ? nil : .badHost))
    }

    @Test(
        arguments: [
            (["Transfer-Encoding": "chunked"], true), (["transfer-encoding": "Chunked"], true),
            (["Transfer-Encoding": "gzip, chunked"], false), (["Transfer-Encoding": "gzip"], false),
            (["Transfer-Encoding": "chunked", "transfer-encoding": "chunked"], false),
            (["Transfer-Encoding": "chunked, chunked"], false), (["Transfer-Encoding": "identity"], false),
            (["Transfer-Encoding": ""], false),
        ] as [(HTTPHeaders, Bool)])
    func `a transfer coding other than chunked is refused`(headers: HTTPHeaders, isGood: Bool) {
        var framing = RequestFraming(headerBytes: 1000)
        var headers = headers
        headers.add(name: "Host", value: "a")
        #expect(Self.fault(&framing, Self.head(headers)) == (isGood ? nil : .unknownCoding))
    }

    @Test func `a request of HTTP 1.0 with a transfer coding is refused`() {
        var framing = RequestFraming(headerBytes: 1000)
        let head = HTTPRequestHead(
            version: .http1_0, method: .POST, uri: "/", headers: ["Transfer-Encoding": "chunked"])
        #expect(throws: RequestFraming.Fault.unknownCoding) { try framing.began(head) }
    }

    @Test func `a request of HTTP 1.0 needs no host`() throws {
        var framing = RequestFraming(headerBytes: 1000)
        try framing.began(HTTPRequestHead(version: .http1_0, method: .GET, uri: "/"))
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: a\r\nX: ", "\r\n\r\n", "GET /", "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /",
    ])
    func `a head that arrives slowly is refused after half a minute`(start: String) throws {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addRequestParser(within: Listener.Bounds())
        try channel.writeInbound(ByteBuffer(string: start))
        for _ in 0..<29 {
            try channel.writeInbound(ByteBuffer(string: start == "\r\n\r\n" ? "\r\n" : "x"))
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            try channel.throwIfErrorCaught()
        }
        channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(throws: LateRequest.self) { try channel.throwIfErrorCaught() }
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    @Test func `the deadline of heads covers neither a body nor the time between requests`() throws {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addRequestParser(within: Listener.Bounds())
        for _ in 0..<3 {
            let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n"
            try channel.writeInbound(ByteBuffer(string: head))
            channel.embeddedEventLoop.advanceTime(by: .seconds(100))
            try channel.writeInbound(ByteBuffer(string: "{}"))
            channel.embeddedEventLoop.advanceTime(by: .seconds(100))
        }
        try channel.throwIfErrorCaught()
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    @Test(arguments: [("5", 5), ("9223372036854775807", .max), ("9223372036854775808", .max), ("", 0)])
    func `a declared length above the largest integer is read as the largest integer`(text: String, length: Int) {
        let headers: HTTPHeaders = text.isEmpty ? [:] : ["content-length": text]
        #expect(APIRequest.declaredLength(headers) == length)
    }

    @Test func `a tunnel is refused`() {
        var framing = RequestFraming(headerBytes: 1000)
        #expect(throws: RequestFraming.Fault.tunnel) { try framing.began(Self.head(["Host": "a"], .CONNECT)) }
    }

    @Test func `bytes that become neither head nor body are bounded, and a body in the smallest chunks is not`() throws
    {
        var framing = RequestFraming(headerBytes: 1000)
        #expect(throws: RequestFraming.Fault.tooManyBytes) {
            for _ in 0..<100 { try framing.parsed(1000) }
        }
        framing = RequestFraming(headerBytes: 1000)
        try framing.began(Self.head())
        for _ in 0..<100_000 {
            framing.brought(body: 1)
            try framing.parsed(6)
        }
        _ = framing.ended()
        try framing.parsed(5)
        #expect(throws: RequestFraming.Fault.tooManyBytes) {
            try framing.began(Self.head())
            for _ in 0..<100 { try framing.parsed(1000) }
        }
    }
}

@Suite struct ConnectionTableTests {
    private func seat(
        _ since: UInt64, _ table: ConnectionTable, from address: String = "127.0.0.1"
    ) throws -> (ConnectionSeat, EmbeddedChannel) {
        let channel = EmbeddedChannel()
        try channel.connect(to: SocketAddress(ipAddress: address, port: 1)).wait()
        channel.remoteAddress = try SocketAddress(ipAddress: address, port: 1)
        let seat = ConnectionSeat(channel, address: channel.remoteAddress?.ipAddress, now: .uptimeNanoseconds(since))
        table.admit(seat)
        return (seat, channel)
    }

    @Test func `changed limits apply from the next connection on`() throws {
        let table = ConnectionTable(ConnectionTable.Limits(all: 3))
        let seats = try (1...3).map { try seat($0, table) }
        table.limits = ConnectionTable.Limits(all: 2, perAddress: 1)
        #expect(table.reading.open == 3 && seats.map(\.1.isActive) == [true, true, true])
        _ = try seat(9, table, from: "192.0.2.1")
        #expect(seats.map(\.1.isActive) == [false, true, true])
        #expect(table.limits.all == 2 && table.limits.perAddress == 1)
    }

    @Test func `a caller behind a proxy counts for its own address`() throws {
        let table = ConnectionTable(ConnectionTable.Limits(all: 10, perAddress: 1))
        let seats = try (1...3).map { (since: UInt64) in
            let channel = EmbeddedChannel()
            try channel.connect(to: SocketAddress(ipAddress: "10.0.0.1", port: 1)).wait()
            let seat = ConnectionSeat(channel, address: nil, now: .uptimeNanoseconds(since))
            table.admit(seat)
            return (seat, channel)
        }
        table.assign("192.0.2.1", to: seats[0].0)
        table.assign("192.0.2.2", to: seats[1].0)
        #expect(seats.map(\.1.isActive) == [true, true, true])
        table.assign("192.0.2.1", to: seats[2].0)
        #expect(seats.map(\.1.isActive) == [false, true, true])
        table.release(seats[2].0)
        #expect(table.reading.open == 1)
    }

    @Test func `a new connection displaces the one that is idle for longest`() throws {
        let table = ConnectionTable(ConnectionTable.Limits(all: 3))
        let seats = try (1...3).map { try seat($0, table) }
        seats[0].0.becomesIdle(at: .uptimeNanoseconds(100))
        seats[1].0.becomesBusy()
        _ = try seat(200, table)
        #expect(seats.map(\.1.isActive) == [true, true, false])
        _ = try seat(201, table)
        #expect(seats.map(\.1.isActive) == [false, true, false])
        #expect(table.reading.open == 3 && table.reading.displaced == 2 && table.reading.refused == 0)
    }

    @Test func `a new connection is refused if none is idle`() throws {
        let table = ConnectionTable(ConnectionTable.Limits(all: 2))
        let seats = try (1...2).map { try seat($0, table) }
        for seat in seats { seat.0.becomesBusy() }
        let newcomer = try seat(3, table)
        #expect(seats.allSatisfy(\.1.isActive) && !newcomer.1.isActive)
        #expect(table.reading.refused == 1 && table.reading.open == 2)
        table.release(seats[0].0)
        #expect(try seat(4, table).1.isActive)
    }

    @Test func `a thousand new connections displace the others in the order of their idleness`() throws {
        let table = ConnectionTable(ConnectionTable.Limits(all: 500))
        let seats = try (1...1500).map { try seat($0, table) }
        #expect(seats.prefix(1000).allSatisfy { !$0.1.isActive } && seats.suffix(500).allSatisfy(\.1.isActive))
    }

    @Test func `one address displaces its own connections only`() throws {
        let table = ConnectionTable(ConnectionTable.Limits(all: 100, perAddress: 2))
        let other = try seat(1, table, from: "127.0.0.2")
        let seats = try (2...4).map { try seat($0, table) }
        #expect(other.1.isActive && seats.map(\.1.isActive) == [false, true, true])
        table.release(seats[1].0)
        let next = try seat(5, table)
        #expect(seats[2].1.isActive && next.1.isActive && table.reading.open == 3)
    }
}

@Suite struct HeldBytesTests {
    @Test func `above the limit, the share that has held bytes for longest ends`() {
        let all = HeldBytes(limit: 100)
        let ended = Mutex<[Int]>([])
        let shares = (0..<4).map { number in HeldBytes.Share(of: all) { ended.withLock { $0.append(number) } } }
        shares[0].set(40)
        shares[1].set(40)
        #expect(all.reading.bytes == 80 && ended.withLock { $0 } == [])
        shares[1].set(70)
        #expect(all.reading.bytes == 70 && ended.withLock { $0 } == [0])
        shares[0].release()
        shares[2].set(30)
        #expect(all.reading.bytes == 100)
        shares[1].release()
        shares[3].set(101)
        #expect(ended.withLock { $0 } == [0, 2, 3])
        #expect(all.reading == (0, 3))
    }
}
