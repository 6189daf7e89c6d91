import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import TaglineServer

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
            (["Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c"], true),
            (["Connection": "keep-alive,upgrade", "Upgrade": "websocket"], true),
            (["Connection": "upgrade", "Upgrade": "h2c, websocket"], true),
            (["Connection": "keep-alive", "connection": "UPGRADE", "Upgrade": "a", "upgrade": ""], true),
            (["Connection": "\tupgrade", "Upgrade": "x"], true), (["Connection": "upgrade, ", "Upgrade": "x"], true),
            (["Connection": "a,,upgrade", "Upgrade": "x"], true),
            (["Proxy-Connection": "Upgrade", "Upgrade": "h2c"], true),
            (["Connection": "upgrade\t", "Upgrade": "x"], false),
            (["Connection": "upgrade", "Upgrade": ""], false),
            (["Connection": "upgrade ; x", "Upgrade": "x"], false), (["Connection": "Upgrade"], false),
            (["Upgrade": "h2c"], false), (["Connection": "keep-alive", "Upgrade": "h2c"], false), ([:], false),
        ] as [(HTTPHeaders, Bool)])
    func `the framing knows whether the parser stops after a request, and accepts the next request`(
        fields: HTTPHeaders, stops: Bool
    ) throws {
        var framing = RequestFraming(headerBytes: 1000)
        try framing.began(Self.head(fields.with("a")))
        #expect(!framing.isLast)
        #expect(framing.ended() == stops)
        try framing.began(Self.head())
        #expect(framing.ended() == false)
    }

    @Test(
        arguments: [
            (1, ["Connection": "close"], true), (1, ["Connection": "Close"], true), (1, ["connection": "CLOSE"], true),
            (1, ["Connection": "close, TE"], true), (1, ["Connection": "TE,close"], true),
            (1, ["Connection": "keep-alive, close"], true), (1, ["Connection": "close, keep-alive"], true),
            (1, ["Connection": "keep-alive", "connection": "close"], true), (1, ["Connection": "close\t"], true),
            (1, ["Connection": " \tclose ,"], true), (1, ["Connection": "upgrade, close", "Upgrade": "a"], true),
            (1, ["Connection": "closed"], false), (1, ["Connection": "not-close"], false),
            (1, ["Connection": "close;q=1"], false), (1, ["Connection": "keep-alive"], false), (1, [:], false),
            (0, [:], true), (0, ["Connection": "close"], true), (0, ["Connection": "TE"], true),
            (0, ["Connection": "keep-alive, close"], true), (0, ["Connection": "close, keep-alive"], true),
            (0, ["Connection": "keep-alive", "connection": "close"], true),
            (0, ["Connection": "keep-alive"], false), (0, ["Connection": "Keep-Alive"], false),
        ] as [(Int, HTTPHeaders, Bool)])
    func `the connection ends after a request that asks to close the connection, in every form of the header`(
        minor: Int, fields: HTTPHeaders, isLast: Bool
    ) throws {
        var framing = RequestFraming(headerBytes: 1000)
        let version = HTTPVersion(major: 1, minor: minor)
        try framing.began(HTTPRequestHead(version: version, method: .GET, uri: "/", headers: fields.with("a")))
        #expect(framing.isLast == isLast)
    }

    /// Returns the number of heads that the parser passes on, and whether the last head ends the connection.
    private static func heads(
        of request: String, times: Int, together: Int
    ) throws -> (count: Int, hasEnded: Bool) {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addRequestParser(within: Listener.Bounds(), HeldBytes())
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        for _ in 0..<times {
            _ = try? channel.writeInbound(ByteBuffer(string: String(repeating: request, count: together)))
        }
        var heads: [HTTPRequestHead] = []
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
            if case .head(let head) = part { heads.append(head) }
        }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        return (heads.count, heads.last?.isKeepAlive == false)
    }

    /// `RequestFraming` must recognise each request after which the parser stops.
    @Test(arguments: [
        "Connection: upgrade", "Connection: Upgrade, HTTP2-Settings", "Connection: keep-alive, Upgrade",
        "Connection:upgrade", "Connection: close\r\nConnection: upgrade", "Connection: upgrade\t",
        "Connection: \tupgrade", "Connection:  upgrade", "Connection: upgrade ", "Connection: upgraded",
        "Connection: not-upgrade", "Connection: upgrade;q=1", "Connection: ,upgrade", "Connection: upgrade,",
        "Proxy-Connection: upgrade", "Connection: keep-alive\r\nProxy-Connection: upgrade", "X: y",
        "Connection: upgrade, upgrade", "Connection: UPGRADE", "Connection: keep-alive,  upgrade",
        "Connection: HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\nConnection: uPGRADE",
    ])
    func `the parser also passes on the requests after a request for another protocol`(field: String)
        throws
    {
        for upgrade in ["Upgrade: h2c", "Upgrade: ", "Upgrade:", "Upgrade: a, b", "Upgrade: x\r\nUpgrade: y"] {
            for body in [
                "\r\n", "Content-Length: 3\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
            ] {
                for together in 1...3 {
                    let request = "POST / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\(upgrade)\r\n\(body)"
                    let (count, hasEnded) = try Self.heads(of: request, times: 3, together: together)
                    let closes = field.contains("close")
                    #expect(count == (closes ? 1 : 3 * together) && hasEnded == closes, "\(request)")
                }
            }
        }
    }

    @Test func `the parser passes on every request, whatever options its Connection header lists`() throws {
        let pieces = [
            "upgrade", "Upgrade", "keep-alive", " ", "\t", ",", ", ", " ,", ";", "x", "upgra", "de", "-", "\"", "=",
            "HTTP2-Settings", "é",
        ]
        var random = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            let count = Int.random(in: 0...7, using: &random)
            let list = (0..<count).compactMap { _ in pieces.randomElement(using: &random) }.joined()
            let request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: \(list)\r\nUpgrade: a\r\n\r\n"
            #expect(try Self.heads(of: request, times: 2, together: 2).count == 4, "\(list.debugDescription)")
        }
    }

    @Test func `the parser passes on requests that come together with the end of the input`() throws {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addRequestParser(within: Listener.Bounds(), HeldBytes())
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        let request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n"
        try channel.writeInbound(ByteBuffer(string: request + request + "GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        var count = 0
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
            if case .head = part { count += 1 }
        }
        #expect(count == 3)
        try channel.throwIfErrorCaught()
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    @Test func `the parser reports input that is not HTTP only one time, even if more input arrives`() throws {
        let channel = EmbeddedChannel()
        let counter = ErrorCounter()
        try channel.pipeline.syncOperations.addRequestParser(within: Listener.Bounds(), HeldBytes())
        try channel.pipeline.syncOperations.addHandler(counter)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        for text in ["nonsense\r\n\r\n", "more\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"] {
            _ = try? channel.writeInbound(ByteBuffer(string: text))
        }
        #expect(counter.errors == ["HTTPParserError"])
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    /// Records the types of the errors that arrive.
    private final class ErrorCounter: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        var errors: [String] = []

        func errorCaught(context: ChannelHandlerContext, error: any Error) { errors.append("\(type(of: error))") }
    }

    @Test(
        arguments: [
            (["Host": "a", "host": "b"], .badHost), (["Host": "a, b"], .badHost), (["Host": "a b"], .badHost),
            ([:], .badHost), (["Host": "user@a"], .badHost), (["Host": "user:secret@a"], .badHost),
            (["Host": "a/b"], .badHost), (["Host": "a:80:81"], .badHost), (["Host": "a:99999"], .badHost),
            (["Host": "http://a"], .badHost), (["Host": "[::1"], .badHost), (["Host": "a", "HOST": ""], .badHost),
        ] as [(HTTPHeaders, RequestFraming.Fault)])
    func `a request is refused if its Host header is missing, repeated or not valid`(
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
    func `a target that is not valid or names another host is refused`(target: String, host: String, isGood: Bool) {
        var framing = RequestFraming(headerBytes: 1000)
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target, headers: ["Host": host])
        #expect(Self.fault(&framing, head) == (isGood ? nil : .badHost))
    }

    @Test(
        arguments: [
            (["Transfer-Encoding": "chunked"], true), (["transfer-encoding": "Chunked"], true),
            (["Transfer-Encoding": "chunked "], true), (["Transfer-Encoding": "chunked;q=1"], false),
            (["Transfer-Encoding": "chunked, identity"], false), (["Transfer-Encoding": "identity, chunked"], false),
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
        try channel.pipeline.syncOperations.addRequestParser(within: Listener.Bounds(), HeldBytes())
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

    @Test func `the deadline of a head does not limit the time of a body or the time between requests`() throws {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addRequestParser(within: Listener.Bounds(), HeldBytes())
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

    @Test(arguments: [
        ("5", 5), ("5 ", 5), ("0005", 5), ("9223372036854775807", .max), ("9223372036854775808", .max),
        ("18446744073709551615", .max), ("", 0),
    ])
    func `a declared length above the largest integer is read as the largest integer`(text: String, length: Int) {
        let headers: HTTPHeaders = text.isEmpty ? [:] : ["content-length": text]
        #expect((headers.declaredLength ?? 0) == length)
    }

    @Test func `a request for a tunnel is refused`() {
        var framing = RequestFraming(headerBytes: 1000)
        #expect(throws: RequestFraming.Fault.tunnel) { try framing.began(Self.head(["Host": "a"], .CONNECT)) }
    }

    @Test func `the bytes outside heads and bodies are limited, but a body may consist of many tiny chunks`() throws {
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

extension HTTPHeaders {
    /// Returns these fields and a `Host` field with the value `host`.
    fileprivate func with(_ host: String) -> HTTPHeaders {
        var headers = self
        headers.add(name: "Host", value: host)
        return headers
    }
}
