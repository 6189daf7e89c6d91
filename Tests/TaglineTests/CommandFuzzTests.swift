import Foundation
import Subprocess
import SystemPackage
import TagStoreConformance
import Testing

@testable import tagline

/// Tests random command lines. The program ends with a documented exit code and never by a signal.
///
/// `make soak` tries 2,000 command lines in a round.
@Suite struct CommandFuzzTests {
    /// Commands that all end by themselves.
    private static let commands: [[String]] = [
        ["tag"], ["untag"], ["sync"], ["members"], ["tags"], ["tags", "list"], ["tags", "create"], ["tags", "rename"],
        ["tags", "delete"], ["tags", "drain"], ["followers"], ["followers", "list"], ["followers", "import"],
        ["followers", "export"], ["followers", "remove"], ["blacklist"], ["blacklist", "add"], ["blacklist", "remove"],
        ["quota"], ["runs"], ["runs", "list"], ["runs", "show"], ["accounts"], ["accounts", "create"],
        ["accounts", "update"], ["accounts", "rotate-secret"], ["state", "export"], ["state", "import"],
        ["state", "copy"], ["migrate"], ["explain"], ["help"], ["sandbox", "--bind", "no such host"],
        ["serve", "--bind", "no such host"], [], ["no-such-command"],
    ]

    private static let options = [
        "--tag", "--file", "--where", "--create", "--dry-run", "--resume", "--verify", "--undo", "--yes", "--run-file",
        "--rejects", "--concurrency", "--calls-per-second", "--max-calls", "--attempts", "--progress", "--json",
        "--profile", "--app-id", "--secret-file", "--access-token-file", "--token-command", "--base-url", "--ca",
        "--proxy", "--token-file", "--timeout", "--verbose", "-v", "--log-file", "--max-remove", "--ignore-bad-lines",
        "--allow-empty", "--admin", "--account", "--admin-url", "--admin-token-file", "--limit", "--after",
        "--all-tags", "--secret-out", "--kind", "--allow", "--quota", "--http-port", "--data", "--store", "--config",
        "--from", "--to", "--tls-cert", "--log-level", "--connections", "--help", "--version", "--flie", "--", "-",
        "-x", "---",
    ]

    private static let values = [
        "", "0", "-1", "1", "50", "99999", "65536", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808",
        "1e400", "nan", "inf", "-0", "0.0001", "10%", "101%", "-5%", "%", "100%", "file", "nowhere", ".",
        "/proc/nowhere/x", "/dev/null",
        "/proc/self/mem", "odd", "广东", "id:107", "name:", "\u{1b}[2J", "a\nb", "=", "a=b",
        "a=99999999999999999999",
        "/x=1:2:3", "'", "\"", "!", "a & (b", "((((", "!!!!a", "http://", "http://127.0.0.1:99999", "http://[::1]:1",
        "http://127.0.0.1:1", "127.0.0.1:0", "ftp://x", "postgres://127.0.0.1:1/x", "socks5://127.0.0.1:1",
        "http://user:@:3",
        "ocYxcuDemoFollower0000000001", "wx5ad0c4e6b81f2793", String(repeating: "x", count: 5000), "\u{FEFF}", "💥", "-",
    ]

    private static func line(_ random: inout SeededGenerator) -> [String] {
        var line = commands.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let option = options.randomElement(using: &random) ?? ""
            let value = values.randomElement(using: &random) ?? ""
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5: line += [option, value]
            case 5..<7: line.append(option)
            case 7: line.append("\(option)=\(value)")
            default: line.append(value)
            }
        }
        // An argument of a process cannot contain a zero byte.
        return line.map { $0.replacing("\0", with: "") }
    }

    @Test func `every command line ends with a documented exit code`() async throws {
        let count = ProcessInfo.processInfo.environment["TAGLINE_FUZZ_LINES"].flatMap { Int($0) } ?? 100
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let lines = (0..<count).map { _ in Self.line(&random) }
        let documented = Set(DocumentedExitCode.all.map(\.code))
        try await withTemporaryDirectory { directory in
            try Data("ocYxcuDemoFollower0000000001\nnonsense\n".utf8).write(to: URL(filePath: directory + "/file"))
            try Data("\u{0}\u{1}\"\"\"\n".utf8).write(to: URL(filePath: directory + "/odd"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for part in 0..<8 {
                    group.addTask {
                        for index in stride(from: part, to: count, by: 8) {
                            let ended = try await run(
                                .path("/usr/bin/timeout"),
                                arguments: Arguments(["-s", "KILL", "300", Program.path] + lines[index]),
                                environment: updated([
                                    "TAGLINE_BASE_URL": "http://127.0.0.1:1", "TAGLINE_ADMIN_URL": "http://127.0.0.1:1",
                                    "TAGLINE_APP_ID": "wx5ad0c4e6b81f2793", "TAGLINE_APP_SECRET": "a secret",
                                    "HOME": directory,
                                ]), workingDirectory: FilePath(directory), input: .none,
                                output: .string(limit: 4 << 20), error: .string(limit: 4 << 20))
                            guard case .exited(let code) = ended.terminationStatus, documented.contains(code) else {
                                Issue.record(
                                    "seed \(seed), line \(index): \(lines[index]) ended with \(ended.terminationStatus): \(ended.standardError.suffix(500))"
                                )
                                continue
                            }
                            #expect(
                                code == 0 || code == 2 || !ended.standardError.isEmpty,
                                "seed \(seed), line \(index): \(lines[index]) said nothing")
                            // The test ignores these lines: the shell of --token-command repeats a command that it
                            // cannot run.
                            let own = ended.standardError.split(whereSeparator: \.isNewline).filter {
                                !$0.hasPrefix("/bin/sh: ")
                            }
                            #expect(
                                !own.joined().contains("\u{1b}"), "seed \(seed), line \(index): \(lines[index])")
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
