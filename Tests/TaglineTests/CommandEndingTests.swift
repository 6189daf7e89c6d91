import Foundation
import Subprocess
import SystemPackage
import TagStoreConformance
import TaglineServer
import Testing

/// Tests the messages and the exit codes of commands that fail.
@Suite struct CommandEndingTests {
    private static func usual(_ line: String) -> BadServer.Answer { ScriptedTags().answer(line, "") }

    /// Writes a file `f` with three followers, and runs `line` in bash. In the line, `"$0" "$@"` runs the program.
    private func bash(_ line: String, _ arguments: [String], in directory: String, at address: String) async throws
        -> Ended
    {
        try Data((1...3).map { demoFollower($0) + "\n" }.joined().utf8).write(to: URL(filePath: directory + "/f"))
        return try await runUnderBash(
            line, arguments, in: directory,
            environment: ["TAGLINE_APP_ID": "wx", "TAGLINE_APP_SECRET": "s", "TAGLINE_BASE_URL": address])
    }

    private func tagline(_ arguments: [String], in directory: String, at address: String) async throws -> Ended {
        try await bash(plainRun, arguments, in: directory, at: address)
    }

    // MARK: Mistyped commands

    @Test(arguments: [
        (["accounts", "update", "wx", "--certified", "--no-certified"], "--certified and --no-certified set the same"),
        (["accounts", "create", "wx", "--no-certified", "--certified"], "--no-certified and --certified set the same"),
        (["members", "vip", "-v", "--verbose"], "-v and --verbose set the same option"),
        (["members", "vip", "-vv"], "-v is given twice"), (["quota", "-v", "-v"], "-v is given twice"),
        (["runs", "shwo"], "there is no directory shwo; did you mean tagline runs show?"),
    ])
    func `an option that is set twice is refused in one line`(arguments: [String], says: String) async throws {
        let ended = try await runProgram(arguments)
        #expect(ended.status == .exited(64) && ended.errors.contains(says), "\(ended)")
        #expect(ended.errors.split(separator: "\n").count == 1, "\(ended)")
    }

