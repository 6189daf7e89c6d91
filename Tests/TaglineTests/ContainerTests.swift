import Foundation
import NIOCore
import OfficialAccount
import TagStoreConformance
import TaglineServer
import TestStore
import Testing
import WireTable

/// Tests a server with the settings for a container. Other machines call the server by different names and through
/// proxies.
@Suite struct ContainerTests {
    private func status(_ host: LiveHost, _ path: String, as name: String) async throws -> Int {
        try await host.send(WireRequest("GET", path, headers: [("Host", name)])).status
    }

    @Test func `in a container, a sandbox accepts service names as host names, and says that it listens everywhere`()
        async throws
    {
        try await withLiveSandbox(arguments: ["--container", "--admin-host", "tagline.example.com"]) {
            server async throws in
            #expect(server.announcement.contains("In a container: every port listens on all addresses"))
            for (name, status) in [
                ("tagline:8090", 200), ("tagline.example.com", 200), ("evil.example", 403), ("localhost", 200),
            ] {
                #expect(try await self.status(server.admin, "/accounts", as: name) == status)
                #expect(try await self.status(server.cloud, "/cgi-bin/tags/get", as: name) == status)
            }
            let port = server.addresses.admin.split(separator: ":").last ?? ""
            let addresses = try await shell("hostname -I").split(separator: " ").filter { $0.contains(".") }
            for address in addresses.prefix(1) {
                let answer = try await shell(
                    "curl -s http://\(address.trimmingCharacters(in: .whitespacesAndNewlines)):\(port)/healthz")
                #expect(answer.contains("alive"))
            }
        }
    }

    @Test func `without --container the server listens only on loopback, and refuses unknown host names`() async throws
    {
        try await withLiveSandbox(arguments: ["--admin-host", "tagline"]) { server async throws in
            #expect(!server.announcement.contains("In a container"))
            #expect(try await status(server.admin, "/accounts", as: "tagline:8090") == 200)
            #expect(try await status(server.admin, "/accounts", as: "other:8090") == 403)
            let folder = URL(filePath: server.addresses.ca).deletingLastPathComponent().path
            let names = try await shell("openssl x509 -in '\(folder)/server.pem' -noout -ext subjectAltName")
            #expect(
                names.contains("DNS:tagline,") || names.hasSuffix("DNS:tagline") || names.contains("DNS:tagline\n"),
                "\(names)")
        }
    }

    /// Creates an account for which only 203.0.113.5 may fetch a token, and returns its secret.
    private func account(_ admin: LiveHost) async throws -> String {
        let made = try await admin.send(
            WireRequest(
                "POST", "/accounts",
                body: Array(#"{"appid":"wxmine","kind":"service","allowed_addresses":["203.0.113.5"]}"#.utf8)))
        let object = try JSONSerialization.jsonObject(with: Data(made.body)) as? [String: Any]
        return object?["secret"] as? String ?? made.text
    }

    private static func path(_ secret: String) -> String {
        "/cgi-bin/token?grant_type=client_credential&appid=wxmine&secret=\(secret)"
    }

    @Test(arguments: [("127.0.0.0/8", true), ("192.0.2.0/24", false)])
    func `the address that a trusted proxy forwards decides whether the caller gets a token`(
        range: String, isBelieved: Bool
    ) async throws {
        try await withTemporaryDirectory { data in
            try await withLiveSandbox("serve", data: data, arguments: ["--trusted-proxies", range]) {
                server async throws in
                let path = Self.path(try await account(server.admin))
                for (forwarded, isAllowed) in [
                    ("203.0.113.5", isBelieved), ("203.0.113.5, 203.0.113.6", false),
                    ("203.0.113.6, 203.0.113.5", isBelieved),
                ] {
                    let answer = try await server.http.send(
                        WireRequest("GET", path, headers: [("X-Forwarded-For", forwarded)])
                    ).text
                    #expect(
                        answer.contains("access_token") == isAllowed && answer.contains("40164") != isAllowed,
                        "\(answer)")
                }
            }
        }
    }

    @Sendable private static func canBeFirstProcess() async -> Bool {
        (try? await shell("unshare --map-root-user --pid --fork --mount-proc true && echo yes")) == "yes\n"
    }

    @Test(.enabled("the test needs namespaces for processes", canBeFirstProcess), .enabled(if: !TestStore.isPostgres))
    func `a server that is the first process of a container leaves no zombie, and ends with exit code 0`()
        async throws
    {
        try await withTemporaryDirectory { directory async throws in
            let ended = try await runUnderBash(
                #"""
                mkfifo end said
                # The inner bash becomes the server. Its grandchild waits for the pipe, and is an orphan.
                unshare --map-root-user --pid --fork --mount-proc bash -c '(read -r _ <end &); exec "$0" "$@"' \
                    "$0" sandbox --http-port 0 --https-port 0 --admin-port 0 --cloud-port 0 >said &
                while read -r line; do case $line in "curl "*) break ;; esac; done <said
                server=$(pgrep -P $!); orphan=$(pgrep -P "$server")
                [ -n "$orphan" ] && echo "an orphan was there"
                echo >end
                # A zombie stays as long as its parent lives.
                while state=$(sed -n 's/^State:\t\([A-Z]\).*/\1/p' "/proc/$orphan/status" 2>/dev/null); do
                    [ "$state" = Z ] && echo "a zombie stays" && break
                done
                kill -TERM "$server"; wait $!; echo "ended with $?"
                """#, in: directory)
            #expect(ended.output == "an orphan was there\nended with 0\n", "\(ended)")
        }
    }

    @Test func `the PROXY header names the caller, and a connection without a PROXY header is closed`() async throws {
        try await withTemporaryDirectory { data in
            try await withLiveSandbox(
                "serve", data: data, arguments: ["--trusted-proxies", "127.0.0.1", "--proxy-protocol"]
            ) { server async throws in
                let path = Self.path(try await account(server.admin))
                let request = "GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                for (last, says) in [(5, "access_token"), (6, "40164")] as [(UInt8, String)] {
                    let header: [UInt8] =
                        [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x11, 0, 12]
                        + [203, 0, 113, last, 127, 0, 0, 1, 0x10, 0, 0x1F, 0x90]
                    let answer = try await RawConnection.with(server.addresses.http) { connection in
                        try await connection.send(bytes: header)
                        try await connection.send(request)
                        return try await connection.receive(until: "never")
                    }
                    #expect(answer.contains(says), "\(answer)")
                }
                // This header says that the proxy itself makes the call. The test sends it byte by byte, because a
                // header can arrive in pieces.
                let own: [UInt8] =
                    [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x20, 0x00, 0, 0]
                let told = try await RawConnection.with(server.addresses.http) { connection in
                    for byte in own { try await connection.send(bytes: [byte]) }
                    try await connection.send(request)
                    return try await connection.receive(until: "never")
                }
                #expect(told.contains("40164"), "\(told)")
                for start in ["", "PROXY TCP4 203.0.113.5 127.0.0.1 4096 8080\r\n"] {
                    let answer = try await RawConnection.with(server.addresses.http) { connection in
                        try await connection.send(start + request)
                        return try await connection.receive(until: "never")
                    }
                    #expect(answer == "")
                }
            }
        }
    }
}
