import Foundation
import NIOCore
import NIOPosix
import TagStoreConformance
import TaglineServer
import TestStore
import Testing
import WireTable

@testable import tagline

/// Tests clients that are slow, disconnect, stay silent or send malformed bytes. The server must not stop, and must
/// answer all other clients.
@Suite struct RudeClientTests {
    private static let body = #"{"openid_list":["ocYxcuAEy30bX0NXmGn4ypqx3tI0"],"tagid":134}"#
    private static let ok = #"{"errcode":0,"errmsg":"ok"}"#

    private static func head(_ token: String, length: Int) -> String {
        """
        POST /cgi-bin/tags/members/batchtagging?access_token=\(token) HTTP/1.1\r
        Host: localhost\r
        Content-Length: \(length)\r
        \r\n
        """
    }

    private static func expectServed(_ server: LiveServer, _ token: String) async throws {
        let answer = try await server.http.send(
            WireRequest(
                "POST", "/cgi-bin/tags/members/batchtagging?access_token=\(token)", body: Array(body.utf8)))
        #expect(answer.text == ok)
    }

    @Test func `the server answers a request that arrives byte by byte, and delays no other caller`() async throws {
        try await withLiveSandbox { server in
            let token = try await WireRun.token(of: DemoWorld.service, from: server.http)
            let answer = try await RawConnection.with(server.addresses.http) { slow in
                try await slow.send(Self.head(token, length: Self.body.utf8.count))
                for (number, character) in Self.body.enumerated() {
                    try await slow.send(String(character))
                    if number.isMultiple(of: 16) { try await Self.expectServed(server, token) }
                }
                return try await slow.receive(until: Self.ok)
            }
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n" + Self.ok))
        }
    }

    @Test func `a client that disconnects in the middle of a call changes nothing`() async throws {
        try await withLiveSandbox { server in
            let token = try await WireRun.token(of: DemoWorld.service, from: server.http)
            for cut in stride(from: 0, to: Self.body.utf8.count, by: 7) {
                try await RawConnection.with(server.addresses.http) { leaver in
                    try await leaver.send(Self.head(token, length: Self.body.utf8.count))
                    try await leaver.send(String(Self.body.prefix(cut)))
                }
            }
            let tags = try await server.http.send(WireRequest("GET", "/cgi-bin/tags/get?access_token=\(token)"))
            #expect(tags.text.contains(#"{"id":134,"name":"广东","count":0}"#))
            try await Self.expectServed(server, token)
        }
    }

    @Test(arguments: [
        "nonsense\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\0\0\0\0\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 100_000) + "\r\n\r\n",
    ])
    func `the server closes a connection that is not HTTP, and serves other connections`(text: String) async throws {
        try await withLiveSandbox { server in
            let token = try await WireRun.token(of: DemoWorld.service, from: server.http)
            try await RawConnection.with(server.addresses.http) { rude in
                do {
                    try await rude.send(text)
                    let answer = try await rude.receive(until: "never")
                    #expect(answer == "" || answer.hasPrefix("HTTP/1.1 4"), "\(answer)")
                } catch is IOError {
                    // The server has closed the connection before the test sent everything.
                }
            }
            try await Self.expectServed(server, token)
        }
    }

    @Test func `the server answers 100 Continue to a client that asks before it sends its body`() async throws {
        try await withLiveSandbox { server in
            let token = try await WireRun.token(of: DemoWorld.service, from: server.http)
            let answer = try await RawConnection.with(server.addresses.http) { polite in
                let head = Self.head(token, length: Self.body.utf8.count)
                try await polite.send(head.replacingOccurrences(of: "Host:", with: "Expect: 100-continue\r\nHost:"))
                let first = try await polite.receive(until: "\r\n\r\n")
                try await polite.send(Self.body)
                return first
            }
            #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n"))
            let whole = try await shell(
                "curl -s -m 5 -H 'Expect: 100-continue' -d '\(Self.body)' "
                    + "'\(server.addresses.http)/cgi-bin/tags/members/batchtagging?access_token=\(token)'")
            #expect(whole == Self.ok)
        }
    }