    @Test(arguments: ["http://127.0.0.1:99999999999999999999", "http://127.0.0.1:", "http:", "127.0.0.1:0"])
    func `a proxy without a valid port is refused, whether an option or a variable names the proxy`(proxy: String)
        async throws
    {
        let none = Dictionary(
            uniqueKeysWithValues: ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"].map {
                ($0, "")
            })
        let ways: [(arguments: [String], environment: [String: String])] = [
            (["--proxy", proxy], [:]), ([], ["HTTPS_PROXY": proxy]), ([], ["ALL_PROXY": proxy]),
        ]
        for way in ways {
            let ended = try await runProgram(
                ["tags", "list", "--app-id", "wx", "--base-url", "https://api.invalid"] + way.arguments,
                environment: none.merging(["TAGLINE_APP_SECRET": "s"]) { $1 }.merging(way.environment) { $1 })
            #expect(ended.status == .exited(64), "\(ended)")
            #expect(ended.errors.hasSuffix("the proxy's port must be a number from 1 to 65535\n"), "\(ended)")
            #expect(ended.errors.split(separator: "\n").count == 1, "\(ended)")
        }
    }

    @Test(arguments: [
        (["help", "nosuch"], "There is no command 'nosuch'."), (["help", "tags", "lst"], "Did you mean 'list'?"),
        (["tag", "--tag", "vip", "f"], "Unexpected argument 'f'."), (["version"], "Did you mean '--version'?"),
        (
            ["tag", "--tag", "v", "--file", "f", "--column", "Id", "--tag-column", "id"],
            "--tag-column names the column"
        ),
        (["untag", "--tag", "v", "--file", "f", "--tag-column", "openid"], "--tag-column names the column"),
        (["tag", "--tag", "v", "--file", "f", "--calls-per-second", "0x10"], "write a number such as 20"),
        (["tag", "--where", "vip", "--tag", ""], "--tag is empty; name a tag"),
        (["tag", "--where", "vip", "--tag", "v", "--tag", " "], "--tag is empty; name a tag"),
        (["untag", "--file", "f", "--tag", "\u{200B}"], "--tag is empty; name a tag"),
        (["sync", "--file", "f", "--tag", ""], "--tag is empty; name a tag"),
    ])
    func `the message about a word in the wrong place names the word`(arguments: [String], says: String) async throws {
        let ended = try await runProgram(arguments)
        #expect(ended.status == .exited(64) && ended.errors.contains(says) && ended.output.isEmpty, "\(ended)")
    }

    // MARK: The admin plane

    @Test func `the command says why there is no connection to the admin plane`() async throws {
        try await withLiveSandbox { server in
            for (address, cause) in [
                ("http://127.0.0.1:1", "the connection was refused; start a server"),
                ("http://nowhere.invalid:8090", "the host name was not found"),
                (server.addresses.https, "the server's certificate is not trusted"),
                (server.addresses.http.replacing("http:", with: "https:"), "does not speak TLS on that port"),
            ] {
                let ended = try await runProgram(["accounts", "--admin-url", address])
                #expect(ended.status == .exited(1) && ended.errors.contains(cause), "\(address): \(ended)")
                #expect(ended.errors.split(separator: "\n").count == 1, "\(ended)")
            }
        }
    }

    @Test func `a command reaches the admin plane through a proxy, unless the plane is on the same machine`()
        async throws
    {
        try await BadServer.with({ line, _, _ in
            line.hasPrefix("CONNECT ") ? .stalled("HTTP/1.1 200 OK\r\n\r\n") : .text(#"{"accounts":[]}"#)
        }) { proxy in
            func accounts(_ address: String, _ environment: [String: String]) async throws -> String {
                let none = ["http_proxy": "", "all_proxy": "", "no_proxy": "", "HTTP_PROXY": "", "ALL_PROXY": ""]
                let ended = try await runProgram(
                    ["accounts", "--admin-url", address],
                    environment: none.merging(["NO_PROXY": ""]) { $1 }.merging(environment) { $1 })
                return ended.output + ended.errors
            }
            let far = "http://plane.invalid:8090"
            for name in ["HTTP_PROXY", "ALL_PROXY"] {
                #expect(try await accounts(far, [name: proxy.address]).hasPrefix("APPID "))
            }
            let excepted = try await accounts(far, ["HTTP_PROXY": proxy.address, "NO_PROXY": ".invalid"])
            #expect(excepted.contains("the host name was not found"), "\(excepted)")
            let local = try await accounts("http://127.0.0.1:1", ["HTTP_PROXY": proxy.address])
            #expect(local.contains("the connection was refused"), "\(local)")
            let dead = try await accounts(far, ["HTTP_PROXY": "http://127.0.0.1:1"])
            #expect(dead.contains("through the proxy 127.0.0.1:1: the connection was refused"), "\(dead)")
            let health = try await runProgram(
                ["healthcheck", "--url", far], environment: ["HTTP_PROXY": proxy.address, "http_proxy": ""])
            #expect(health.status == .exited(1), "\(health)")
        }
    }

    @Test func `a file without followers is not imported`() async throws {
        try await withTemporaryDirectory { directory in
            try await withLiveSandbox { server in
                let at = ["--account", "\(DemoWorld.service.appID)", "--admin-url", server.addresses.admin]
                for (name, text) in [("empty", ""), ("header", "openid,name\n"), ("blank", "\n\n")] {
                    try Data(text.utf8).write(to: URL(filePath: "\(directory)/\(name)"))
                    for verb in ["import", "remove"] {
                        let ended = try await runProgram(["followers", verb, "\(directory)/\(name)"] + at)
                        #expect(ended.status == .exited(1), "\(name): \(ended)")
                        #expect(ended.errors.contains("/\(name) names no follower"), "\(ended)")
                    }
                }
            }
        }
    }

    @Test func `a secret file that another command may be using is not changed`() async throws {
        try await withTemporaryDirectory { directory in
            try await withLiveSandbox { server in
                let secret = directory + "/secret"
                try Data("the other's".utf8).write(to: URL(filePath: secret + ".part"))
                let ended = try await runProgram([
                    "accounts", "rotate-secret", "\(DemoWorld.service.appID)", "--secret-out", secret, "--admin-url",
                    server.addresses.admin,
                ])
                #expect(ended.status == .exited(1) && ended.errors.contains("nothing was changed"), "\(ended)")
                #expect(ended.errors.contains("another command may be using it"), "\(ended)")
                #expect(try String(contentsOfFile: secret + ".part", encoding: .utf8) == "the other's")
            }
        }
    }

    // MARK: Answers of the platform

    @Test func `the command counts the entries that it skips`() async throws {
        let followers = (1...3).map { DemoWorld.follower($0, prefix: "ocYxcu") }
        let openIDs = followers.map { "\"\($0)\"," }.joined()
        let page = #"{"total":4,"count":4,"data":{"openid":[\#(openIDs)null]}}"#
        let profiles =
            #"{"user_info_list":[{"subscribe":1,"openid":"\#(followers[0])"},{"subscribe":0,"openid":"\#(followers[2])"}]}"#
        try await withTemporaryDirectory { directory in
            try await BadServer.with({ line, _, _ in
                if line.contains("/tags/get?") {
                    return .text(#"{"tags":[null,{"id":134,"name":"广东","count":0},"x"]}"#)
                }
                if line.contains("user/get?") { return .text(page) }
                return line.contains("info/batchget") ? .text(profiles) : Self.usual(line)
            }) { server in
                let tags = try await tagline(["tags", "list"], in: directory, at: server.address)
                #expect(tags.code == 0 && tags.output.contains("广东"), "\(tags)")
                #expect(
                    tags.errors == "tagline: 2 entries of the platform's list are not tags and were skipped\n",
                    "\(tags)")
                let listed = try await tagline(["followers", "list"], in: directory, at: server.address)
                #expect(listed.code == 0 && listed.output.contains(followers[0]), "\(listed)")
                for sentence in [
                    "1 entry of the platform's list is not an openid and was skipped",
                    "1 follower of the platform's list is not shown: the platform gave no valid profile",
                    "1 follower of the platform's list is not shown: the platform says that they left",
                ] {
                    #expect(listed.errors.contains(sentence), "\(listed)")
                }
            }
        }
    }

    @Test(arguments: ["\u{1}", "\u{1F}", #"\ud83d"#, #"\udc00"#])
    func `the command counts the entries that it skips, even in an answer that is not quite JSON`(odd: String)
        async throws
    {
        try await withTemporaryDirectory { directory in
            try await BadServer.with({ line, _, _ in
                line.contains("/tags/get?")
                    ? .text(#"{"tags":[{"name":"x"},{"id":134,"name":"广\#(odd)","count":0}]}"#) : Self.usual(line)
            }) { server in
                let tags = try await tagline(["tags", "list"], in: directory, at: server.address)
                #expect(tags.code == 0 && tags.output.contains("134"), "\(tags)")
                #expect(
                    tags.errors == "tagline: 1 entry of the platform's list is not a tag and was skipped\n", "\(tags)")
            }
        }
    }

    @Test func `the command prints the whole blacklist, even if answers repeat the cursor of the request`()
        async throws
    {
        let openIDs = (1...5).map { demoFollower($0) }
        try await withTemporaryDirectory { directory in
            try await BadServer.with({ line, body, _ in
                guard line.contains("getblacklist") else { return Self.usual(line) }
                let begin = body.firstMatch(of: /"begin_openid":"([^"]*)"/).map { String($0.1) } ?? ""
                let page = openIDs[(openIDs.firstIndex(of: begin).map { $0 + 1 } ?? 0)...].prefix(2)
                let texts = page.map { "\"\($0)\"" }.joined(separator: ",")
                let data = page.isEmpty ? "" : #""data":{"openid":[\#(texts)]},"#
                return .text(#"{"total":5,"count":\#(page.count),\#(data)"next_openid":"\#(begin)"}"#)
            }) { server in
                let ended = try await tagline(["blacklist", "list"], in: directory, at: server.address)
                #expect(ended.code == 0 && ended.output == openIDs.map { $0 + "\n" }.joined(), "\(ended)")
            }
        }
    }

    @Test func `an invalid answer is not reported as a missing answer`() async throws {
        try await withTemporaryDirectory { directory in
            try await BadServer.with({ line, _, _ in
                line.contains("batchtagging")
                    ? .text("busy", status: "503 Service Unavailable") : Self.usual(line)
            }) { server in
                let ended = try await tagline(
                    ["tag", "--tag", "134", "--file", "f", "--attempts", "1"], in: directory, at: server.address)
                #expect(ended.code == 2, "\(ended)")
                #expect(ended.errors.contains("1 call got no valid answer; the reason for the last one: "), "\(ended)")
                #expect(
                    ended.errors.contains("gave no valid answer: the server answered HTTP 503"), "\(ended)")
            }
        }
    }

    @Test func `a quota without a limit is shown in words`() async throws {
        try await withLiveSandbox { server in
            let ended = try await runProgram(
                ["quota"],
                environment: [
                    "TAGLINE_APP_ID": "\(DemoWorld.service.appID)", "TAGLINE_APP_SECRET": DemoWorld.service.secret,
                    "TAGLINE_BASE_URL": server.addresses.http,
                ])
            #expect(ended.output.contains("no limit") && !ended.output.contains("2,147,483"), "\(ended)")
        }
    }

    // MARK: Checks of a run

    /// Returns the first page of a list of followers, and an empty page after it.
    private static func list(_ openIDs: [String], _ body: String) -> BadServer.Answer {
        guard body.contains(#""next_openid":"""#), let last = openIDs.last else { return .text(#"{"count":0}"#) }
        let texts = openIDs.map { "\"\($0)\"" }.joined(separator: ",")
        return .text(#"{"count":\#(openIDs.count),"data":{"openid":[\#(texts)]},"next_openid":"\#(last)"}"#)
    }

    @Test(arguments: [
        ("", 0, "3 carry the tag, and it has no count."), (#","count":null"#, 0, "and it has no count."),
        (#","count":"many""#, 0, "and it has no count."), (#","count":3"#, 0, "the same as its count."),
        (#","count":0"#, 5, "while its count says 0."),
    ])
    func `--verify compares the list with the tag's count only if the platform reports the count`(
        count: String, code: Int, says: String
    ) async throws {
        try await withTemporaryDirectory { directory in
            try await BadServer.with({ line, body, _ in
                if line.contains("/tags/get?") { return .text(#"{"tags":[{"id":134,"name":"广东"\#(count)}]}"#) }
                return line.contains("user/tag/get")
                    ? Self.list((1...3).map { demoFollower($0) }, body) : Self.usual(line)
            }) { server in
                let ended = try await tagline(
                    ["tag", "--tag", "134", "--file", "f", "--verify"], in: directory, at: server.address)
                #expect(ended.code == code && ended.output.contains(says), "\(ended)")
            }
        }
    }

    @Test func `if the platform's list does not fit on the disk, --verify prints the report, and the exit code is 5`()
        async throws
    {
        // SQLite keeps about 2 MB of the list in memory, and the rest in a file.
        let openIDs = (0..<100_000).map(BulkCommandTests.openID)
        try await withTemporaryDirectory { directory in
            try await BadServer.with({ line, body, _ in
                line.contains("user/tag/get") ? Self.list(openIDs, body) : Self.usual(line)
            }) { server in
                let command = ["tag", "--tag", "134", "--file", "f", "--progress", "none"]
                let run = try await tagline(command, in: directory, at: server.address)
                #expect(run.code == 0, "\(run)")
                let ended = try await bash(
                    "trap '' XFSZ; ulimit -f 200; " + plainRun, command + ["--resume", "--verify", "--json"],
                    in: directory, at: server.address)
                #expect(ended.code == 5 && ended.output.contains(#""verified":false"#), "\(ended)")
                #expect(ended.errors.contains("the tag could not be read back: "), "\(ended)")
            }
        }
    }

    @Test(arguments: [
        ["untag", "--tag", "134", "--file", "f", "--run-file", "u"], ["tag", "--undo", "--file", "f"],
        ["tag", "--undo", "--file", "f", "--json"], ["tags", "drain", "134", "--yes", "--json"],
    ])
    func `a stopped run that cannot write its output ends with the exit code of the stop`(command: [String])
        async throws
    {
        let tags = ScriptedTags(carriers: [demoFollower(1)])
        try await withTemporaryDirectory { directory in
            try await BadServer.with({ line, body, _ in
                line.contains("batchuntagging")
                    ? .text(#"{"errcode":45009,"errmsg":"reach max api daily quota limit"}"#) : tags.answer(line, body)
            }) { server in
                let run = try await tagline(["tag", "--tag", "134", "--file", "f"], in: directory, at: server.address)
                #expect(run.code == 0, "\(run)")
                let ended = try await bash(
                    "exec \"$0\" \"$@\" > /dev/full", command, in: directory, at: server.address)
                #expect(ended.code == 3 && ended.errors.contains("the output cannot be written"), "\(ended)")
                #expect(ended.errors.contains("Go on with: "), "\(ended)")
            }
        }
    }

    @Test func `--undo changes no follower if the list of refused followers cannot be written`() async throws {
        let tags = ScriptedTags(carriers: [demoFollower(1)])
        try await withTemporaryDirectory { directory in
            try await BadServer.with({ line, body, _ in
                if line.contains("batchuntagging") {
                    _ = FileManager.default.createFile(atPath: directory + "/undone", contents: nil)
                }
                return tags.answer(line, body)
            }) { server in
                let run = try await tagline(["tag", "--tag", "134", "--file", "f"], in: directory, at: server.address)
                #expect(run.code == 0, "\(run)")
                let ended = try await tagline(
                    ["tag", "--undo", "--file", "f", "--rejects", "no/where"], in: directory, at: server.address)
                #expect(ended.code == 1 && ended.errors.contains("no/where cannot be written"), "\(ended)")
                #expect(!FileManager.default.fileExists(atPath: directory + "/undone"))
            }
        }
    }

    @Test(arguments: [
        ("/batchtagging", ["tag", "--tag", "134", "--file", "f"], ["tag", "--tag", "134", "--file", "f", "--resume"]),
        ("/batchuntagging", ["tag", "--undo", "--file", "f"], ["tag", "--undo", "--file", "f"]),
    ])
    func `--json names the list of refused followers only if the command wrote the list`(
        call: String, command: [String], next: [String]
    ) async throws {
        try await withTemporaryDirectory { directory in
            let folder = directory + "/out"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try await BadServer.with({ line, _, _ in
                guard line.contains(call) else { return Self.usual(line) }
                // The command has checked that it can write the list; from now on it cannot.
                try? FileManager.default.removeItem(atPath: folder)
                return .text(#"{"errcode":40003,"errmsg":"invalid openid"}"#)
            }) { server in
                if command.contains("--undo") {
                    let run = try await tagline(
                        ["tag", "--tag", "134", "--file", "f"], in: directory, at: server.address)
                    #expect(run.code == 0, "\(run)")
                }
                let unwritten = try await tagline(
                    command + ["--rejects", "out/list.csv", "--json"], in: directory, at: server.address)
                #expect(unwritten.code == 4 && unwritten.errors.contains("Write it with: "), "\(unwritten)")
                #expect(unwritten.output.contains(#""refused":3"#), "\(unwritten)")
                #expect(!unwritten.output.contains(#""rejects""#), "\(unwritten)")
                let written = try await tagline(
                    next + ["--rejects", "list.csv", "--json"], in: directory, at: server.address)
                #expect(written.output.contains(#""rejects":"list.csv""#), "\(written)")
                #expect(FileManager.default.fileExists(atPath: directory + "/list.csv"))
            }
        }
    }

    // MARK: Streams and signals

    @Test func `no file or socket of the command gets the descriptor of a closed standard stream`() async throws {
        try await withTemporaryDirectory { directory in
            try await BadServer.with({ line, _, _ in Self.usual(line) }) { server in
                let unread = try await bash(
                    "exec \"$0\" \"$@\" <&-", ["tag", "--tag", "134", "--file", "-"], in: directory, at: server.address)
                #expect(unread.code == 1 && unread.errors.contains("cannot be read"), "\(unread)")
                let unwritten = try await bash(
                    "exec \"$0\" \"$@\" >&- <&-", ["tags", "list"], in: directory, at: server.address)
                #expect(unwritten.code == 74, "\(unwritten)")
                let silent = try await bash(
                    "exec \"$0\" \"$@\" 2>&- <&-", ["tag", "--tag", "134", "--file", "f", "-v", "--log-file", "log"],
                    in: directory, at: server.address)
                #expect(silent.code == 0 && silent.output.hasPrefix("3 tagged"), "\(silent)")
                let log = try String(contentsOfFile: directory + "/log", encoding: .utf8)
                #expect(log.split(separator: "\n").allSatisfy { $0.contains(" ms: ok") }, "\(log)")
            }
        }
    }

    @Test(arguments: [
        // Node.js gives a socket to each command that it starts.
        (#"exec python3 -c "$SOCKET" "$0" "$@""#, "-, line 1: seed"),
        (#"printf "$RULES" | "$0" "$@""#, "-, line 1: seed"),
        (#"exec "$0" "$@" <&-"#, "- cannot be read: Bad file descriptor"),
    ])
    func `rules can come from any kind of stdin, and a mistake is reported in one line`(line: String, says: String)
        async throws
    {
        let socket = """
            import os, socket, subprocess, sys
            ours, theirs = socket.socketpair()
            ours.sendall(os.environb[b"RULES"])
            ours.close()
            sys.exit(subprocess.run(sys.argv[1:], stdin=theirs).returncode)
            """
        let ended = try await runUnderBash(
            line, ["faults", "check", "-"], environment: ["RULES": "seed: -1\nfaults: 1\n", "SOCKET": socket])
        #expect(ended.code == 64 && ended.errors.contains(says), "\(ended)")
        #expect(ended.errors.split(separator: "\n").count == 1 && !ended.errors.contains("\\u{"), "\(ended)")
    }

    /// Returns lines of bash that wait until the run shows its progress, send signals, and print the exit code.
    ///
    /// - Parameter disposition: the option of env that says which signals the program ignores.
    private func signalled(_ signals: String, _ disposition: String) -> String {
        """
        env \(disposition) "$0" "$@" 2> errors > output & tagline=$!
        for i in {1..1200}; do grep -q '"concurrency":' errors && break; sleep 0.1; done
        \(signals); wait $tagline; echo "code $?"; cat errors >&2
        """
    }

    @Test(arguments: [
        ("kill -HUP $tagline", "--default-signal=HUP"), ("kill -TERM $tagline", "--default-signal=TERM"),
        ("kill -INT $tagline", "--default-signal=INT"),
        // A process that nohup started ignores SIGHUP, so the program acts only on the second signal.
        ("kill -HUP $tagline; kill -TERM $tagline", "--ignore-signal=HUP"),
    ])
    func `after a signal, a run waits for the calls in flight and then ends`(signals: String, disposition: String)
        async throws
    {
        try await withTemporaryDirectory { directory in
            try await BadServer.with({ line, _, _ in
                line.contains("batchtagging") ? .nothing : Self.usual(line)
            }) { server in
                let ended = try await bash(
                    signalled(signals, disposition),
                    ["tag", "--tag", "134", "--file", "f", "--progress", "json", "--timeout", "4", "--attempts", "1"],
                    in: directory, at: server.address)
                #expect(ended.output.contains("code 130"), "\(ended)")
                #expect(ended.errors.contains("stopping after the calls in flight"), "\(ended)")
                #expect(!ended.errors.contains("ended the command"), "\(ended)")
            }
        }
    }

    @Test func `the command reports a signal that comes before the run begins`() async throws {
        try await withTemporaryDirectory { directory in
            try await BadServer.with({ line, _, _ in
                guard line.contains("/tags/get?") else { return Self.usual(line) }
                _ = FileManager.default.createFile(atPath: directory + "/asked", contents: nil)
                return .nothing
            }) { server in
                // The program starts to listen for signals shortly before its first call.
                let line = """
                    "$0" "$@" 2> errors & tagline=$!
                    for i in {1..1200}; do [ -e asked ] && break; sleep 0.1; done
                    kill -TERM $tagline; wait $tagline; echo "code $?"; cat errors >&2
                    """
                let ended = try await bash(
                    line, ["tag", "--tag", "134", "--file", "f", "--timeout", "60"], in: directory, at: server.address)
                #expect(ended.output.contains("code 130"), "\(ended)")
                #expect(ended.errors == "tagline: SIGTERM ended the command before the run began\n", "\(ended)")
            }
        }
    }
}
