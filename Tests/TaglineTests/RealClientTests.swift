import Foundation
import Testing
import WireTable

/// Tests unchanged clients of other projects against the live server.
@Suite struct RealClientTests {
    @Test func `wechatpy and a browser make every call that a third-party platform needs to tag a follower`()
        async throws
    {
        try await withLiveSandbox { server in
            let python = Program.repository.appending(path: ".venv/bin/python").path
            let script = Program.repository.appending(path: "Tests/TaglineTests/component_drive.py").path
            let output = try await shell(
                "'\(python)' '\(script)' '\(server.addresses.http)' '\(server.addresses.admin)' 2>&1")
            #expect(output.hasSuffix("component: all done\n"), "\(output)")
        }
    }

    @Test func `wechatpy tags followers and reads tags, even after its token has expired`() async throws {
        try await withLiveSandbox { server in
            let python = Program.repository.appending(path: ".venv/bin/python").path
            let script = Program.repository.appending(path: "Tests/TaglineTests/wechatpy_drive.py").path
            try #require(FileManager.default.fileExists(atPath: python), "run scripts/setup tests")
            let output = try await shell(
                "'\(python)' '\(script)' '\(server.addresses.http)' '\(server.addresses.admin)' 2>&1")
            #expect(output.hasSuffix("wechatpy: all done\n"), "\(output)")
        }
    }

    /// Over plain HTTP, Java's own client asks for HTTP/2 in the first request of each connection. Over TLS, the client
    /// offers other protocols too.
    @Test func `Java's own client with default settings keeps its connection over HTTP and HTTPS`() async throws {
        let calls = ProcessInfo.processInfo.environment["TAGLINE_JAVA_CALLS"].flatMap { Int($0) } ?? 300
        let program = Program.repository.appending(path: "Tests/TaglineTests/JavaClient.java").path
        try await withLiveSandbox { server in
            for arguments in [
                "'\(server.addresses.http)' \(calls)", "'\(server.addresses.https)' \(calls) '\(server.addresses.ca)'",
            ] {
                let output = try await shell("java '\(program)' \(arguments) 2>&1")
                #expect(output.hasSuffix("\(calls) calls, 0 failed\n"), "\(output)")
            }
        }
    }

    /// With `TAGLINE_RUDE_STRICT`, the test checks time limits that need an idle machine and a release build. Without
    /// this variable, the test checks only the answers and the memory.
    @Test func `rude clients of every kind do not stop the server from serving an honest client`() async throws {
        let seconds = ProcessInfo.processInfo.environment["TAGLINE_RUDE_SECONDS"].flatMap { Int($0) } ?? 20
        let script = Program.repository.appending(path: "Tests/TaglineTests/rude_clients.py").path
        let isStrict = ProcessInfo.processInfo.environment["TAGLINE_RUDE_STRICT"] != nil
        let bounds = isStrict ? "" : "--p99-ms 60000 --patience 60 --ratio 10000 --rss-mb 400"
        let token = "a token for rude clients"
        try await withLiveSandbox(environment: ["TAGLINE_ADMIN_TOKEN": token]) { server in
            let output = try await shell(
                "TAGLINE_ADMIN_TOKEN='\(token)' python3 '\(script)' --http '\(server.addresses.http)' "
                    + "--admin '\(server.addresses.admin)' --pid \(server.addresses.pid) --seconds \(seconds) "
                    + "\(bounds) 2>&1; echo \"exit $?\"")
            let broken = output.split(separator: "\n").filter { $0.contains("BROKEN") || $0.hasPrefix("rude:") }
            #expect(broken == [])
            #expect(output.hasSuffix("exit 0\n"), "\(output)")
            print(output)
        }
    }
}
