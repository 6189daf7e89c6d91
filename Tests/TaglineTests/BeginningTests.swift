import Foundation
import Testing

@testable import tagline

/// Tests which tags stay at the platform and which files stay in the directory if a run does not begin.
@Suite struct BeginningTests {
    private static let files = ["asked", "f.csv", "out"]

    /// Writes a file that needs three new tags.
    private func writeFile(_ bench: ScriptedBench) throws {
        let rows = (0...2).map { "\(demoFollower($0 + 1)),h\($0)" }
        try bench.write("f.csv", ["openid,tag"] + rows)
    }

    // MARK: Lost answers

    @Test func `the command deletes all new tags again, even if the answer to a creation was lost`() async throws {
        let tags = ScriptedTags()
        try await ScriptedBench.with({ line, body, _ in
            let answer = tags.answer(line, body)
            return line.contains("/tags/create?") && body.contains("h1") ? .cut("") : answer
        }) { bench in
            try writeFile(bench)
            let ended = try await bench.tagline("tag", "--file", "f.csv", "--create")
            #expect(ended.code == 1 && ended.output.isEmpty, "\(ended)")
            for sentence in [
                "created the tag h0, 135", "the tag h1, 136, was created, although no valid answer confirmed it",
                "deleted the new tag h0, 135", "deleted the new tag h1, 136", "gave no valid answer",
            ] {
                #expect(ended.errors.contains(sentence), "\(ended)")
            }
            #expect(tags.names == ["广东"])
            #expect(try bench.files == ["f.csv"])
        }
    }

    @Test func `the command distinguishes a deletion whose answer was lost from a deletion that failed`() async throws {
        let tags = ScriptedTags()
        try await ScriptedBench.with({ line, body, _ in
            if line.contains("/tags/create?"), body.contains("h2") {
                return .text(#"{"errcode":45056,"errmsg":"too many tags"}"#)
            }
            let answer = tags.answer(line, body)
            return line.contains("/tags/delete?") ? .cut("") : answer
        }) { bench in
            try writeFile(bench)
            let ended = try await bench.tagline("tag", "--file", "f.csv", "--create")
            #expect(ended.code == 1 && ended.errors.contains("refused: 45056"), "\(ended)")
            #expect(ended.errors.contains("deleted the new tag h0, 135"), "\(ended)")
            #expect(ended.errors.contains("deleted the new tag h1, 136"), "\(ended)")
            #expect(!ended.errors.contains("could not be deleted"), "\(ended)")
            #expect(tags.names == ["广东"])
        }
    }

    @Test func `the command names the new tags that it could not delete`() async throws {
        let tags = ScriptedTags()
        try await ScriptedBench.with({ line, body, _ in
            if line.contains("/tags/create?"), body.contains("h1") { return .cut("") }
            let isLate = tags.names.count > 1
            if isLate, line.contains("/tags/get?") || line.contains("/tags/delete?") {
                return .text("", status: "502 Bad Gateway")
            }
            return tags.answer(line, body)
        }) { bench in
            try writeFile(bench)
            let ended = try await bench.tagline("tag", "--file", "f.csv", "--create")
            #expect(ended.code == 1, "\(ended)")
            for sentence in [
                "the tag h1 may have been created: no valid answer confirms it",
                "the tag h0, 135, was created, and no valid answer says whether it was deleted afterwards",
            ] {
                #expect(ended.errors.contains(sentence), "\(ended)")
            }
        }
    }

    @Test func `after a lost answer the command checks whether the account has the new tag`() async throws {
        let tags = ScriptedTags()
        try await ScriptedBench.with({ line, body, _ in
            if line.contains("/tags/create?"), body.contains("never") { return .cut("") }
            let answer = tags.answer(line, body)
            return line.contains("/tags/create?") ? .cut("") : answer
        }) { bench in
            let made = try await bench.tagline("tags", "create", "vip")
            #expect(made.code == 1 && made.errors.contains("The account has a tag of this name now, 135"), "\(made)")
            let never = try await bench.tagline("tags", "create", "never")
            #expect(never.code == 1 && never.errors.contains("The account has no tag of this name now"), "\(never)")
        }
    }

    // MARK: Signals

    @Test(arguments: ["INT", "TERM", "HUP"])
    func `a signal during the creation of tags makes the command delete the new tags`(signal: String) async throws {
        let tags = ScriptedTags()
        try await ScriptedBench.with({ line, body, directory in
            let answer = tags.answer(line, body)
            guard line.contains("/tags/create?"), body.contains("h1") else { return answer }
            _ = FileManager.default.createFile(atPath: directory + "/asked", contents: nil)
            return .nothing
        }) { bench in
            try writeFile(bench)
            let ended = try await bench.bash(
                when: "asked", "kill -\(signal) $tagline",
                ["tag", "--file", "f.csv", "--create", "--timeout", "2", "--progress", "none"])
            #expect(ended.output == "code 130\n", "\(ended)")
            for sentence in [
                "stopping after the call in flight is answered and the new tags are deleted again",
                "the tag h1, 136, was created", "deleted the new tag h0, 135",
                "deleted the new tag h1, 136",
            ] {
                #expect(ended.errors.contains(sentence), "\(ended)")
            }
            #expect(tags.names == ["广东"])
            #expect(try bench.files == Self.files)
        }
    }

    @Test func `if a signal comes while the command reads a tag's followers, the command deletes the new tags`()
        async throws
    {
        let tags = ScriptedTags()
        try await ScriptedBench.with({ line, body, directory in
            guard line.contains("user/tag/get") else { return tags.answer(line, body) }
            _ = FileManager.default.createFile(atPath: directory + "/asked", contents: nil)
            return .nothing
        }) { bench in
            try bench.write(
                "f.csv", ["openid,tag", "\(demoFollower(1)),134", "\(demoFollower(2)),h0"])
            let ended = try await bench.bash(
                when: "asked", "kill -TERM $tagline", ["tag", "--file", "f.csv", "--create", "--timeout", "1"])
            #expect(ended.output == "code 130\n", "\(ended)")
            #expect(ended.errors.contains("deleted the new tag h0, 135"), "\(ended)")
            #expect(ended.errors.contains("the command was ended before the run began"), "\(ended)")
            #expect(tags.names == ["广东"])
            #expect(try bench.files == Self.files)
        }
    }

    @Test func `a command that gets a second signal ends at once, and names the new tags that stay`() async throws {
        let tags = ScriptedTags()
        try await ScriptedBench.with({ line, body, directory in
            guard line.contains("/tags/create?"), body.contains("h1") else { return tags.answer(line, body) }
            _ = FileManager.default.createFile(atPath: directory + "/asked", contents: nil)
            return .nothing
        }) { bench in
            try writeFile(bench)
            let ended = try await bench.bash(
                when: "asked",
                """
                kill -TERM $tagline
                for i in {1..1200}; do grep -q stopping out/errors && break; sleep 0.1; done
                kill -INT $tagline
                """, ["tag", "--file", "f.csv", "--create", "--timeout", "600"])
            #expect(ended.output == "code 130\n", "\(ended)")
            #expect(
                ended.errors.hasSuffix(
                    "SIGINT ended the command before its new tags were deleted again; these stay: h0 (135), perhaps h1\n"
                ), "\(ended)")
        }
    }

