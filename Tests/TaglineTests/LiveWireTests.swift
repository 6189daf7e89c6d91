import AsyncHTTPClient
import Foundation
import NIOCore
import TaglineServer
import Testing
import WireTable

@Suite struct LiveWireTests {
    @Test func `a live server answers every row of the wire table over HTTP and HTTPS`() async throws {
        try await withLiveSandbox { server in
            try await WireLife.live(on: WireRun(host: server.http))
            try await Self.checkTable(server.http)
            try await server.withHTTPS { try await Self.checkTable($0) }
        }
    }

    private static func checkTable(_ host: LiveHost) async throws {
        let run = try await WireRun(host: host)
        // Sends all rows, and then the refused rows again, to see whether the refused rows change anything.
        for row in WireTable.cases { try await run.check(row) }
        let before = try await run.view()
        for case let row in WireTable.cases {
            if case .refused = row.answer { try await run.check(row) }
        }
        guard try await run.view() == before else { throw WireMismatch("a refused call changed something") }
    }

    @Test func `the server reads a chunked body like any other body`() async throws {
        try await withLiveSandbox { server in
            let token = try await WireRun.token(of: DemoWorld.service, from: server.http)
            let pieces = [#"{"openid_list":["ocYxcuAEy30bX"#, #"0NXmGn4ypqx3tI0"],"#, #""tagid":134}"#]
            let body = HTTPClientRequest.Body.stream(
                AsyncStream { stream in
                    for piece in pieces { stream.yield(ByteBuffer(string: piece)) }
                    stream.finish()
                }, length: .unknown)
            let answer = try await server.http.send(
                WireRequest("POST", "/cgi-bin/tags/members/batchtagging?access_token=\(token)"), body: body)
            #expect(answer.text == #"{"errcode":0,"errmsg":"ok"}"#)
        }
    }

    @Test func `the server refuses TLS 1.1, and accepts TLS 1.2 and 1.3`() async throws {
        try await withLiveSandbox { server in
            let port = server.addresses.https.split(separator: ":").last ?? ""
            for (option, isSpoken) in [("-tls1_1", false), ("-tls1_2", true), ("-tls1_3", true)] {
                let result = try await shell(
                    "openssl s_client -connect 127.0.0.1:\(port) -CAfile '\(server.addresses.ca)' \(option) </dev/null 2>&1"
                )
                #expect(
                    result.contains("Cipher is (NONE)") != isSpoken && result.contains("CONNECTED"),
                    "\(option): \(result)")
            }
        }
    }

    /// `socket.shutdown` closes only the TCP side of the caller: the caller sends no `close_notify`.
    @Test func `over TLS, a caller that closes its side without saying so gets all answers`() async throws {
        let script = """
            import socket, ssl, sys
            port, ca = int(sys.argv[1]), sys.argv[2]
            context = ssl.create_default_context(cafile=ca)
            request = b"GET /healthz HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n"
            for count in [1, 2, 150, 700]:
                plain = socket.create_connection(("127.0.0.1", port))
                connection = context.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=True)
                connection.sendall(request * count)
                socket.socket.shutdown(connection, socket.SHUT_WR)
                answers = b""
                while part := connection.recv(65536): answers += part
                print(count, answers.count(b"HTTP/1.1 200 "))
            """
        try await withLiveSandbox { server in
            let port = server.addresses.https.split(separator: ":").last ?? ""
            let counts = try await shell(
                "timeout 60 python3 -c '\(script)' \(port) '\(server.addresses.ca)' 2>&1")
            #expect(counts == "1 1\n2 2\n150 150\n700 700\n")
        }
    }

    @Test func `the certificate of a sandbox covers every host name that an SDK can use`() async throws {
        try await withLiveSandbox { server in
            let port = server.addresses.https.split(separator: ":").last ?? ""
            for host in ["localhost", "127.0.0.1", "api.weixin.qq.com"] {
                let answer = try await shell(
                    "curl -s --cacert '\(server.addresses.ca)' --connect-to ::127.0.0.1:\(port) https://\(host):\(port)/"
                )
                #expect(answer.contains("40066"), "\(host): \(answer)")
            }
            for name in LocalAuthority.names + ["api.weixin.qq.com.example.com"] {
                let verdict = try await shell(
                    "openssl s_client -connect 127.0.0.1:\(port) -CAfile '\(server.addresses.ca)' -servername \(name) "
                        + "-verify_hostname \(name) </dev/null 2>&1 | grep 'Verify return code' | tail -n 1")
                let isCovered = LocalAuthority.names.contains(name)
                #expect(verdict.contains(isCovered ? ": 0 (ok)" : "hostname mismatch"), "\(name): \(verdict)")
            }
        }
    }
}
