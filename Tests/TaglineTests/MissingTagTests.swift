import Foundation
import Synchronization
import Testing

/// Tests the messages of commands if the platform answers that a tag does not exist (45159).
@Suite struct MissingTagTests {
    private static let gone = #"{"errcode":45159,"errmsg":"invalid tag id"}"#

    /// Runs `body` with a server that answers 45159 to each call whose path contains `path`.
    ///
    /// - Parameter isDeleted: whether the server deletes the tag 134 before it answers 45159.
    private func withBench(
        _ path: String, isDeleted: Bool, _ body: (ScriptedBench, ScriptedTags) async throws -> Void
    ) async throws {
        let tags = ScriptedTags(carriers: [demoFollower(1)])
        try await ScriptedBench.with({ line, body, _ in
            guard line.contains(path) else { return tags.answer(line, body) }
            if isDeleted { tags.remove(134) }
            return .text(Self.gone)
        }) { bench in
            try bench.write("f", [demoFollower(2)])
            try await body(bench, tags)
        }
    }

    private static let runs = [
        (["tag", "--tag", "134", "--file", "f"], "batchtagging"),
        (["untag", "--tag", "134", "--file", "f"], "batchuntagging"),
        (["sync", "--tag", "134", "--file", "f", "--yes"], "batchtagging"),
    ]

    @Test(arguments: runs)
    func `a run reports that the account still has the tag, and how to continue`(command: [String], path: String)
        async throws
    {
        try await withBench(path, isDeleted: false) { bench, tags in
            let ended = try await bench.bash(plainRun, command + ["--attempts", "1"])
            #expect(ended.code == 4, "\(ended)")
            #expect(
                ended.errors.contains(
                    "the run stopped: the platform answered 45159 invalid tag id, but the account's list still has the tag"
                ), "\(ended)")
            #expect(ended.errors.contains("\nGo on with: ") && !ended.errors.contains("no longer has"), "\(ended)")
            #expect(tags.lists == 2)
        }
    }

    @Test(arguments: runs)
    func `a run reports that the account no longer has the tag`(command: [String], path: String) async throws {
        try await withBench(path, isDeleted: true) { bench, _ in
            let ended = try await bench.bash(plainRun, command + ["--attempts", "1"])
            #expect(ended.code == 4, "\(ended)")
            #expect(
                ended.errors.contains(
                    "the run stopped: the account no longer has the tag 134. Start a new run with another tag"),
                "\(ended)")
            #expect(!ended.errors.contains("Go on with: "), "\(ended)")
        }
    }

    @Test func `--undo reports that the account no longer has the tag`() async throws {
        try await withBench("batchuntagging", isDeleted: true) { bench, _ in
            #expect(try await bench.tagline("tag", "--tag", "134", "--file", "f").code == 0)
            let undone = try await bench.tagline("tag", "--undo", "--file", "f", "--attempts", "1")
            #expect(undone.code == 4, "\(undone)")
            #expect(
                undone.errors.contains("no longer has the tag 134. No follower carries it any more"), "\(undone)")
        }
    }

    @Test(
        arguments: [
            ["tags", "delete", "", "--yes"], ["tags", "delete", " \u{3000}", "--yes"], ["tags", "drain", "", "--yes"],
            ["tags", "rename", "", "x"], ["members", ""], ["members", "--where", "\"\" | id:134"],
            ["followers", "list", "--tag", ""], ["sync", "--tag", "", "--file", "f", "--yes"],
            ["sync", "--tag", " ", "--file", "f", "--yes", "--create"],
        ], ["\"\"", "null"])
    func `an empty tag is refused, even if the platform lists a tag without a name`(command: [String], name: String)
        async throws
    {
        let changes = Mutex<[String]>([])
        try await ScriptedBench.with({ line, body, _ in
            if line.contains("/tags/get?") {
                return .text(#"{"tags":[{"id":107,"name":\#(name),"count":3},{"id":134,"name":"vip","count":0}]}"#)
            }
            if ["/tags/delete?", "/tags/update?", "/members/batch"].contains(where: { line.contains($0) }) {
                changes.withLock { $0.append(line) }
                return .text(#"{"errcode":0,"errmsg":"ok"}"#)
            }
            return ScriptedTags().answer(line, body)
        }) { bench in
            try bench.write("f", [demoFollower(2)])
            let ended = try await bench.bash(plainRun, command)
            #expect(ended.code == 64, "\(ended)")
            #expect(ended.errors.contains("tag is empty; "), "\(ended)")
            let changed = changes.withLock { $0 }
            #expect(changed.isEmpty)
            let named = try await bench.tagline("tags", "delete", "id:107", "--yes")
            let deleted = changes.withLock { $0 }
            #expect(named.code == 0 && deleted.count == 1, "\(named)")
        }
    }

    @Test(arguments: ["batchuntagging", "/tags/delete?", "user/tag/get"])
    func `a drain succeeds if another program deletes the tag during the drain`(path: String) async throws {
        try await withBench(path, isDeleted: true) { bench, tags in
            let ended = try await bench.tagline("tags", "drain", "134", "--yes", "--attempts", "1")
            // The command lists the followers of the tag before the drain begins. A deletion at that time is an error.
            let isEarly = path == "user/tag/get"
            #expect(ended.code == (isEarly ? 1 : 0), "\(ended)")
            let told = isEarly ? ended.errors : ended.output
            #expect(told.contains(isEarly ? "the account no longer has the tag 134" : "and it is deleted."), "\(ended)")
            #expect(tags.names.isEmpty)
        }
    }

    @Test(arguments: ["batchuntagging", "/tags/delete?", "user/tag/get"])
    func `a drain reports that the account still has the tag`(path: String) async throws {
        try await withBench(path, isDeleted: false) { bench, _ in
            let ended = try await bench.tagline("tags", "drain", "134", "--yes", "--attempts", "1")
            #expect(ended.code == (path == "batchuntagging" ? 4 : 1), "\(ended)")
            #expect(ended.errors.contains("but the account's list still has the tag"), "\(ended)")
            #expect(!ended.output.contains("and it is deleted."), "\(ended)")
        }
    }

    @Test(arguments: [
        ("members 134", true), ("members --where 134", false), ("followers list --tag 134", true),
        ("untag --all-tags --file f --attempts 1", true), ("untag --all-tags --file f --attempts 1", false),
        ("sync --tag 134 --file f --attempts 1", true), ("sync --tag 134 --file f --attempts 1", false),
        ("tag --tag 134 --where 134 --attempts 1", true), ("tag --tag 134 --where 134 --attempts 1", false),
    ])
    func `if the platform refuses to list a tag's followers, a command reports whether the tag exists`(
        command: String, isDeleted: Bool
    ) async throws {
        try await withBench("user/tag/get", isDeleted: isDeleted) { bench, _ in
            let ended = try await bench.bash(plainRun, command.split(separator: " ").map(String.init))
            let words = isDeleted ? "the account no longer has the tag 134" : "the account's list still has the tag"
            #expect(ended.code == 1 && ended.errors.contains(words), "\(ended)")
        }
    }
}