    @Test func `a signal before the run begins leaves no file`() async throws {
        let tags = ScriptedTags()
        try await ScriptedBench.with({ line, body, directory in
            guard line.contains("user/tag/get") else { return tags.answer(line, body) }
            _ = FileManager.default.createFile(atPath: directory + "/asked", contents: nil)
            return .nothing
        }) { bench in
            try bench.write("f.csv", [demoFollower(1)])
            for command in ["tag", "sync"] {
                let ended = try await bench.bash(
                    when: "asked", "kill -TERM $tagline",
                    [command, "--tag", "134", "--file", "f.csv", "--timeout", "600", "--progress", "none"])
                #expect(ended.output == "code 130\n", "\(command): \(ended)")
                #expect(ended.errors == "tagline: SIGTERM ended the command before the run began\n", "\(ended)")
                #expect(try bench.files == Self.files, "\(command)")
                for file in ["asked", "out"] {
                    try FileManager.default.removeItem(atPath: "\(bench.directory)/\(file)")
                }
            }
        }
    }

    @Test func `the effect of a signal depends on the phase of the command`() {
        func words(_ step: EndingSignals.Step) -> [String] {
            switch step {
            case .inOrder(let sentence, _): ["in order", sentence]
            case .now(let lines, _): ["now"] + lines
            }
        }
        let ends: [(EndingSignals.Phase, [String])] = [
            (.beforeTheRun(leave: {}), ["now", "SIGINT ended the command before the run began"]),
            (.begun, ["now", "SIGINT ended the command before it changed a follower", "Go on with: again"]),
            (.afterTheRun, ["now", "SIGINT ended the command"]),
        ]
        for (start, expected) in ends {
            var phase = start
            let step = phase.meet("SIGINT", resuming: "again")
            #expect(words(step) == expected)
        }
        var phase = EndingSignals.Phase.running(stop: {})
        let first = phase.meet("SIGINT", resuming: "again")
        #expect(words(first).first == "in order")
        let second = phase.meet("SIGTERM", resuming: "again")
        #expect(words(second) == ["now", "SIGTERM ended the command before the calls in flight were answered"])
    }

    // MARK: A run that has not begun

    @Test func `tagline runs show prints how to begin a run that was killed while it read its input`() async throws {
        let tags = ScriptedTags()
        try await ScriptedBench.with({ line, body, _ in tags.answer(line, body) }) { bench in
            try bench.write("many", (0..<100_000).map(BulkCommandTests.openID))
            // The pipe stays open, so the input has no end.
            let ended = try await bench.bash(
                """
                mkfifo in; exec 3<>in
                "$0" "$@" < in 2> errors & tagline=$!
                cat many >&3
                for i in {1..1200}; do grep -q '"loading":' errors && break; sleep 0.1; done
                kill -KILL $tagline; wait $tagline
                "$0" runs list; "$0" runs show tagline.run; echo "code $?"
                """, ["tag", "--tag", "134", "--file", "-", "--progress", "json"])
            #expect(ended.output.contains("tagline.run") && ended.output.contains("not begun"), "\(ended)")
            #expect(ended.output.hasSuffix("code 1\n"), "\(ended)")
            let command = "\(Program.path) tag --tag 134 --file - --progress json --resume"
            #expect(ended.errors.contains("tagline.run is a run that has not begun"), "\(ended)")
            #expect(ended.errors.contains("Begin it with: \(command)\n"), "\(ended)")
        }
    }
}
