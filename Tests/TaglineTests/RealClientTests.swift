import Foundation
import Testing
import WireTable

/// A client that people use, unchanged, against the live server.
@Suite struct RealClientTests {
    @Test func `wechatpy's component client and a browser go from the ticket to a tagged follower`() async throws {
        try await withLiveSandbox { server in
            let python = Program.repository.appending(path: ".venv/bin/python").path
            let script = Program.repository.appending(path: "Tests/TaglineTests/component_drive.py").path
            let output = try await shell(
                "'\(python)' '\(script)' '\(server.addresses.http)' '\(server.addresses.admin)' 2>&1")
            #expect(output.hasSuffix("component: all done\n"), "\(output)")
        }
    }

    @Test func `wechatpy tags and reads, also over a token that expired`() async throws {
        try await withLiveSandbox { server in
            let python = Program.repository.appending(path: ".venv/bin/python").path
            let script = Program.repository.appending(path: "Tests/TaglineTests/wechatpy_drive.py").path
            try #require(FileManager.default.fileExists(atPath: python), "run scripts/setup tests")
            let output = try await shell(
                "'\(python)' '\(script)' '\(server.addresses.http)' '\(server.addresses.admin)' 2>&1")
            #expect(output.hasSuffix("wechatpy: all done\n"), "\(output)")
        }
    }
}
