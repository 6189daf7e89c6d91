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
