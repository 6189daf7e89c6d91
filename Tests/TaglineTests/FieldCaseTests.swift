import Foundation
import OfficialAccount
import OfficialAccountClient
import Subprocess
import SystemPackage
import TagStoreConformance
import TaglineServer
import Testing
import WireTable

/// Runs the program with input that operators type.
@Suite struct FieldCaseTests {
    private typealias Bench = BulkCommandTests.Bench

    private static func demo(_ numbers: ClosedRange<Int>) -> [String] { numbers.map { demoFollower($0) } }

    // MARK: Repeated options

    @Test func `a run can have several files and tags, and its list of refused followers names the file of each`()
        async throws
    {
        try await Bench.with { bench in
            try bench.write("a.txt", Self.demo(1...3) + ["nonsense"])
            try bench.write("b.txt", ["odd"] + Self.demo(3...5))
            let run = try await bench.tagline(
                "tag", "--tag", "134", "--tag", "102", "--file", "a.txt", "--file", "b.txt", "--progress", "none")
            #expect(run.code == 2, "\(run)")
            #expect(run.output.contains("10 tagged, 0 refused, 0 with unknown outcome, 0 left."), "\(run)")
            #expect(try await bench.tagged() == 5)
            #expect(
                try bench.read("a.txt+1.rejects.csv") == """
                    openid,line,errcode,reason,file
                    nonsense,4,,not an openid,a.txt
                    odd,1,,not an openid,b.txt

                    """)
            let resumed = try await bench.tagline(
                "tag", "--tag", "102", "--tag", "134", "--file", "a.txt", "--file", "b.txt", "--resume")
            #expect(resumed.code == 2 && resumed.output.contains("10 tagged"), "\(resumed)")
            let other = try await bench.tagline(
                "tag", "--tag", "102", "--file", "a.txt", "--file", "b.txt", "--resume")
            #expect(other.code == 1 && other.errors.contains("is a run with the tag 134 and 102"), "\(other)")
            let undone = try await bench.tagline("tag", "--undo", "--file", "a.txt", "--file", "b.txt")
            #expect(undone.code == 0, "\(undone)")
            #expect(try await bench.tagged() == 0)
        }
    }

    @Test(arguments: [
        ["members", "vip", "--timeout", "3", "--timeout", "4"],
        ["tag", "--tag", "vip", "--file", "f", "--run-file", "a", "--run-file=b"],
        ["sync", "--tag", "a", "--tag", "b", "--file", "f"],
        ["accounts", "list", "--admin-url", "http://127.0.0.1:1", "--admin-url", "http://127.0.0.1:2"],
        ["tags", "drain", "vip", "--yes", "--yes"],
        ["serve", "--data", "/nowhere/a", "--data", "/nowhere/b"],
    ])
    func `the program refuses a second use of an option that is allowed only once`(arguments: [String]) async throws {
        let ended = try await runProgram(arguments)
        #expect(ended.status == .exited(64), "\(ended)")
        #expect(ended.errors.contains("is given twice; give it once"), "\(ended)")
    }

    @Test func `the program refuses a file that is given twice`() async throws {
        let ended = try await runProgram(
            [
                "tag", "--tag", "a", "--file", "/etc/hosts", "--file", "/etc/hosts", "--app-id", "wx", "--base-url",
                "127.0.0.1:1",
            ],
            environment: ["TAGLINE_APP_SECRET": "secret"])
        #expect(ended.status == .exited(64) && ended.errors.contains("is given twice"), "\(ended)")
    }

    // MARK: Output that cannot be written

    @Test(arguments: [
        "accounts list", "accounts list --json", "tags list --admin --account \(DemoWorld.service.appID)",
        "followers list --admin --account \(DemoWorld.service.appID)",
        "followers export --admin --account \(DemoWorld.service.appID)", "explain 45159", "explain", "members 107",
        "--help", "tag --help",
        "--version", "help exit-codes", "tag --tag 134 --file few.txt --dry-run", "tag --tag 134 --file few.txt",
        "state export -", "tags list", "followers list", "followers export", "quota", "runs list",
        "--generate-completion-script bash",
    ])
    func `a command that cannot write to standard output ends with the exit code 74`(command: String) async throws {
        try await Bench.with { bench in
            try bench.write("few.txt", Self.demo(1...3))
            let words = command.split(separator: " ").map(String.init)
            for line in ["exec \"$0\" \"$@\" > /dev/full", "exec \"$0\" \"$@\" >&-"] {
                let ended = try await bench.bash(
                    line, words, environment: ["TAGLINE_ADMIN_URL": bench.server.addresses.admin])
                #expect(ended.code == 74, "\(line): \(ended)")
                #expect(ended.errors.contains("the output cannot be written"), "\(line): \(ended)")
                try? FileManager.default.removeItem(atPath: bench.directory + "/few.txt.run")
            }
        }
    }

    @Test func `the old secret works until rotate-secret has shown or saved the new secret`() async throws {
        try await Bench.with { bench in
            let appID = "\(DemoWorld.service.appID)"
            let at = ["--admin-url", bench.server.addresses.admin]
            func works(_ secret: String) async throws -> Bool {
                let client = OfficialAccountClient(
                    appID: DemoWorld.service.appID, secret: secret,
                    transport: HTTPTransport(baseURL: bench.server.addresses.http))
                return (try? await client.tags.list()) != nil
            }
            let rotate = ["accounts", "rotate-secret", appID] + at
            let unseen = try await bench.bash("exec \"$0\" \"$@\" > /dev/full", rotate)
            #expect(unseen.code == 74, "\(unseen)")
            #expect(try await works(DemoWorld.service.secret))
            let unkept = try await bench.bash(plainRun, rotate + ["--secret-out", "/proc/no"])
            #expect(unkept.code == 1 && unkept.errors.contains("nothing was changed: "), "\(unkept)")
            #expect(try await works(DemoWorld.service.secret))
            let full = try await bench.bash(plainRun, rotate + ["--secret-out", "/dev/full"])
            #expect(full.code == 1 && full.errors.contains("No space left"), "\(full)")
            #expect(try await works(DemoWorld.service.secret))
            try bench.write("secret", ["old"])
            let kept = try await bench.bash(plainRun, rotate + ["--secret-out", "secret"])
            #expect(kept.code == 0 && kept.output == "\(appID) has a new secret, in secret.\n", "\(kept)")
            let secret = try bench.read("secret").trimmingCharacters(in: .newlines)
            #expect(try await works(secret))
            #expect(try await !works(DemoWorld.service.secret))
            let mode = try FileManager.default.attributesOfItem(atPath: bench.directory + "/secret")[.posixPermissions]
            #expect(mode as? Int == 0o600)
            let shown = try await bench.bash(plainRun, rotate + ["--json"])
            let words = try #require(shown.output.firstMatch(of: /"secret":"([0-9a-f]{32})"/))
            #expect(try await works(String(words.1)))
            // The command finds `secret.part`, which an interrupted command left, and changes nothing.
            try bench.write("secret.part", ["perhaps"])
            let left = try await bench.bash(plainRun, rotate + ["--secret-out", "secret"])
            #expect(left.code == 1 && left.errors.contains("may hold the secret that works"), "\(left)")
            #expect(try await works(String(words.1)))
            let made = try await bench.bash(
                plainRun, ["accounts", "create", "wxnew", "--secret-out", "new"] + at)
            #expect(made.code == 0 && made.output == "wxnew was created. Its secret is in new.\n", "\(made)")
            let again = try await bench.bash(
                plainRun, ["accounts", "create", "wxnew", "--secret-out", "again"] + at)
            #expect(again.code == 1, "\(again)")
            #expect(!FileManager.default.fileExists(atPath: bench.directory + "/again.part"))
        }
    }

    // MARK: Concurrent commands

    @Test func `three concurrent runs in one directory have separate lists of refused followers`() async throws {
        try await Bench.with { bench in
            for name in ["a", "b", "c"] { try bench.write(name, [demoFollower(1), "no-\(name)"]) }
            let ended = try await bench.bash(
                "for f in a b c; do \"$0\" tag --tag 134 --file $f --progress none > $f.out & p=\"$p $!\"; done; for i in $p; do wait $i; echo $?; done",
                [])
            #expect(ended.output == "2\n2\n2\n", "\(ended)")
            for name in ["a", "b", "c"] { #expect(try bench.read("\(name).rejects.csv").contains("no-\(name),2,")) }
        }
    }

    @Test func `if two equal commands run together, one succeeds, and the other reports the conflict in one line`()
        async throws
    {
        try await Bench.with { bench in
            try bench.write("file", Self.demo(1...999))
            for round in 0..<12 {
                let ended = try await bench.bash(
                    "for i in 1 2; do \"$0\" tag --tag 134 --file file --run-file r\(round) --progress none 2> err$i & p=\"$p $!\"; done; for i in $p; do wait $i; echo code $?; done",
                    [])
                let codes = ended.output.matches(of: /code ([0-9]+)/).compactMap { Int($0.1) }
                #expect(codes.count == 2 && codes.contains(0) && codes.allSatisfy { [0, 1].contains($0) }, "\(ended)")
                for (code, name) in zip(codes, ["err1", "err2"]) where code == 1 {
                    let lines = try bench.read(name).split(separator: "\n")
                    #expect(lines.count == 1 && lines[0].contains("another tagline"), "\(lines)")
                }
            }
        }
    }

    // MARK: Mistyped values

    @Test(arguments: [
        ["--base-url", "http://127.0.0.1:99999"], ["--base-url", "http://127.0.0.1:-1"],
        ["--base-url", "http://127.0.0.1:99999999999999999999999"], ["--base-url", ""], ["--base-url", "http://[::1"],
        ["--timeout", "99999999999999999999"], ["--timeout", "-5"], ["--concurrency", "-1"],
        ["--concurrency", "9223372036854775808"], ["--attempts", "0"], ["--max-calls", "0"],
        ["--calls-per-second", "nan"], ["--calls-per-second", "-1"], ["--calls-per-second", "1e400"],
        ["--calls-per-second", "0"], ["--progress", "loud"], ["--run-file", ""],
        // The command line also has `--tag 134`. The program must not ignore an empty second tag.
        ["--tag", ""], ["--tag", " "], ["--tag", "\u{3000}"],
    ])
    func `the program refuses an impossible value of an option and does not crash`(arguments: [String]) async throws {
        try await withTemporaryDirectory { directory in
            try Data("ocYxcuDemoFollower0000000001\n".utf8).write(to: URL(filePath: directory + "/f"))
            let base = arguments[0] == "--base-url" ? [] : ["--base-url", "http://127.0.0.1:1"]
            let ended = try await runProgram(
                ["tag", "--tag", "134", "--file", directory + "/f", "--app-id", "wx"] + base + arguments,
                environment: ["TAGLINE_APP_SECRET": "secret"])
            #expect(ended.status == .exited(64), "\(ended)")
            #expect(!ended.errors.isEmpty)
        }
    }

    @Test(arguments: [
        (["tag", "--tag", "vip", "--flie", "f"], "Unknown option '--flie'. Did you mean '--file'?"),
        (["sync", "--tga", "vip", "--file", "f"], "Unknown option '--tga'. Did you mean '--tag'?"),
        (["members", "--were", "vip"], "Unknown option '--were'. Did you mean '--where'?"),
        (["tga"], "There is no command 'tga'. Did you mean 'tag'?"),
        (["memebrs", "vip"], "There is no command 'memebrs'. Did you mean 'members'?"),
        (["tags", "lsit"], "There is no command 'lsit'. Did you mean 'list'?"),
        (["accounts", "rotate"], "There is no command 'rotate'. Did you mean 'rotate-secret'?"),
        (["followers", "exprot", "--account", "x"], "There is no command 'exprot'. Did you mean 'export'?"),
    ])
    func `the program suggests the right word for a mistyped one`(arguments: [String], expected: String) async throws {
        let ended = try await runProgram(arguments)
        #expect(ended.status == .exited(64), "\(ended)")
        #expect(ended.errors.contains(expected), "\(ended)")
    }

    @Test func `the program shows control characters of a server's answer as escapes`() async throws {
        try await BadServer.with({ line, _, _ in
            if line.contains("stable_token") { return .text(#"{"access_token":"t","expires_in":7200}"#) }
            return .text(
                #"{"errcode":50002,"errmsg":"\#u{1b}[2Jfrozen\nGo on with: rm\u009b"}"#.replacing(
                    "\u{1b}", with: #"\u001b"#))
        }) { server in
            let ended = try await runProgram(
                ["members", "134"],
                environment: [
                    "TAGLINE_APP_ID": "wx", "TAGLINE_APP_SECRET": "s", "TAGLINE_BASE_URL": server.address,
                ])
            #expect(ended.status == .exited(1), "\(ended)")
            #expect(ended.errors.contains(#"\u{1b}[2Jfrozen\u{a}Go on with: rm\u{9b}"#), "\(ended)")
            #expect(ended.errors.split(separator: "\n").count == 1)
        }
    }

    @Test func `--dry-run writes no file`() async throws {
        try await Bench.with { bench in
            try bench.write("file", Self.demo(1...200))
            let before = try FileManager.default.contentsOfDirectory(atPath: bench.directory)
            for command in [
                ["tag", "--tag", "neu", "--create", "--file", "file"], ["untag", "--tag", "134", "--file", "file"],
                ["sync", "--tag", "134", "--file", "file"], ["tag", "--tag", "134", "--where", "119"],
            ] {
                let all = command + ["--dry-run", "--token-file", "tokens", "--log-file", "log"]
                let ended = try await bench.bash(plainRun, all)
                #expect(ended.code == 0 && ended.output.contains("At the account"), "\(ended)")
            }
            let drain = try await bench.tagline("tags", "drain", "134", "--dry-run")
            #expect(drain.code == 0 && drain.output.contains("lose it, and it is deleted"), "\(drain)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: bench.directory) == before)
            #expect(try await bench.client.tags.list().contains { $0.name == "neu" } == false)
        }
    }

    @Test func `a command waits a limited time for a lock that another process holds, and then names that process`()
        async throws
    {
        try await Bench.with { bench in
            try bench.write("file", Self.demo(1...2))
            let ended = try await bench.bash(
                "flock tokens.lock sleep 600 & sleep=$!; until ! flock -n tokens.lock true; do :; done; \"$0\" \"$@\"; code=$?; pkill -P $sleep; exit $code",
                ["tag", "--tag", "134", "--file", "file", "--token-file", "tokens"])
            #expect(ended.code == 1 && ended.errors.contains("tokens.lock is held by process "), "\(ended)")
        }
    }

    @Test func `a command names the process that holds a lock even if the machine has many locks`() async throws {
        try await Bench.with { bench in
            try bench.write("file", Self.demo(1...2))
            // The list of these locks in `/proc/locks` has about 15 KB. The oldest lock, `tokens.lock`, is the last.
            let ended = try await bench.bash(
                """
                python3 -c 'import fcntl, signal
                files = [open(name, "w") for name in ["tokens.lock"] + ["lock%d" % n for n in range(300)]]
                for file in files: fcntl.flock(file, fcntl.LOCK_EX)
                open("ready", "w").close()
                signal.alarm(600)
                signal.pause()' & python=$!
                until [ -e ready ]; do :; done; "$0" "$@"; code=$?; kill $python; exit $code
                """, ["tag", "--tag", "134", "--file", "file", "--token-file", "tokens"])
            #expect(ended.code == 1 && ended.errors.contains("tokens.lock is held by process "), "\(ended)")
            #expect(ended.errors.contains("(python"), "\(ended)")
        }
    }

    @Test(arguments: [20, 12, 11, 10, 8, 7, 6, 5, 4]) func `the program reports a low limit on open files`(limit: Int)
        async throws
    {
        for command in ["members 134 --app-id wx --base-url 127.0.0.1:1", "explain 45159", "sandbox"] {
            let ended = try await runShell("ulimit -n \(limit); exec \"$0\" \(command)")
            #expect(ended.code == 1 && ended.errors.contains("raise the limit with ulimit -n"), "\(ended)")
            #expect(ended.errors.split(separator: "\n").count == 1, "\(ended)")
        }
    }

    @Test func `the program reports that it inherits too many open files`() async throws {
        // The limit is 48 open files, and the program inherits 46.
        let ended = try await runShell(
            "ulimit -n 48; for i in {5..47}; do eval \"exec $i< /dev/null\"; done; exec \"$0\" explain 45159")
        #expect(ended.code == 1 && ended.errors.contains("can open only "), "\(ended)")
    }

    @Test func `--resume continues a run from a pipe even if no process writes to the pipe`() async throws {
        try await Bench.with { bench in
            try bench.write("file", Self.demo(1...120))
            let part = try await bench.bash(
                "mkfifo pipe; cat file > pipe & exec \"$0\" \"$@\"",
                ["tag", "--tag", "134", "--file", "pipe", "--run-file", "run", "--max-calls", "1"])
            #expect(part.code == 3, "\(part)")
            let resumed = try await bench.bash(
                "exec timeout 60 \"$0\" \"$@\"",
                ["tag", "--tag", "134", "--file", "pipe", "--run-file", "run", "--resume"])
            #expect(resumed.code == 0 && resumed.output.contains("120 tagged, 0 refused"), "\(resumed)")
            #expect(try await bench.tagged() == 120)
            // If there is no run to resume, the command reads the pipe.
            let anew = try await bench.bash(
                "cat file > pipe & exec timeout 60 \"$0\" \"$@\"",
                ["untag", "--tag", "134", "--file", "pipe", "--run-file", "other", "--resume"])
            #expect(anew.code == 0 && anew.output.contains("120 untagged"), "\(anew)")
        }
    }

    private func runShell(_ line: String) async throws -> Ended {
        try await runUnderBash(line, environment: ["TAGLINE_APP_SECRET": "s"])
    }

    // MARK: Brakes

    @Test func `sync stops if it cannot read a line or if too many followers would lose the tag`() async throws {
        try await Bench.with { bench in
            try bench.write("all", Self.demo(1...200))
            #expect(try await bench.tagline("tag", "--tag", "134", "--file", "all").code == 0)
            try bench.write("cut", Self.demo(1...150) + ["ocYxcuDemo"])
            let cut = try await bench.tagline("sync", "--tag", "134", "--file", "cut", "--yes")
            #expect(cut.code == 1 && cut.errors.contains("the first is line 151"), "\(cut)")
            #expect(try await bench.tagged() == 200)
            let ignored = try await bench.tagline(
                "sync", "--tag", "134", "--file", "cut", "--yes", "--ignore-bad-lines")
            #expect(ignored.code == 2 && ignored.output.contains("0 got the tag, 50 lost it"), "\(ignored)")
            #expect(try await bench.tagged() == 150)
            try bench.write("few", Self.demo(1...20))
            let many = try await bench.tagline("sync", "--tag", "134", "--file", "few", "--yes")
            #expect(many.code == 1 && many.errors.contains("--max-remove 130"), "\(many)")
            #expect(try await bench.tagged() == 150)
            let share = try await bench.tagline("sync", "--tag", "134", "--file", "few", "--yes", "--max-remove", "86%")
            #expect(share.code == 1, "\(share)")
            let number = try await bench.tagline(
                "sync", "--tag", "134", "--file", "few", "--yes", "--max-remove", "130")
            #expect(number.code == 0, "\(number)")
            #expect(try await bench.tagged() == 20)
            #expect(
                number.output.contains("At the account \(DemoWorld.service.appID) at \(bench.server.addresses.http)"))
        }
    }

    @Test func `tag --create names the tag that the server refuses, and leaves no new tag if the run cannot begin`()
        async throws
    {
        try await Bench.with { bench in
            let before = try await bench.client.tags.list().count
            let rows = (1...130).map { "\(demoFollower($0)),new\($0)" }
            try bench.write("file.csv", ["openid,tag"] + rows)
            let many = try await bench.tagline("tag", "--file", "file.csv", "--create")
            #expect(many.code == 1 && many.errors.contains("refused: 45056"), "\(many)")
            #expect(many.errors.contains("the platform did not create the tag new"), "\(many)")
            try bench.write(
                "long.csv",
                ["openid,tag", "\(demoFollower(1)),fine", "\(demoFollower(2)),\(String(repeating: "长", count: 11))"])
            let long = try await bench.tagline("tag", "--file", "long.csv", "--create")
            #expect(long.code == 1 && long.errors.contains("refused: 45158"), "\(long)")
            #expect(long.errors.contains("长, whose name has 33 bytes of UTF-8"), "\(long)")
            #expect(try await bench.client.tags.list().count == before)
            #expect(!FileManager.default.fileExists(atPath: bench.directory + "/file.csv.run"))
            #expect(!FileManager.default.fileExists(atPath: bench.directory + "/long.csv.run"))
        }
    }

    @Test func `tag --create creates every tag that the account's own limits allow`() async throws {
        try await Bench.with { bench in
            let limits = Array(#"{"limits":{"tag_name_bytes":60,"tags_per_account":120}}"#.utf8)
            let set = try await bench.server.admin.send(
                WireRequest("PATCH", "/accounts/\(DemoWorld.service.appID)", body: limits))
            #expect(set.status == 200, "\(set.text)")
            let long = String(repeating: "长", count: 12)
            let rows = (1...85).map { "\(demoFollower($0)),new\($0)" } + ["\(demoFollower(86)),\(long)"]
            try bench.write("file.csv", ["openid,tag"] + rows)
            let run = try await bench.tagline("tag", "--file", "file.csv", "--create", "--progress", "none")
            #expect(run.code == 0 && run.output.hasPrefix("86 tagged"), "\(run)")
            let tags = try await bench.client.tags.list()
            #expect(tags.first { $0.name == long }?.count == 1)
        }
    }

    @Test func `tagline tag makes calls no faster than --calls-per-second allows`() async throws {
        try await Bench.with { bench in
            try bench.write("file", Self.demo(1...200))
            let clock = ContinuousClock()
            let length = try await clock.measure {
                let run = try await bench.tagline(
                    "tag", "--tag", "134", "--file", "file", "--calls-per-second", "5", "--log-file", "log", "--json",
                    "--progress", "none")
                #expect(run.code == 0, "\(run)")
                let report = try #require(
                    JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any], "\(run)")
                #expect(report["applied"] as? Int == 200 && report["run_file"] as? String == "file.run")
            }
            let lines = try bench.read("log").split(separator: "\n")
            #expect(lines.count >= 7 && length > .milliseconds(200 * (lines.count - 1)), "\(length) \(lines)")
            #expect(lines.allSatisfy { !$0.contains("access_token=") || $0.contains("access_token=***") })
            #expect(!lines.contains { $0.contains(DemoWorld.service.secret) })
        }
    }
}
