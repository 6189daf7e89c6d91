import Subprocess
import SystemPackage
import TaglineServer

/// Runs a line in bash and returns what it printed on standard output.
func shell(_ line: String, environment: [String: String] = [:]) async throws -> String {
    try await run(
        .path("/bin/bash"), arguments: ["-c", line], environment: updated(environment),
        output: .string(limit: 16 << 20),
        error: .discarded
    ).standardOutput
}

/// How a command has ended, and what the command has printed.
struct Ended: Sendable {
    /// The exit code; -1 means that a signal ended the command.
    let code: Int
    let output: String
    let errors: String

    fileprivate init(_ status: TerminationStatus, output: String, errors: String) {
        if case .exited(let code) = status { self.code = Int(code) } else { code = -1 }
        self.output = output
        self.errors = errors
    }
}

/// A line of bash that runs only the program.
let plainRun = "exec \"$0\" \"$@\""

/// Runs a line of bash, in which `"$0" "$@"` is the program with `arguments`.
///
/// - Parameters:
///   - directory: the working directory; nil means the working directory of the tests.
///   - input: the standard input of the line; nil means no input.
func runUnderBash(
    _ line: String = plainRun, _ arguments: [String] = [], in directory: String? = nil,
    environment: [String: String] = [:], input: String? = nil
) async throws -> Ended {
    let all = Arguments(["-c", line, Program.path] + arguments)
    let place = directory.map { FilePath($0) }
    guard let input else {
        let result = try await run(
            .path("/bin/bash"), arguments: all, environment: updated(environment), workingDirectory: place,
            input: .none, output: .string(limit: 4 << 20), error: .string(limit: 4 << 20))
        return Ended(result.terminationStatus, output: result.standardOutput, errors: result.standardError)
    }
    let result = try await run(
        .path("/bin/bash"), arguments: all, environment: updated(environment), workingDirectory: place,
        input: .string(input), output: .string(limit: 4 << 20), error: .string(limit: 4 << 20))
    return Ended(result.terminationStatus, output: result.standardOutput, errors: result.standardError)
}

/// Returns the openid of a follower of the demo world's service account; `number` is from 1 to 1000.
func demoFollower(_ number: Int) -> String { DemoWorld.follower(number, prefix: "ocYxcu") }
