import Foundation

/// A command that prints an access token.
struct TokenCommand: Sendable {
    private let line: String

    init(_ line: String) {
        self.line = line
    }

    /// Why the command gave no token.
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs the command in the shell and returns what it printed, without blanks around it. Its standard error is left to the terminal.
    func run() async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            let process = Process()
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = ["-c", line]
            let output = Pipe()
            process.standardOutput = output
            process.standardInput = FileHandle.nullDevice
            do {
                try process.run()
            } catch {
                return continuation.resume(throwing: Failed(description: "the shell cannot be started"))
            }
            Thread.detachNewThread {
                let bytes = (try? output.fileHandleForReading.readToEnd()) ?? Data()
                process.waitUntilExit()
                guard process.terminationStatus == 0, process.terminationReason == .exit else {
                    return continuation.resume(
                        throwing: Failed(description: "--token-command ended with code \(process.terminationStatus)"))
                }
                let token = String(decoding: bytes.prefix(64 * 1024), as: UTF8.self)
                continuation.resume(returning: token.trimmingCharacters(in: .whitespacesAndNewlines))
            }
        }
    }
}
