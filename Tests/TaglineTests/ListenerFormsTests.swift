import Foundation
import Testing

/// Sends requests in unusual forms to the listeners of a running server.
@Suite struct ListenerFormsTests {
    private static let upgrades = [
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk",
        "Connection: keep-alive, upgrade\r\nUpgrade: h2c, websocket",
        "Upgrade: h2c\r\nUpgrade: websocket\r\nConnection: keep-alive\r\nConnection: UPGRADE",
        "Connection: \tUpgrade ,\r\nUpgrade: websocket", "Proxy-Connection: Upgrade\r\nUpgrade: h2c",
    ]

    private static func get(_ path: String, _ fields: String = "", version: String = "1.1") -> String {
        "GET \(path) HTTP/\(version)\r\nHost: localhost\r\n\(fields)\(fields.isEmpty ? "" : "\r\n")\r\n"
    }

    /// Sends `texts` over one connection, and returns everything that the server sends before the server closes the
    /// connection.
    private static func answers(_ base: String, to texts: [String]) async throws -> String {
        try await RawConnection.with(base) { connection in
            for text in texts { try await connection.send(text) }
            return try await connection.receive(until: "no answer ends like this")
        }
    }

    private static func count(_ answers: String) -> Int {
        answers.matches(of: #/HTTP/1\.[01] [0-9]{3} /#).count
    }

    @Test func `every listener ignores a request for an upgrade, and the connection stays open`() async throws {
        try await withLiveSandbox { server in
            for base in [server.addresses.http, server.addresses.admin, server.addresses.cloud] {
                for fields in Self.upgrades {
                    let asking = Self.get("/healthz", fields)
                    let answers = try await Self.answers(
                        base, to: [asking, asking + asking, Self.get("/healthz", "Connection: close")])
                    #expect(Self.count(answers) == 4, "\(base) \(fields): \(answers)")
                }
            }
        }
    }

    @Test func `if a request asks in any form to close the connection, every listener closes it after a whole answer`()
        async throws
    {
        let forms = [
            ("1.1", "Connection: Close"), ("1.1", "Connection: close, TE"), ("1.1", "Connection: keep-alive, close"),
            ("1.1", "Connection: keep-alive\r\nConnection: close"), ("1.1", "Connection: close\t"), ("1.0", ""),
            ("1.0", "Connection: keep-alive, close"),
        ]
        try await withLiveSandbox { server in
            for base in [server.addresses.http, server.addresses.admin, server.addresses.cloud] {
                for (version, fields) in forms {
                    let request = Self.get("/healthz", fields, version: version)
                    let answers = try await Self.answers(base, to: [request + request])
                    #expect(Self.count(answers) == 1, "\(base) \(fields): \(answers)")
                    #expect(answers.lowercased().contains("connection: close"), "\(base) \(fields): \(answers)")
                    #expect(answers.hasSuffix("}") || answers.hasSuffix("}\n"), "\(base) \(fields): \(answers)")
                }
            }
        }
    }

    @Test func `for a client of HTTP 1_0, a stream ends when the server closes the connection`() async throws {
        try await withLiveSandbox { server in
            for fields in ["", "Connection: keep-alive"] {
                let answer = try await Self.answers(
                    server.addresses.admin, to: [Self.get("/state", fields, version: "1.0")])
                #expect(!answer.lowercased().contains("transfer-encoding"))
                #expect(answer.contains("\r\n\r\n{\"tagline_state\":1}\n"))
                #expect(answer.split(separator: "\n").last?.hasPrefix(#"{"end":{"#) == true)
            }
        }
    }

    @Test func `the admin plane answers HEAD without a body, and an unreadable request with 400`() async throws {
        try await withLiveSandbox { server in
            let close = Self.get("/healthz", "Connection: close")
            let head = "HEAD /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let answers = try await Self.answers(server.addresses.admin, to: [head, close])
            #expect(answers.contains("\r\n\r\nHTTP/1.1 200 OK"), "\(answers)")
            let chunked = "POST /accounts HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            for broken in [chunked + "1\r\n{\r\nzz\r\n", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"] {
                let answer = try await Self.answers(server.addresses.admin, to: [Self.get("/healthz") + broken])
                #expect(Self.count(answer) == 2 && answer.contains("HTTP/1.1 400 "), "\(answer)")
            }
        }
    }
}
