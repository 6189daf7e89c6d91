import Foundation
import Subprocess
import TagStoreConformance
import TestStore
import Testing
import WireTable

/// Tests signals that arrive while a server starts. The server reads its settings, its world or its fault rules from a
/// pipe, so that a test can delay the start.
@Suite(.enabled(if: !TestStore.isPostgres, "the tests do not use the database")) struct StartSignalTests {
    @Test(
        arguments: ["TERM", "INT"],
        ["serve --data data --config file", "sandbox --world file", "sandbox --faults file"])
    func `a signal during the start ends the server with exit code 0`(signal: String, command: String) async throws {
        try await withTemporaryDirectory { directory async throws in
            let ended = try await runUnderBash(
                // The shell waits at `exec 3>file` until the server opens the pipe.
                """
                mkfifo file; "$0" \(command) & exec 3>file; kill -\(signal) $!; wait $!
                """, in: directory)
            #expect(ended.code == 0 && ended.errors == "", "\(ended)")
        }
    }

    @Test func `a server that gets SIGHUP during its start reads its settings again after the start`() async throws {
        try await withTemporaryDirectory { directory async throws in
            let ended = try await runUnderBash(
                """
                mkfifo file; "$0" serve --data data --config file --http-port 0 --admin-port 0 2>errors & server=$!; exec 3>file
                kill -HUP $server; echo '{}' >&3
                echo '{"tagline": {"quotas": "some"}}' >next; mv next file; exec 3>&-
                timeout 60 grep -m 1 'neither none nor documented' <(tail -n +1 -f --pid=$server errors)
                kill -TERM $server; wait $server
                """, in: directory)
            #expect(ended.code == 0, "\(ended)")
            #expect(ended.output.contains("neither none nor documented"), "\(ended)")
        }
    }

    @Test func `a sandbox under nohup still runs after its terminal has closed`() async throws {
        try await withLiveSandbox(shell: "trap '' HUP") { server async throws in
            server.send(.terminalClosed)
            for _ in 0..<20 {
                let answer = try await server.http.send(
                    WireRequest("GET", "/cgi-bin/tags/get?access_token=none", headers: [("Connection", "close")]))
                #expect(answer.text.contains("40001"))
            }
        }
    }
}
