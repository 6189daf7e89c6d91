import Subprocess
import SystemPackage

/// Runs a line in bash and returns what it printed on standard output.
func shell(_ line: String, environment: [String: String] = [:]) async throws -> String {
    try await run(
        .path("/bin/bash"), arguments: ["-c", line], environment: updated(environment),
        output: .string(limit: 16 << 20),
        error: .discarded
    ).standardOutput
}
