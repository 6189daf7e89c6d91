import Foundation
import Subprocess
import TagStoreConformance
import TestStore
import Testing
import WireTable

/// Checks that an operator needs `--accept-loss` only for the first start after a loss.
@Suite(.enabled(if: !TestStore.isPostgres, "the test needs a store in a file")) struct AcceptedLossLiveTests {
    /// Starts a server, runs `body` and kills the server.
    private func kill(
        _ data: String, _ arguments: [String] = [], _ body: @Sendable @escaping ([String]) async throws -> Void
    ) async throws {
        try await withLiveSandbox("serve", data: data, arguments: arguments) { server in
            try await body(["--admin-url", server.addresses.admin])
            server.send(.kill)
        }
    }

    @Test(arguments: ["head", "middle", "removed", "no database"])
    func `after an accepted loss the server starts as usual, and keeps the damaged log`(damage: String) async throws {
        try await withTemporaryDirectory { data in
            try await kill(data) { at async throws in
                for number in 0..<5 { _ = try await runProgram(["accounts", "create", "wxmine\(number)"] + at) }
            }
            let log = data + "/tagline.sqlite-wal"
            var bytes = try Data(contentsOf: URL(filePath: log))
            switch damage {
            case "head": for place in 0..<32 { bytes[place] ^= 0x5A }
            case "middle": bytes[bytes.count / 2] ^= 1
            case "removed": break
            default: try FileManager.default.removeItem(atPath: data + "/tagline.sqlite")
            }
            if damage == "removed" {
                try FileManager.default.removeItem(atPath: log)
            } else {
                try bytes.write(to: URL(filePath: log))
            }
            let refused = try await runProgram([
                "serve", "--data", data, "--http-port", "0", "--admin-port", "0", "--https-port", "0",
            ])
            #expect(refused.status == .exited(1) && refused.errors.contains("--accept-loss"), "\(refused.errors)")
            try await kill(data, ["--accept-loss"]) { at async throws in
                #expect(try await runProgram(["accounts", "create", "wxafter"] + at).status.isSuccess)
            }
            if damage != "removed" { #expect(try Data(contentsOf: URL(filePath: log + ".damaged")) == bytes) }
            for _ in 0..<2 {
                try await kill(data) { at async throws in
                    #expect(try await runProgram(["accounts", "list"] + at).output.contains("wxafter"))
                }
            }
        }
    }
}
