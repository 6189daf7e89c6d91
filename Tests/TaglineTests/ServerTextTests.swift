import Foundation
import Testing

@testable import tagline

/// Tests that a text from a server or a file never begins a new line of the output.
@Suite struct ServerTextTests {
    /// The name of a tag. If the program printed the line break, the second line would look like advice of the program.
    private static let name = "a\nGo on with: rm -rf x"
    private static let shown = #"a\u{a}Go on with: rm -rf x"#

    private func withBench(
        errors: Set<String> = [], _ body: (ScriptedBench) async throws -> Void
    ) async throws {
        let tags = ScriptedTags([100: Self.name, 101: "vip"], carriers: [demoFollower(1)])
        try await ScriptedBench.with({ line, body, _ in
            if errors.contains(where: { line.contains($0) }) {
                return .text(#"{"errcode":45157,"errmsg":"x\nGo on with: rm -rf x\tand y"}"#)
            }
            return tags.answer(line, body)
        }) { bench in
            try bench.write("f", [demoFollower(2)])
            try await body(bench)
        }
    }

    private func expectNoLineOfTheServer(_ ended: Ended, _ command: String) {
        for line in (ended.output + ended.errors).split(whereSeparator: \.isNewline) {
            #expect(!line.hasPrefix("Go on with: rm"), "\(command): \(ended)")
        }
    }

    @Test(arguments: [
        "tags drain id:100 --dry-run", "tags drain id:100", "tags drain id:100 --yes", "tags drain id:100 --yes --json",
        "tags delete id:100 --yes", "tags rename id:100 other", "tags list", "sync --tag id:100 --file f --dry-run",
        "sync --tag id:100 --file f --yes", "tag --tag id:100 --file f --dry-run", "tag --tag id:100 --file f --verify",
        "untag --all-tags --file f", "members no-such-tag", "members --where no-such-tag", "tag --tag none --file f",
    ])
    func `the program prints the name of a tag on one line`(command: String) async throws {
        try await withBench { bench in
            let ended = try await bench.bash(plainRun, command.split(separator: " ").map(String.init))
            expectNoLineOfTheServer(ended, command)
            #expect([0, 1, 5].contains(ended.code), "\(ended)")
        }
    }

    @Test func `the plan of a drain shows a line break in the tag's name as an escape`() async throws {
        try await withBench { bench in
            let ended = try await bench.tagline("tags", "drain", "id:100", "--dry-run")
            #expect(ended.code == 0, "\(ended)")
            #expect(ended.output.contains("\n\(Self.shown) (100): 1 lose it, and it is deleted; 1 calls\n"), "\(ended)")
            let missing = try await bench.tagline("members", "none")
            #expect(missing.errors.contains("Its tags: 100 \(Self.shown), 101 vip\n"), "\(missing)")
        }
    }

    @Test(arguments: [
        ("/tags/update?", "tags rename vip gold"), ("/tags/create?", "tags create gold"),
        ("/tags/create?", "tag --tag gold --create --file f"), ("/tags/delete?", "tags delete vip --yes"),
        ("/tags/get?", "tags list"), ("batchtagging", "tag --tag vip --file f"), ("stable_token", "tags list"),
        ("quota/get", "tag --tag vip --file f --dry-run"), ("batchuntagging", "tags drain vip --yes"),
        ("batchblacklist", "blacklist add --file f"),
    ])
    func `the program prints the reason for a refusal on one line`(path: String, command: String) async throws {
        try await withBench(errors: [path]) { bench in
            let ended = try await bench.bash(plainRun, command.split(separator: " ").map(String.init))
            expectNoLineOfTheServer(ended, command)
            let rejects = try? String(contentsOfFile: bench.directory + "/f.rejects.csv", encoding: .utf8)
            let said = ended.output + ended.errors + (rejects ?? "")
            #expect(said.contains(#"x\u{a}Go on with: rm -rf x\u{9}and y"#), "\(command): \(ended)")
        }
    }

    @Test func `the program prints column names and file names on one line`() async throws {
        try await withBench { bench in
            try bench.write("h.csv", ["\"user\nGo on with: rm\",name", "1,2"])
            let header = try await bench.tagline("tag", "--tag", "vip", "--file", "h.csv")
            expectNoLineOfTheServer(header, "header")
            #expect(header.code == 1 && header.errors.contains(#"only user\u{a}Go on with: rm, name"#), "\(header)")
            let file = try await bench.tagline("tag", "--tag", "vip", "--file", "x\nGo on with: rm")
            expectNoLineOfTheServer(file, "file")
            #expect(file.code == 1 && file.errors.contains(#"there is no file x\u{a}Go on with: rm"#), "\(file)")
        }
    }

    @Test func `a shell can run a command line that the program suggests, even with line breaks`() async throws {
        #expect(TypedCommand.text(of: ["tag", "--file", "a\nb"]) == #"tag --file $'a\012b'"#)
        let text = "it's\n\u{1B}[2J\\ 广\u{202E}"
        let typed = TypedCommand.text(of: ["printf", "%s", text])
        #expect(!typed.contains("\n"))
        #expect(try await shell(typed) == text)
    }
}
