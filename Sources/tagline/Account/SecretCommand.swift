import BulkRuns
import Dispatch
import Foundation

/// A command that prints a secret or an access token.
struct SecretCommand: Sendable {
    private let line: String
    private let name: String
    private let deadline: Duration

    /// - Parameters:
    ///   - line: the command line for the shell.
    ///   - name: the option or setting that gave the command, for messages: `--token-command`.
    ///   - deadline: how long the command may take.
    init(_ line: String, name: String, deadline: Duration = .seconds(30)) {
        self.line = line
        self.name = name
        self.deadline = deadline
    }

    /// Why the command did not print a usable secret.
    struct Failed: CommandFailure {
        let description: String
    }

    /// Runs the command in the shell. Returns its output without blanks around it. Its standard error goes to the
    /// terminal.
    ///
    /// At the deadline, or if the command prints too much, kills the command and every process that the command
    /// started. In both cases, and if the command fails, throws ``Failed``.
    func run() async throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", line]
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw Failed(description: "the shell cannot be started")
        }
        // The command leads its own process group, so the group has the id of the process.
        let group = process.processIdentifier
        let end = ContinuousClock.now + deadline
        let alarm = DispatchWorkItem { kill(-group, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + deadline / .seconds(1), execute: alarm)
        let bytes = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                // A child that continues in the background would keep the pipe open, and Foundation would wait for
                // this child. So kill all children as soon as the shell has ended.
                var ended = siginfo_t()
                waitid(P_PID, id_t(group), &ended, WEXITED | WNOWAIT)
                kill(-group, SIGKILL)
            }
            Thread.detachNewThread {
                let bytes = (try? SecretText.bytes(of: output.fileHandleForReading)) ?? Data()
                if bytes.count > SecretText.longest { kill(-group, SIGKILL) }
                process.waitUntilExit()
                continuation.resume(returning: bytes)
            }
        }
        alarm.cancel()
        guard bytes.count <= SecretText.longest else {
            throw Failed(description: "\(name) printed more than \(SecretText.longest / 1024) KiB")
        }
        guard ContinuousClock.now < end else {
            throw Failed(description: "\(name) took longer than \(Int(deadline / .seconds(1)).counted("second"))")
        }
        switch (process.terminationReason, process.terminationStatus) {
        case (.exit, 0): return SecretText.trimmed(String(decoding: bytes, as: UTF8.self))
        case (.exit, let code): throw Failed(description: "\(name) ended with code \(code)")
        case (_, let signal): throw Failed(description: "\(name) was ended by signal \(signal)")
        }
    }
}
