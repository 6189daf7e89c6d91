import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import TaglineServer

/// Sends requests in common, unusual and malformed forms to both kinds of listeners.
@Suite struct ConnectionFormsTests {
    private typealias Kind = EmbeddedListener.Kind

    private static func get(_ fields: String, version: String = "1.1") -> String {
        "GET / HTTP/\(version)\r\nHost: a\r\n\(fields)\(fields.isEmpty ? "" : "\r\n")\r\n"
    }

    private static let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"

    // MARK: Upgrades

    private static let upgrades = [
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk",
        "Connection: Upgrade\r\nUpgrade: h2c, websocket", "Connection: upgrade\r\nUpgrade: h2c\r\nUpgrade: websocket",
        "Upgrade: websocket\r\nConnection: keep-alive, Upgrade, HTTP2-Settings",
        "Connection: HTTP2-SETTINGS,UPGRADE,keep-alive\r\nUpgrade: h2c",
        "Connection: keep-alive\r\nConnection: Upgrade\r\nUpgrade: TLS/1.0, HTTP/2.0",
        "Connection: Upgrade ,\r\nUpgrade: h2c", "Connection: \tUpgrade\r\nUpgrade: h2c",
        "Connection: Upgrade\t\r\nUpgrade: h2c", "Connection: Upgrade\r\nUpgrade:", "Upgrade: h2c",
        "Connection: Upgrade", "Proxy-Connection: Upgrade\r\nUpgrade: h2c",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13",
    ]