    /// When the caller closes its side of the connection, most of the requests are still in the kernel. SwiftNIO then
    /// reads all of these requests.
    @Test func `a caller that sends a thousand requests and then stops sending gets every answer`() async throws {
        try await withLiveSandbox { server in
            for (base, path) in [(server.addresses.http, "/cgi-bin/nowhere"), (server.addresses.admin, "/livez")] {
                let answers = try await RawConnection.with(base) { eager in
                    try await eager.send(
                        String(repeating: "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 1000))
                    eager.endSending()
                    return try await eager.receive(until: "never")
                }
                #expect(answers.matches(of: #/HTTP/1\.1 [24]0[04] /#).count == 1000, "\(base)")
            }
        }
    }

    @Test func `if a caller sends two requests together, the server answers them in order`() async throws {
        try await withLiveSandbox { server in
            let token = try await WireRun.token(of: DemoWorld.service, from: server.http)
            let answers = try await RawConnection.with(server.addresses.http) { eager in
                let read = "GET /cgi-bin/nowhere HTTP/1.1\r\nHost: x\r\n\r\n"
                try await eager.send(read + Self.head(token, length: Self.body.utf8.count) + Self.body)
                return try await eager.receive(until: Self.ok)
            }
            #expect(answers.contains("40066"))
        }
    }

    @Test func `callers that disconnect immediately leave no connection open`() async throws {
        try await withLiveSandbox { server in
            for base in [server.addresses.http, server.addresses.admin] {
                for text in ["", "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /readyz HTTP/1.1\r\nHo"] {
                    for _ in 0..<20 {
                        try await RawConnection.with(base) { if !text.isEmpty { try await $0.send(text) } }
                    }
                }
            }
            var open = ""
            for _ in 0..<2000 {
                let metrics = try await server.admin.send(WireRequest("GET", "/metrics")).text.split(separator: "\n")
                open = metrics.filter { $0.hasPrefix("tagline_connections{") }.joined(separator: "\n")
                let isOver = metrics.filter { $0.hasPrefix("tagline_connections{") }.allSatisfy { line in
                    line.hasSuffix(line.contains("admin") ? " 1" : " 0")
                }
                if isOver { return }
            }
            Issue.record("\(open)")
        }
    }

    @Test func `five thousand idle connections do not disturb other callers`() async throws {
        try #require(ProcessLimits.raiseOpenFiles() >= 6000, "the tests need to open 6,000 files; see ulimit -Hn")
        try await withLiveSandbox { server in
            let token = try await WireRun.token(of: DemoWorld.service, from: server.http)
            let port = Int(server.addresses.http.split(separator: ":").last ?? "") ?? 0
            let clock = ContinuousClock()
            var idle: [(channel: any Channel, since: ContinuousClock.Instant)] = []
            for _ in 0..<50 {
                let since = clock.now
                idle += try await withThrowingTaskGroup(of: (any Channel).self) { group in
                    for _ in 0..<100 {
                        group.addTask {
                            try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                                .connect(host: "127.0.0.1", port: port).get()
                        }
                    }
                    return try await group.reduce(into: []) { $0.append(($1, since)) }
                }
            }
            for _ in 0..<20 { try await Self.expectServed(server, token) }
            #expect(idle.count == 5000)
            // If the steps above took more than two minutes on a busy machine, the server has rightly closed the oldest
            // connections.
            let closed = idle.filter { !$0.channel.isActive && clock.now - $0.since < .seconds(120) }
            #expect(closed.isEmpty)
            for connection in idle { try? await connection.channel.close() }
        }
    }

    @Test(.enabled(if: !TestStore.isPostgres, "only the embedded store has a file"))
    func `a server that can no longer write is not ready, still answers reads, and loses nothing`() async throws {
        try await withTemporaryDirectory { data in
            try await withLiveSandbox(data: data) { _ in }
            let run = try await withLiveSandbox(data: data, shell: "ulimit -f 1500") { server in
                let run = try await WireRun(host: server.http)
                var applied: Set<String> = []
                var refusal = ""
                for number in 1...999 where refusal.isEmpty {
                    for tag in 100...118 where refusal.isEmpty {
                        let openID = DemoWorld.follower(number, prefix: "ocYxcu")
                        let body = #"{"openid_list":["\#(openID)"],"tagid":\#(tag)}"#
                        let answer = try await run.send(
                            WireRequest(
                                "POST", "/cgi-bin/tags/members/batchtagging?access_token={service}",
                                body: Array(body.utf8)))
                        if answer.text == Self.ok { applied.insert("\(tag)") } else { refusal = answer.text }
                    }
                }
                #expect(refusal.hasPrefix(#"{"errcode":-1,"errmsg":"system error hint: ["#))
                #expect(try await server.admin.send(WireRequest("GET", "/readyz")).status == 503)
                let view = try await run.view()
                #expect(view.first?.hasPrefix(#"{"tags":["#) == true)
                return view
            }
            let after = try await withLiveSandbox(data: data) { try await WireRun(host: $0.http).view() }
            #expect(after.value == run.value)
        }
    }
}
