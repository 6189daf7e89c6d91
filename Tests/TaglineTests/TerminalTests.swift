import Foundation
import Subprocess
import SystemPackage
import TagStoreConformance
import TaglineServer
import Testing
import WireTable

@testable import tagline

/// Tests commands in a terminal. The progress bar must fit on one line and show what the run waits for.
@Suite struct TerminalTests {
    private static let script = Program.repository.appending(path: "Tests/TaglineTests/terminal.py").path
    private static let token = #"{"access_token":"t","expires_in":7200}"#
    private static let tags = #"{"tags":[{"id":134,"name":"广东","count":0}]}"#
    private static let ok = #"{"errcode":0,"errmsg":"ok"}"#
    private static let quota =
        #"{"errcode":0,"errmsg":"ok","quota":{"daily_limit":9000000,"used":0,"remain":9000000}}"#

    private func usual(_ line: String) -> String {
        if line.contains("stable_token") { return Self.token }
        if line.contains("/tags/get?") { return Self.tags }
        if line.contains("user/tag/get") { return #"{"count":0}"# }
        return line.contains("quota/get") ? Self.quota : Self.ok
    }

    private func shown(
        _ columns: String, _ arguments: [String], in directory: String, at address: String,
        environment: [String: String] = [:]
    ) async throws -> String {
        try await run(
            .path("/usr/bin/env"), arguments: Arguments(["python3", Self.script, columns, Program.path] + arguments),
            environment: updated(
                [
                    "TAGLINE_APP_ID": "wx", "TAGLINE_APP_SECRET": "s", "TAGLINE_BASE_URL": address, "TERM": "xterm",
                ].merging(environment) { $1 }), workingDirectory: FilePath(directory), input: .none,
            output: .string(limit: 16 << 20), error: .discarded
        ).standardOutput
    }

    private func number(_ name: String, in text: String) throws -> Int {
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }, "\(text)")
        return try #require(Int(line.dropFirst(name.count + 1)))
    }

    @Test(arguments: [("40", "xterm"), ("80", "dumb"), ("200", "xterm"), ("80,60", "xterm")])
    func `a progress bar fits on one line of the terminal`(columns: String, term: String) async throws {
        let most = try #require(columns.split(separator: ",").compactMap { Int($0) }.max())
        try await withTemporaryDirectory { directory in
            let lines = (0..<60_000).map(BulkCommandTests.openID)
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: directory + "/广东广东广东广东广东广东"))
            try await BadServer.with({ line, _, _ in .text(usual(line)) }) { server in
                let text = try await shown(
                    columns,
                    [
                        "tag", "--tag", "134", "--file", "广东广东广东广东广东广东", "--concurrency", "2", "--calls-per-second",
                        "600",
                    ],
                    in: directory, at: server.address, environment: ["TERM": term, "NO_COLOR": "1"])
                #expect(text.contains("60,000 tagged, 0 refused"), "\(text)")
                let bars = text.split(separator: "\n").filter { $0.contains("100 %") }
                #expect(bars.count == 1, "\(text)")
                #expect(try number("escapes", in: text) == 0)
                #expect(try number("drawn", in: text) > 3)
                #expect(try number("lines", in: text) < 12, "\(text)")
                // Only the bar must fit. The other lines of the program can be longer than the terminal is wide.
                #expect(bars.allSatisfy { $0.count - 2 < most }, "\(bars)")
            }
        }
    }

    @Test func `a run reports what it waits for, and which calls failed`() async throws {
        try await withTemporaryDirectory { directory in
            let lines = (0..<500).map(BulkCommandTests.openID)
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: directory + "/file"))
            try await BadServer.with({ line, _, _ in
                line.contains("batchtagging")
                    ? .text(#"{"errcode":45011,"errmsg":"reach max api minute quota limit"}"#) : .text(usual(line))
            }) { server in
                // Without the signal, the run would wait for minutes.
                let ended = try await run(
                    .path("/bin/bash"),
                    arguments: Arguments(
                        [
                            "-c",
                            """
                            "$0" "$@" 2> errors & tagline=$!
                            for i in {1..1200}; do grep -q waiting_for errors && break; sleep 0.1; done
                            kill -KILL $tagline; cat errors >&2
                            """, Program.path, "tag", "--tag", "134", "--file", directory + "/file", "--progress",
                            "json",
                        ]),
                    environment: updated([
                        "TAGLINE_APP_ID": "wx", "TAGLINE_APP_SECRET": "s", "TAGLINE_BASE_URL": server.address,
                    ]), workingDirectory: FilePath(directory), input: .none, output: .discarded,
                    error: .string(limit: 1 << 20))
                #expect(ended.standardError.contains(#""failures":{"45011":"#), "\(ended.standardError)")
                #expect(
                    ended.standardError.contains(#""waiting_for":"waits for the next minute, "#),
                    "\(ended.standardError)")
            }
        }
    }

    @Test func `completions suggest files for each option whose value is a file`() async throws {
        try await withTemporaryDirectory { directory in
            try Data().write(to: URL(filePath: directory + "/followers.txt"))
            let bash = """
                cd '\(directory)'
                source <('\(Program.path)' --generate-completion-script bash)
                function="$(complete -p tagline | sed 's/.*-F \\([^ ]*\\) .*/\\1/')"
                for option in --file --run-file --rejects --secret-file --ca --token-file --log-file --access-token-file; do
                    COMP_WORDS=(tagline tag $option fol) COMP_CWORD=3 COMP_LINE="tagline tag $option fol" COMP_POINT=${#COMP_LINE}
                    COMPREPLY=()
                    "$function" tagline fol "$option" 2> /dev/null
                    echo "$option ${COMPREPLY[*]}"
                done
                """
            let text = try await shell(bash)
            for line in text.split(separator: "\n") { #expect(line.hasSuffix(" followers.txt"), "\(text)") }
            #expect(text.split(separator: "\n").count == 8, "\(text)")
            for shell in ["zsh", "fish"] {
                let script = try await runProgram(["--generate-completion-script", shell])
                #expect(script.status == .exited(0) && script.output.contains("file"), "\(script.errors)")
            }
        }
    }

    @Test(arguments: [
        ("tag --file = fol", "followers.txt"), ("tag --file =", "followers.txt"), ("tag --file fol", "followers.txt"),
        ("tag --tag = vip --file = fol", "followers.txt"), ("tag --tag = vip --reje", "--rejects"),
        ("tag --progress = js", "json"), ("sandbox --world = fol", "followers.txt"),
        ("faults check fol", "followers.txt"), ("faults apply fol", "followers.txt"), ("runs show =", ""),
    ])
    func `bash completes values after an equals sign`(words: String, offers: String) async throws {
        try await withTemporaryDirectory { directory in
            try Data().write(to: URL(filePath: directory + "/followers.txt"))
            // For `--file=fol`, bash passes the three words `--file`, `=` and `fol`.
            let text = try await shell(
                """
                cd '\(directory)'
                source <('\(Program.path)' --generate-completion-script bash)
                function="$(complete -p tagline | sed 's/.*-F \\([^ ]*\\) .*/\\1/')"
                COMP_WORDS=(tagline \(words)) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                COMP_LINE="${COMP_WORDS[*]}" COMP_POINT=${#COMP_LINE} COMPREPLY=()
                "$function" tagline "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}" 2>&1
                echo "${COMPREPLY[*]}"
                """)
            #expect(text == (offers.isEmpty ? "\n" : offers + "\n"), "\(text)")
        }
    }

    @Test func `the help has two examples for every command, and all exit codes`() async throws {
        func commands(_ tree: CommandTree, _ path: [String]) -> [[String]] {
            [path]
                + (tree.subcommands ?? []).filter { $0.commandName != "help" }
                .flatMap { commands($0, path + [$0.commandName]) }
        }
        let tree = try #require(CommandTree.whole())
        for path in commands(tree, []) {
            let help = try await runProgram(path + ["--help"]).output
            let lines = help.split(separator: "\n").drop { $0 != "Examples:" }.dropFirst().prefix { $0.hasPrefix("  ") }
            #expect(lines.count >= 2, "\(path): \(help)")
        }
        let codes = try await runProgram(["help", "exit-codes"]).output
        for code in [0, 1, 2, 3, 4, 5, 64, 74, 130] {
            #expect(codes.contains("\n\(code) ") || codes.hasPrefix("\(code) "))
        }
    }
}