    @Test(arguments: EmbeddedListener.Kind.allCases, upgrades)
    func `the server ignores a request for an upgrade in every form and keeps the connection open`(
        kind: EmbeddedListener.Kind, fields: String
    ) throws {
        let bodies = [
            "\r\n", "Content-Length: 2\r\n\r\n{}", "Content-Length: 0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        ]
        for body in bodies {
            let listener = try EmbeddedListener(kind)
            let asking = "POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\(body)"
            listener.send(asking)
            listener.send(asking + asking + Self.get(""))
            let text = try listener.received()
            #expect(text.matches(of: #/HTTP/1\.1 200 /#).count == 4, "\(text)")
            #expect(!text.lowercased().contains("connection: close"))
            #expect(listener.channel.isActive)
            listener.finish()
        }
    }

    @Test(arguments: EmbeddedListener.Kind.allCases)
    func `a request for an upgrade does not change how the server reads the body`(kind: EmbeddedListener.Kind) throws {
        let listener = try EmbeddedListener(kind)
        let fields = "Connection: Upgrade\r\nUpgrade: h2c\r\nExpect: 100-continue\r\nContent-Length: 2\r\n"
        listener.send("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        #expect(try listener.statuses() == [100])
        listener.send("{}" + Self.get(""))
        #expect(try listener.statuses() == [200, 200])
        #expect(listener.channel.isActive)
        listener.finish()
    }

    // MARK: The end of a connection

    @Test(
        arguments: EmbeddedListener.Kind.allCases,
        [
            ("1.1", "", true), ("1.1", "Connection: keep-alive", true), ("1.1", "Connection: TE", true),
            ("1.1", "Connection: close", false), ("1.1", "Connection: Close", false),
            ("1.1", "Connection: close, TE", false), ("1.1", "Connection: TE,CLOSE", false),
            ("1.1", "Connection: keep-alive, close", false), ("1.1", "Connection: close, keep-alive", false),
            ("1.1", "Connection: keep-alive\r\nConnection: close", false), ("1.1", "Connection: close\t", false),
            ("1.1", "Connection: upgrade, close\r\nUpgrade: h2c", false),
            ("1.0", "", false), ("1.0", "Connection: close", false), ("1.0", "Connection: TE", false),
            ("1.0", "Connection: keep-alive, close", false), ("1.0", "Connection: Keep-Alive", true),
            ("1.0", "Connection: keep-alive, TE", true),
        ])
    func `the server closes the connection when a request asks for this, and the answer announces the close`(
        kind: EmbeddedListener.Kind, form: (version: String, fields: String, isKept: Bool)
    ) throws {
        let listener = try EmbeddedListener(kind)
        let request = Self.get(form.fields, version: form.version)
        listener.send(request + request)
        let text = try listener.received().lowercased()
        #expect(text.matches(of: #/http/1\.[01] 200 /#).count == (form.isKept ? 2 : 1), "\(text)")
        #expect(text.contains("connection: close") == !form.isKept, "\(text)")
        #expect(text.contains("connection: keep-alive") == (form.isKept && form.version == "1.0"), "\(text)")
        #expect(listener.channel.isActive == form.isKept)
        listener.finish()
    }

    // MARK: What is refused

    private static let malformed = [
        "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        get("Host: b"), get("hOST: a"), "GET / HTTP/1.1\r\nHost: me@a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: me:secret@a:80\r\n\r\n", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://me@a/ HTTP/1.1\r\nHost: a\r\n\r\n", "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n",
        get("Transfer-Encoding: identity"), get("Transfer-Encoding: gzip, chunked"),
        get("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        get("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"), get("Transfer-Encoding:"),
        get("Transfer-Encoding: chunked\r\nContent-Length: 5"), get("Content-Length: +5"), get("Content-Length: -1"),
        get("Content-Length: 5, 5"), get("Content-Length: 5\r\nContent-Length: 5"), get("Content-Length: 0x5"),
        get("Content-Length: 18446744073709551616"), get("Content-Length:"), get("Content-Length: 5 5"),
        get("X: a\r\n b"), get("X : a"), "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET / HTTP/1.2\r\nHost: a\r\n\r\n", "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        chunked + "\r\nzz\r\n", chunked + "\r\n-1\r\n", chunked + "\r\n2\r\n{}x\r\n",
        chunked + "\r\n10000000000000000\r\n", "\u{16}\u{3}\u{1}\u{2}",
    ]

    @Test(arguments: EmbeddedListener.Kind.allCases, malformed)
    func `the server answers an ambiguous or malformed request with 400 and closes the connection`(
        kind: EmbeddedListener.Kind, request: String
    ) throws {
        let listener = try EmbeddedListener(kind)
        listener.send(Self.get(""))
        #expect(try listener.statuses() == [200])
        listener.send(request)
        listener.send(Self.get(""))
        let text = try listener.received()
        #expect(text.matches(of: #/HTTP/1\.[01] /#).count == 1 && text.hasPrefix("HTTP/1.1 400 "), "\(text)")
        #expect(text.lowercased().contains("connection: close"))
        #expect(!listener.channel.isActive)
        listener.finish()
    }

    @Test(
        arguments: EmbeddedListener.Kind.allCases,
        [
            chunked + "\r\n2;", chunked + "\r\n2\r\n{}\r\n0\r\nX: ", chunked + "\r\n2\r\n{}\r\n0;x=",
            "GET / HTTP/1.1\r\nHost: a\r\nX: ", "GET /",
        ])
    func `in a head, in a chunk size and in a trailer, the server refuses an endless line before 128 KiB have arrived`(
        kind: EmbeddedListener.Kind, start: String
    ) throws {
        let listener = try EmbeddedListener(kind)
        listener.send(start)
        var sent = 0
        while listener.channel.isActive, sent < 1 << 20 {
            listener.send(String(repeating: "x", count: 4096))
            sent += 4096
        }
        #expect(sent < 128 << 10)
        #expect(try listener.statuses() == [400])
        listener.finish()
    }

    // MARK: What is accepted

    @Test(
        arguments: EmbeddedListener.Kind.allCases,
        [
            "GET / HTTP/1.1\r\nHost: a \t\r\n\r\n", "GET / HTTP/1.1\r\nHost:\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "GET / HTTP/1.1\r\nHost: a:\r\n\r\n",
            "GET http://a/ HTTP/1.1\r\nHost: A:80\r\n\r\n", "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n\r\n" + get(""),
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0002\r\n\r\n{}",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2 \r\n\r\n{}",
            chunked + "\r\n2;x=y\r\n{}\r\n0\r\n\r\n", chunked + "\r\n2\r\n{}\r\n0\r\nX: y\r\n\r\n",
            chunked.replacing("chunked", with: "Chunked ") + "\r\n0002\r\n{}\r\n00\r\n\r\n",
            get("Expect: nothing"), get("TE: trailers\r\nConnection: TE"),
        ])
    func `the server keeps the connection open and answers an unusual request that has only one meaning`(
        kind: EmbeddedListener.Kind, request: String
    ) throws {
        let listener = try EmbeddedListener(kind)
        listener.send(request + request)
        listener.send(Self.get(""))
        #expect(try listener.statuses() == [200, 200, 200])
        #expect(listener.channel.isActive)
        listener.finish()
    }

    @Test(arguments: EmbeddedListener.Kind.allCases)
    func `the server does not send 100 Continue to a client of HTTP 1_0`(kind: EmbeddedListener.Kind) throws {
        let listener = try EmbeddedListener(kind)
        listener.send("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(try listener.statuses() == [])
        listener.send("{}")
        #expect(try listener.statuses() == [200])
        listener.finish()
    }

    // MARK: The rest of a refused request

    /// Refuses every request after its head.
    private struct Refusing: APIResponder {
        func respond(to request: APIRequest, from peer: Peer) async -> APIResponse { APIResponse(status: .ok) }
        func judge(_ head: APIRequest, from peer: Peer) async -> APIResponse? { APIResponse(status: .unauthorized) }
    }

    @Test func `the server discards the rest of a refused call, up to the largest size of a call`() throws {
        let listener = try EmbeddedListener(Refusing())
        let chunk = "1000\r\n" + String(repeating: " ", count: 4096) + "\r\n"
        listener.send(Self.chunked + "\r\n" + chunk)
        #expect(try listener.statuses() == [401])
        listener.send(chunk + "0\r\n\r\n" + Self.chunked + "\r\n" + chunk)
        #expect(try listener.statuses() == [401])
        var sent = 0
        while listener.channel.isActive, sent < 4 * CallBody.largest {
            listener.send(chunk)
            listener.advance(by: .milliseconds(4))
            sent += 4096
        }
        #expect(CallBody.largest - 8192...CallBody.largest + 8192 ~= sent)
        #expect(try listener.received() == "")
        listener.finish()
    }

    @Test(arguments: ["Content-Length: 9223372036854775808", "Content-Length: 1048577", "Content-Length: 99999999999 "])
    func `the server refuses a call when the head declares too great a length`(length: String) throws {
        let listener = try EmbeddedListener(.gathering)
        listener.send(Self.get("\(length)\r\nExpect: 100-continue\r\nConnection: Upgrade\r\nUpgrade: h2c"))
        #expect(try listener.statuses() == [413])
        #expect(!listener.channel.isActive)
        listener.finish()
    }
}
