import BulkRuns
import Foundation
import OfficialAccount
import OfficialAccountClient
import Subprocess
import SystemPackage
import TagStoreConformance
import TaglineServer
import Testing
import WireTable

@testable import tagline

/// Tests `tagline tag` and related commands against a running sandbox.
@Suite struct BulkCommandTests {
    static let followers = 20_000

    static func openID(_ number: Int) -> String { "\(OpenID.numbered("oBulk", number))" }

    /// Runs `body` with a sandbox and with a file `file` that has `count` openids. The service account has all these
    /// openids as followers, except the openids whose numbers are in `bad`.
    private func withFollowers(
        _ count: Int = 300, bad: Set<Int> = [], arguments: [String] = [],
        _ body: @escaping @Sendable (Bench) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            try await withLiveSandbox(arguments: arguments) { server in
                let bench = Bench(server: server, directory: directory)
                try bench.write("followers", (0..<count).filter { !bad.contains($0) }.map(Self.openID))
                let imported = try await bench.tagline(
                    "followers", "import", "followers", "--account", "\(DemoWorld.service.appID)", "--admin-url",
                    server.addresses.admin)
                #expect(imported.output.contains("\((count - bad.count).grouped) new"), "\(imported)")
                try bench.write("file", (0..<count).map(Self.openID))
                try await body(bench)
            }
        }
    }

    /// A directory in which commands run, and the server that they call.
    struct Bench: Sendable {
        let server: LiveServer
        let directory: String

        /// Runs `body` with a sandbox and an empty directory.
        static func with(_ body: @escaping @Sendable (Bench) async throws -> Void) async throws {
            try await withTemporaryDirectory { directory in
                try await withLiveSandbox { server in try await body(Bench(server: server, directory: directory)) }
            }
        }

        func write(_ name: String, _ lines: [String]) throws {
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: directory + "/" + name))
        }

        func read(_ name: String) throws -> String {
            try String(contentsOfFile: directory + "/" + name, encoding: .utf8)
        }

        var environment: [String: String] {
            [
                "TAGLINE_APP_ID": "\(DemoWorld.service.appID)", "TAGLINE_APP_SECRET": DemoWorld.service.secret,
                "TAGLINE_BASE_URL": server.addresses.http,
            ]
        }

        func tagline(
            _ arguments: String..., input: String = "", environment other: [String: String] = [:]
        ) async throws -> Ended {
            try await bash(plainRun, arguments, input: input, environment: other)
        }

        /// Runs `line` in bash. In the line, `"$0" "$@"` runs the program with `arguments`.
        func bash(
            _ line: String, _ arguments: [String], input: String = "", environment other: [String: String] = [:]
        ) async throws -> Ended {
            try await runUnderBash(
                line, arguments, in: directory, environment: environment.merging(other) { $1 }, input: input)
        }

        /// The server's count of the followers who carry the tag 134.
        func tagged() async throws -> Int {
            try await client.tags.list().first { $0.id == 134 }?.count ?? -1
        }

        var client: OfficialAccountClient {
            OfficialAccountClient(
                appID: DemoWorld.service.appID, secret: DemoWorld.service.secret,
                transport: HTTPTransport(baseURL: server.addresses.http))
        }
    }

    @Test func `a run tags the followers of a file, lists the refused openids, and verifies the result`() async throws {
        let bad: Set = [3, 4, 77, 299]
        try await withFollowers(bad: bad) { bench in
            let run = try await bench.tagline("tag", "--tag", "广东", "--file", "file", "--verify")
            #expect(run.code == 2, "\(run.errors)")
            #expect(run.output.contains("296 tagged, 4 refused, 0 with unknown outcome, 0 left."), "\(run.output)")
            #expect(run.output.contains("296 of 296 are as the run left them"))
            #expect(try await bench.tagged() == 296)
            let rejects = try bench.read("file.rejects.csv").split(separator: "\n")
            #expect(rejects.first == "openid,line,errcode,reason")
            let named = rejects.dropFirst().map { $0.split(separator: ",")[..<3].joined(separator: ",") }
            #expect(named == bad.sorted().map { "\(Self.openID($0)),\($0 + 1),40003" })
            #expect(rejects.dropFirst().allSatisfy { $0.contains("invalid openid rid: ") })
            // If the same command runs again, it sends nothing.
            let again = try await bench.tagline("tag", "--tag", "134", "--file", "file", "--resume")
            #expect(again.code == 2 && again.output == run.output.prefix(again.output.count), "\(again.output)")
            // A new run over the same file is also possible. The command keeps the run file of the old run.
            let anew = try await bench.tagline("tag", "--tag", "134", "--file", "file")
            #expect(anew.code == 2 && FileManager.default.fileExists(atPath: bench.directory + "/file.run.previous"))
            #expect(FileManager.default.fileExists(atPath: bench.directory + "/file.rejects.csv.previous"))
        }
    }

    @Test func `a run that was killed at any moment continues where it stopped`() async throws {
        let bad = Set((0..<Self.followers).filter { $0 % 1000 == 7 })
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let delays = (0..<20).map { _ in Double.random(in: 0.02...0.35, using: &random) }
        try await withFollowers(Self.followers, bad: bad) { bench in
            var killed = 0
            for delay in delays {
                // If the signal comes too late, the run is complete, which the test also accepts.
                let run = try await bench.bash(
                    "timeout -s KILL \(delay) \"$0\" \"$@\"",
                    [
                        "tag", "--tag", "134", "--file", "file", "--resume", "--concurrency", "1", "--progress", "none",
                    ])
                if run.code == 137 || run.code == -1 { killed += 1 }
            }
            #expect(killed > 0, "seed \(seed)")
            let run = try await bench.tagline("tag", "--tag", "134", "--file", "file", "--resume", "--verify")
            #expect(run.code == 2, "seed \(seed): \(run.errors)")
            #expect(
                run.output.contains(
                    "\((Self.followers - bad.count).grouped) tagged, \(bad.count) refused, 0 with unknown outcome"),
                "\(run.output)")
            #expect(try await bench.tagged() == Self.followers - bad.count)
            let named = try bench.read("file.rejects.csv").split(separator: "\n").dropFirst().map { $0.prefix(28) }
            #expect(named == bad.sorted().map { Self.openID($0)[...] })
        }
    }

    @Test func `--undo undoes a run, except for the followers who had the tag before`() async throws {
        try await withFollowers { bench in
            try bench.write("some", (0..<10).map(Self.openID))
            #expect(try await bench.tagline("tag", "--tag", "134", "--file", "some").code == 0)
            #expect(try await bench.tagline("tag", "--tag", "134", "--file", "file").code == 0)
            let undone = try await bench.tagline("tag", "--undo", "--file", "file")
            #expect(
                undone.code == 0
                    && undone.output.hasPrefix(
                        "Undone for 290 followers, 0 left; the run had changed nothing for 10."),
                "\(undone)")
            #expect(try await bench.tagged() == 10)
            let again = try await bench.tagline("tag", "--undo", "--file", "file")
            #expect(again.code == 0 && again.output == undone.output)
            let untagged = try await bench.tagline(
                "untag", "--tag", "134", "--file", "some", "--run-file", "u", "--verify")
            #expect(untagged.code == 0 && untagged.output.contains("10 untagged"), "\(untagged)")
            #expect(try await bench.tagged() == 0)
            // `--undo` gives the tag back only to followers who had it before the run.
            try bench.write("others", (5..<15).map(Self.openID))
            #expect(try await bench.tagline("tag", "--tag", "134", "--file", "some").code == 0)
            #expect(try await bench.tagline("untag", "--tag", "134", "--file", "others").code == 0)
            #expect(try await bench.tagged() == 5)
            #expect(try await bench.tagline("untag", "--undo", "--file", "others").code == 0)
            #expect(try await bench.tagged() == 10)
            let unclear = try await bench.tagline("tag", "--undo", "--file", "file", "--dry-run")
            #expect(unclear.code == 64)
            let wrong = try await bench.tagline("tag", "--undo", "--run-file", "u")
            #expect(wrong.code == 1 && wrong.errors.contains("a run of tagline untag"))
        }
    }

    @Test func `the command reports the end of the quota, and how to continue afterwards`() async throws {
        try await withFollowers { bench in
            let appID = DemoWorld.service.appID
            // At noon in UTC+8, no midnight comes during the test.
            let day = (Int(Date().timeIntervalSince1970) + 28_800) / 86_400
            let noon = day * 86_400 + 43_200 - 28_800
            let clock = try await bench.server.admin.send(
                WireRequest("POST", "/sandbox/clock", body: Array(#"{"set":\#(noon)}"#.utf8)))
            #expect(clock.status == 200, "\(clock.text)")
            let quota = Array(#"{"quotas":{"/cgi-bin/tags/members/batchtagging":{"per_day":3}}}"#.utf8)
            let set = try await bench.server.admin.send(WireRequest("PATCH", "/accounts/\(appID)", body: quota))
            #expect(set.status == 200, "\(set.text)")
            let run = try await bench.tagline("tag", "--tag", "134", "--file", "file")
            #expect(run.code == 3)
            #expect(
                run.errors.contains("6 calls of batchTagging are needed and 3 of 3 are left today"), "\(run.errors)")
            #expect(
                run.errors.contains("midnight in UTC+8") && run.errors.contains("tag --tag 134 --file file --resume"))
            #expect(try await bench.tagged() == 150)
            let early = try await bench.tagline("tag", "--tag", "134", "--file", "file", "--resume")
            #expect(early.code == 3)
            _ = try await bench.server.admin.send(
                WireRequest("POST", "/sandbox/clock", body: Array(#"{"advance_seconds":86400}"#.utf8)))
            let resumed = try await bench.tagline("tag", "--tag", "134", "--file", "file", "--resume", "--verify")
            #expect(resumed.code == 0, "\(resumed.errors)")
            #expect(try await bench.tagged() == 300)
            let some = try await bench.tagline("untag", "--tag", "134", "--file", "file", "--max-calls", "2")
            #expect(some.code == 3 && some.errors.contains("--max-calls"))
            #expect(try await bench.tagged() == 200)
            // --undo changes nothing for followers for whom the run sent no call.
            let undone = try await bench.tagline("untag", "--undo", "--file", "file", "--progress", "bar")
            #expect(undone.code == 3 && undone.output.contains("Undone for 0 followers, 100 left"), "\(undone)")
            _ = try await bench.server.admin.send(
                WireRequest("POST", "/sandbox/clock", body: Array(#"{"advance_seconds":86400}"#.utf8)))
            let again = try await bench.tagline("untag", "--undo", "--file", "file", "--progress", "bar")
            #expect(again.code == 0 && again.output.contains("Undone for 100 followers, 0 left"), "\(again)")
            #expect(again.errors.contains("100 %  100 of 100"), "\(again.errors)")
            #expect(try await bench.tagged() == 300)
        }
    }

    @Test func `a tag column can name several tags, and --create creates the new tags`() async throws {
        try await withFollowers { bench in
            try bench.write(
                "file",
                [
                    "openid,tag", "\(Self.openID(1)),广东", "\(Self.openID(2)),广东;vip", "\(Self.openID(3)),",
                    "\(Self.openID(2)),vip",
                ])
            let refused = try await bench.tagline("tag", "--file", "file")
            #expect(
                refused.code == 1 && refused.errors.contains("no tag \"vip\"; --create creates it"), "\(refused.errors)"
            )
            #expect(!FileManager.default.fileExists(atPath: bench.directory + "/file.run"))
            let none = try await bench.tagline("tag", "--file", "followers")
            #expect(none.code == 64 && none.errors.contains("name one with --tag"), "\(none)")
            let nowhere = try await bench.tagline("tag", "--tag", "134", "--file", "followers", "--rejects", "no/where")
            #expect(nowhere.code == 1 && nowhere.errors.contains("no/where cannot be written"), "\(nowhere)")
            #expect(try await bench.tagged() == 0)
            #expect(!FileManager.default.fileExists(atPath: bench.directory + "/followers.run"))
            let plan = try await bench.tagline("tag", "--file", "file", "--create", "--dry-run")
            #expect(plan.code == 0 && plan.output.contains("1 to get a new tag"), "\(plan)")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: bench.directory).sorted() == ["file", "followers"])
            let run = try await bench.tagline("tag", "--file", "file", "--create", "--verify")
            #expect(run.code == 2, "\(run.errors)")
            #expect(run.output.contains("1 duplicate, 1 line without a valid openid"), "\(run.output)")
            let vip = try #require(try await bench.client.tags.list().first { $0.name == "vip" })
            #expect(vip.count == 1)
            let two = try #require(OpenID(Self.openID(2)))
            #expect(try await bench.client.tags.tags(of: two).sorted() == [134, vip.id].sorted())
        }
    }

    @Test func `a run of standard input can be resumed, although the input can be read only once`() async throws {
        try await withFollowers { bench in
            let input = (0..<300).map(Self.openID).joined(separator: "\r\n")
            let run = try await bench.tagline("tag", "--tag", "134", "--file", "-", "--max-calls", "2", input: input)
            #expect(run.code == 3, "\(run.errors)")
            let resumed = try await bench.tagline("tag", "--tag", "134", "--file", "-", "--resume")
            #expect(resumed.code == 0, "\(resumed.errors)")
            #expect(try await bench.tagged() == 300)
        }
    }

    @Test func `tagline members lists followers by tag or expression, and tagline tag --where gives them a tag`()
        async throws
    {
        try await withFollowers(50) { bench in
            for (name, numbers) in [("vip", 0..<30), ("churned", 20..<40)] {
                try bench.write(name, numbers.map(Self.openID))
                let run = try await bench.tagline("tag", "--tag", name, "--file", name, "--create")
                #expect(run.code == 0, "\(run.errors)")
            }
            func lines(_ arguments: String...) async throws -> [String] {
                let all = ["members"] + arguments
                let run = try await bench.bash(plainRun, all)
                #expect(run.code == 0, "\(run.errors)")
                return run.output.split(separator: "\n").map(String.init)
            }
            #expect(try await lines("vip") == (0..<30).map(Self.openID))
            #expect(try await lines("--where", "vip & !churned") == (0..<20).map(Self.openID))
            #expect(try await lines("--where", "vip & churned") == (20..<30).map(Self.openID))
            #expect(try await lines("--where", "!(vip | churned)").count == 1002 + 10)
            let run = try await bench.tagline("tag", "--tag", "134", "--where", "churned & !vip", "--verify")
            #expect(run.code == 0 && run.output.contains("10 tagged"), "\(run)")
            #expect(try await lines("134") == (30..<40).map(Self.openID))
            let part = try await bench.tagline(
                "tag", "--tag", "134", "--where", "vip", "--run-file", "w", "--max-calls", "1", "--dry-run")
            #expect(part.code == 0 && part.output.contains("30 to get the tag 广东 (134)"), "\(part)")
            let other = try await bench.tagline("tag", "--tag", "134", "--where", "vip", "--resume")
            #expect(other.code == 1 && other.errors.contains("is the run of churned & !vip"), "\(other)")
            let odd = try await bench.tagline("members", "--where", "vip & (churned")
            #expect(odd.code == 64 && odd.errors.contains("^ a ) is missing"), "\(odd)")
            let missing = try await bench.tagline("members", "--where", "vip & nobody")
            #expect(missing.code == 1 && missing.errors.contains("\"nobody\""))
        }
    }

    @Test func `tagline sync gives a tag to exactly the followers in a file`() async throws {
        try await withFollowers { bench in
            try bench.write("old", (0..<200).map(Self.openID))
            #expect(try await bench.tagline("tag", "--tag", "134", "--file", "old").code == 0)
            try bench.write("file", (150..<300).map(Self.openID))
            let unsure = try await bench.tagline("sync", "--tag", "134", "--file", "file", "--max-remove", "150")
            #expect(unsure.code == 1 && unsure.errors.contains("--yes"), "\(unsure)")
            #expect(unsure.output.contains("100 get it, 150 lose it, 50 keep it"))
            let dry = try await bench.tagline(
                "sync", "--tag", "134", "--file", "file", "--dry-run", "--max-remove", "75%")
            #expect(dry.code == 0)
            #expect(try await bench.tagged() == 200)
            let part = try await bench.tagline(
                "sync", "--tag", "134", "--file", "file", "--yes", "--max-calls", "2", "--max-remove", "150")
            #expect(part.code == 3, "\(part)")
            let run = try await bench.tagline("sync", "--tag", "134", "--file", "file", "--resume", "--verify")
            #expect(run.code == 0, "\(run)")
            try bench.write("empty", [])
            let empty = try await bench.tagline("sync", "--tag", "134", "--file", "empty", "--yes")
            #expect(empty.code == 1 && empty.errors.contains("--allow-empty"), "\(empty)")
            let members = try await bench.tagline("members", "134")
            #expect(members.output.split(separator: "\n").map(String.init) == (150..<300).map(Self.openID))
        }
    }

    @Test func `tagline tags drain removes a tag from its followers and deletes the tag`() async throws {
        try await withFollowers { bench in
            #expect(try await bench.tagline("tag", "--tag", "134", "--file", "file").code == 0)
            let unsure = try await bench.tagline("tags", "drain", "广东")
            #expect(unsure.code == 1 && unsure.errors.contains("--yes"))
            let part = try await bench.tagline("tags", "drain", "广东", "--yes", "--max-calls", "2")
            #expect(part.code == 3 && part.output.contains("100 followers have lost"), "\(part)")
            // The platform's count of the tag is out of date.
            let rule = #"{"match":{"path":"/cgi-bin/tags/delete"},"times":1,"do":{"at":"refusal","errcode":45057}}"#
            _ = try await bench.server.admin.send(WireRequest("PUT", "/sandbox/faults/lag", body: Array(rule.utf8)))
            let run = try await bench.tagline("tags", "drain", "广东", "--yes")
            #expect(run.code == 0 && run.output.contains("200 followers have lost 广东, and it is deleted"), "\(run)")
            #expect(run.errors.contains("count of the tag lags (45057)"), "\(run)")
            #expect(try await bench.tagged() == -1)
        }
    }

    @Test func `--ca names the authority to trust for HTTPS, and --token-file names a file for tokens`() async throws {
        try await withFollowers { bench in
            let secret = bench.directory + "/secret"
            try bench.write("secret", [DemoWorld.service.secret])
            let arguments = [
                "tag", "--tag", "134", "--file", "file", "--base-url", bench.server.addresses.https, "--secret-file",
                secret, "--token-file", "tokens",
            ]
            let distrusted = try await bench.bash(plainRun, arguments)
            #expect(distrusted.code == 1, "\(distrusted)")
            let run = try await bench.bash(plainRun, arguments + ["--ca", bench.server.addresses.ca])
            #expect(run.code == 0, "\(run.errors)")
            #expect(try bench.read("tokens").contains("\(DemoWorld.service.appID)"))
        }
    }

    @Test func `the progress is a bar on a terminal and lines of JSON elsewhere`() async throws {
        try await withFollowers(Self.followers) { bench in
            let json = try await bench.tagline("tag", "--tag", "134", "--file", "file")
            let last = try #require(json.errors.split(separator: "\n").last)
            let moment = try #require(
                JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
            #expect(moment["done"] as? Int == Self.followers && moment["total"] as? Int == Self.followers)
            let terminal = """
                import os, pty, sys
                read = bytearray()
                def take(fd):
                    data = os.read(fd, 4096); read.extend(data); return data
                status = pty.spawn(sys.argv[1:], take)
                sys.exit(os.waitstatus_to_exitcode(status))
                """
            let bar = try await bench.bash(
                "exec python3 -c '\(terminal)' \"$0\" \"$@\"",
                ["untag", "--tag", "134", "--file", "file", "--run-file", "u"])
            #expect(bar.code == 0, "\(bar)")
            #expect(
                bar.output.contains("\r[##############################] 100 %  20,000 of 20,000  "), "\(bar.output)")
            #expect(bar.output.contains("/s") && bar.output.contains("20,000 untagged"))
        }
    }

    @Test func `after a signal, a run waits for the calls in flight and then ends`() async throws {
        try await withFollowers(Self.followers) { bench in
            let run = try await bench.bash(
                "timeout -s INT 0.7 \"$0\" \"$@\"; exit $?",
                ["tag", "--tag", "134", "--file", "file", "--concurrency", "1", "--progress", "none"])
            // The run may have been complete before the signal.
            if run.code != 0 {
                #expect([124, 130].contains(run.code), "\(run)")
            }
            let resumed = try await bench.tagline("tag", "--tag", "134", "--file", "file", "--resume", "--verify")
            #expect(resumed.code == 0, "\(resumed)")
        }
    }
}
