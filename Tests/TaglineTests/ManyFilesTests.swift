import Foundation
import Testing

/// Tests several input files in one command. Each message about a line of a file also names that file.
@Suite struct ManyFilesTests {
    private func withBench(_ body: (ScriptedBench, ScriptedTags) async throws -> Void) async throws {
        let tags = ScriptedTags([107: "vip", 109: "107", 134: "广东"])
        try await ScriptedBench.with({ line, body, _ in tags.answer(line, body) }) { try await body($0, tags) }
    }

    private static let one = demoFollower(1)
    private static let two = demoFollower(2)

    @Test func `a message about a line names the file if the command has several files`() async throws {
        try await withBench { bench, _ in
            try bench.write("m1.csv", ["openid,tag", "\(Self.one),vip", "\(Self.two),vip"])
            try bench.write("m2.csv", ["openid,tag", "\(Self.one),vip", "\(Self.two),107"])
            let cell = try await bench.tagline("tag", "--file", "m1.csv", "--file", "m2.csv")
            let words = "m2.csv, line 3: \"107\" may mean 2 tags"
            #expect(cell.code == 1 && cell.errors.contains("tagline: \(words)"), "\(cell)")
            let alone = try await bench.tagline("tag", "--file", "m2.csv")
            #expect(alone.errors.contains("tagline: line 3: \"107\" may mean 2 tags"), "\(alone)")
            try bench.write("a.txt", [Self.one])
            try bench.write("b.txt", [Self.two, "nobody"])
            let sync = try await bench.tagline(
                "sync", "--tag", "134", "--file", "a.txt", "--file", "b.txt", "--yes")
            // The tag 134 has no followers. A sync that takes the tag from no follower accepts a broken line.
            #expect(sync.code == 2, "\(sync)")
            let blacklist = try await bench.tagline("blacklist", "add", "--file", "a.txt", "--file", "b.txt")
            #expect(blacklist.code == 2, "\(blacklist)")
            #expect(blacklist.errors == "tagline: b.txt, line 2: not an openid: nobody\n", "\(blacklist)")
            let list = try await bench.tagline("blacklist", "add", "--file", "b.txt")
            #expect(list.errors == "tagline: line 2: not an openid: nobody\n", "\(list)")
        }
    }

    @Test func `a sync that would take the tag from a follower names the file of the broken line`() async throws {
        let tags = ScriptedTags(carriers: [demoFollower(9)])
        try await ScriptedBench.with({ line, body, _ in tags.answer(line, body) }) { bench in
            try bench.write("a.txt", [Self.one])
            try bench.write("b.txt", [Self.two, "nobody"])
            let sync = try await bench.tagline(
                "sync", "--tag", "134", "--file", "a.txt", "--file", "b.txt", "--yes")
            #expect(sync.code == 1, "\(sync)")
            let words = "1 line of a.txt, b.txt cannot be read, the first is b.txt, line 2, and their"
            #expect(sync.errors.contains(words), "\(sync)")
        }
    }

    @Test func `--create refuses a tag name that lost characters in a conversion of the file`() async throws {
        try await withBench { bench, tags in
            for text in ["??", "??101", "\u{FFFD}\u{FFFD}"] {
                try bench.write("out.csv", ["openid,tag", "\(Self.one),广东", "\(Self.two),\(text)"])
                let ended = try await bench.tagline("tag", "--file", "out.csv", "--create")
                #expect(ended.code == 1, "\(ended)")
                #expect(ended.errors.contains("line 3: the file seems to have lost characters"), "\(ended)")
                #expect(ended.errors.contains("soffice --headless --convert-to"), "\(ended)")
            }
            #expect(tags.names == ["vip", "107", "广东"])
            try bench.write("own.csv", ["openid,tag", "\(Self.one),name:??"])
            let meant = try await bench.tagline("tag", "--file", "own.csv", "--create", "--progress", "none")
            #expect(meant.code == 0 && tags.names.last == "??", "\(meant)")
        }
    }
}
