import Foundation
import OfficialAccount
import OfficialAccountClient
import TaglineServer
import Testing
import WireTable

/// Tests the commands that call the API with an account's own appid and secret.
@Suite struct OwnCredentialsTests {
    private typealias Bench = BulkCommandTests.Bench

    @Test func `tagline tags lists, creates, renames and deletes tags`() async throws {
        try await Bench.with { bench in
            let made = try await bench.tagline("tags", "create", "新客")
            #expect(made.code == 0 && Int(made.output.dropLast()) != nil, "\(made)")
            #expect(try await bench.tagline("tags", "rename", "新客", "老客").output.hasSuffix("is now named 老客.\n"))
            let listed = try await bench.tagline("tags")
            #expect(listed.output.contains("老客\n") && listed.output.hasPrefix("ID "), "\(listed)")
            let json = try await bench.tagline("tags", "list", "--json")
            #expect(json.output.contains(#""name":"老客""#), "\(json)")
            #expect(try await bench.tagline("tags", "delete", "老客").code == 0)
            let gone = try await bench.tagline("tags", "delete", "老客")
            #expect(gone.code == 1 && gone.errors.contains("the account has no tag \"老客\""), "\(gone)")
        }
    }

    @Test func `tags delete requires --yes if followers have the tag`() async throws {
        try await Bench.with { bench in
            let asked = try await bench.tagline("tags", "delete", "119")
            #expect(asked.code == 1 && asked.errors.contains("pass --yes"), "\(asked)")
            let done = try await bench.tagline("tags", "delete", "119", "--yes")
            #expect(done.code == 0 && done.output.hasSuffix(" (119) was deleted.\n"), "\(done)")
        }
    }

    @Test(arguments: [#","count":0"#, #","count":null"#, ""])
    func `tags delete requires --yes if followers have the tag, even if its count is 0, null or absent`(count: String)
        async throws
    {
        for carriers in [[demoFollower(1)], []] {
            let tags = ScriptedTags(carriers: carriers)
            try await ScriptedBench.with({ line, body, _ in
                guard line.contains("/tags/get?"), !tags.names.isEmpty else { return tags.answer(line, body) }
                return .text(#"{"tags":[{"id":134,"name":"广东"\#(count)}]}"#)
            }) { bench in
                if !carriers.isEmpty {
                    let asked = try await bench.tagline("tags", "delete", "134")
                    #expect(asked.code == 1 && asked.errors.contains("pass --yes"), "\(asked)")
                    #expect(tags.names == ["广东"])
                }
                let done = try await bench.bash(
                    plainRun, ["tags", "delete", "134"] + (carriers.isEmpty ? [] : ["--yes"]))
                #expect(done.code == 0 && tags.names.isEmpty, "\(done)")
            }
        }
    }

    @Test(arguments: [
        ["--base-url", "http://prod:8080"], ["--app-id", "wx"], ["--secret-file", "s"], ["--access-token-file", "t"],
        ["--token-command", "echo t"], ["--token-file", "t"], ["-v"], ["--log-file", "l"],
    ])
    func `an option of the API beside an option of the admin plane is refused`(option: [String]) async throws {
        try await Bench.with { bench in
            let plane = [
                ["--account", "\(DemoWorld.service.appID)", "--admin-url", bench.server.addresses.admin],
                ["--admin-url", bench.server.addresses.admin],
            ]
            for (command, plane) in zip([["tags", "delete", "119", "--yes"], ["followers", "list"]], plane) {
                let ended = try await bench.bash(plainRun, command + plane + option)
                let name = option[0] == "-v" ? "--verbose" : option[0]
                #expect(ended.code == 64, "\(ended)")
                #expect(
                    ended.errors.contains("\(name) is for calls of the API, and \(plane[0]) is for the admin plane"),
                    "\(ended)")
            }
            #expect(try await bench.tagline("members", "119").code == 0)
        }
    }

    @Test func `for an admin plane over HTTPS, a command trusts the authority in --ca, SSL_CERT_FILE or a profile`()
        async throws
    {
        try await Bench.with { bench in
            // This address is the HTTPS port of the API, which does not answer as an admin plane does. But the command
            // checks the certificate first.
            let plane = ["--admin-url", bench.server.addresses.https]
            let list = ["tags", "list", "--account", "\(DemoWorld.service.appID)"] + plane
            let distrusted = try await bench.bash(plainRun, list)
            #expect(distrusted.code == 1 && distrusted.errors.contains("certificate is not trusted"), "\(distrusted)")
            let ca = bench.server.addresses.ca
            try bench.write("config.json", [#"{"profiles":{"p":{"ca":"\#(ca)"}}}"#])
            for (line, arguments) in [
                (plainRun, list + ["--ca", ca]), ("export SSL_CERT_FILE='\(ca)'; \(plainRun)", list),
                ("export SSL_CERT_FILE='\(ca)'; \(plainRun)", ["accounts"] + plane),
                (
                    "mkdir -p xdg/tagline; cp config.json xdg/tagline; export XDG_CONFIG_HOME=$PWD/xdg; \(plainRun)",
                    list + ["--profile", "p"]
                ),
            ] {
                let ended = try await bench.bash(line, arguments)
                #expect(ended.code == 1 && !ended.errors.contains("certificate"), "\(ended)")
                #expect(!ended.errors.contains("no connection"), "\(ended)")
            }
        }
    }

    @Test func `a command refuses an empty appid, and a file with two purposes`() async throws {
        try await Bench.with { bench in
            try bench.write("file", [demoFollower(1)])
            for (arguments, part) in [
                (["tags", "list", "--app-id", ""], "--app-id is empty"),
                (["sync", "--tag", "134", "--file", "file", "--app-id", " ", "--yes"], "--app-id is empty"),
                (["tags", "list", "--account", "", "--admin-url", bench.server.addresses.admin], "the appid is empty"),
                (["accounts", "rotate-secret", "", "--admin-url", bench.server.addresses.admin], "the appid is empty"),
                (["tag", "--tag", "134", "--file", "file", "--log-file", "file"], "would be the log of calls"),
                (["tag", "--tag", "134", "--file", "file", "--log-file", "file.run"], "would be the run file and"),
                (["tag", "--tag", "134", "--file", "file", "--run-file", "file"], "would be the run file"),
                (["tag", "-t", "134", "--file", "file"], "Unknown option '-t'"),
                (["tag", "--tag", "134", "-file", "file"], "Did you mean '--file'?"),
            ] {
                let ended = try await bench.bash(plainRun, arguments)
                #expect(ended.code == 64 && ended.errors.contains(part), "\(arguments): \(ended)")
                #expect(ended.output.isEmpty, "\(arguments): \(ended)")
            }
        }
    }

    @Test func `the program refuses a token file or a token command that does not give one word`() async throws {
        try await Bench.with { bench in
            for (text, part) in [
                (#"{"access_token":"abc","expires_in":7200}"#, "gives JSON"),
                ("one\ntwo", "does not give one access token"),
                (#""quoted""#, "without quotes"),
            ] {
                try bench.write("token", [text])
                for arguments in [["--access-token-file", "token"], ["--token-command", "cat token"]] {
                    let ended = try await bench.bash(plainRun, ["tags", "list"] + arguments)
                    #expect(ended.code != 0 && ended.errors.contains(part), "\(arguments): \(ended)")
                }
            }
        }
    }

    @Test func `the plan of a run with a given token says that the token decides the account`() async throws {
        try await Bench.with { bench in
            try bench.write("file", [demoFollower(1)])
            let token = try await WireRun.token(of: DemoWorld.service, from: bench.server.http)
            let plan = try await bench.tagline(
                "tag", "--tag", "134", "--file", "file", "--dry-run", "--json",
                environment: ["TAGLINE_ACCESS_TOKEN": token])
            #expect(plan.code == 0 && plan.errors.contains("At the account of the given access token"), "\(plan)")
            #expect(plan.errors.contains("TAGLINE_APP_SECRET is not"), "\(plan)")
            #expect(plan.output.hasPrefix(#"{"at":"the account of the given access token, called"#), "\(plan)")
            #expect(plan.output.contains(#""calls":{"batchTagging":1}"#), "\(plan)")
        }
    }

    @Test func `tagline followers lists and exports followers`() async throws {
        try await Bench.with { bench in
            let listed = try await bench.tagline("followers", "list", "--limit", "2")
            #expect(listed.output.hasPrefix("OPENID ") && listed.output.contains("go on with --after"), "\(listed)")
            let carriers = try await bench.tagline("followers", "list", "--tag", "119", "--json")
            #expect(carriers.output.contains(#""tags":[100,101,"#), "\(carriers)")
            let exported = try await bench.tagline("followers", "export")
            #expect(exported.output.hasPrefix("openid\noc") && exported.output.split(separator: "\n").count == 1003)
            let plane = try await bench.tagline(
                "followers", "export", "--admin", "--account", "\(DemoWorld.service.appID)", "--admin-url",
                bench.server.addresses.admin)
            #expect(plane.output == exported.output)
        }
    }

    @Test func `tagline blacklist adds and removes followers, and names each refused follower`() async throws {
        try await Bench.with { bench in
            try bench.write("spam", (1...45).map(demoFollower) + ["ocYxcuDemoLeft00000000000001"])
            let added = try await bench.tagline("blacklist", "add", "--file", "spam")
            #expect(added.code == 2 && added.output == "45 put on the blacklist, 1 refused.\n", "\(added)")
            #expect(added.errors.contains("ocYxcuDemoLeft00000000000001: 40003"), "\(added)")
            let listed = try await bench.tagline("blacklist", "list")
            #expect(listed.output.split(separator: "\n").count == 45, "\(listed)")
            let removed = try await bench.tagline("blacklist", "remove", demoFollower(1), demoFollower(2))
            #expect(removed.code == 0 && removed.output.hasPrefix("2 taken off"), "\(removed)")
            #expect(try await bench.tagline("blacklist").output.split(separator: "\n").count == 43)
        }
    }

    @Test func `tagline quota shows the quota of each call and the time when the quotas restart`() async throws {
        try await Bench.with { bench in
            let shown = try await bench.tagline("quota")
            #expect(shown.output.hasPrefix("CALL ") && shown.output.contains("batchTagging"), "\(shown)")
            #expect(shown.output.contains("restarts at "), "\(shown)")
            let one = try await bench.tagline("quota", "batchTagging", "--json")
            #expect(one.output.contains(#""left":"#) && one.output.contains(#""reset":"#), "\(one)")
            let slip = try await bench.tagline("quota", "batchTaging")
            #expect(slip.code == 64 && slip.errors.contains("did you mean batchTagging?"), "\(slip)")
        }
    }

    @Test func `--all-tags takes every tag off the followers in a file, and --undo gives the tags back`() async throws {
        try await Bench.with { bench in
            try bench.write("file", [demoFollower(1000), demoFollower(1), demoFollower(1000)])
            let plan = try await bench.tagline("untag", "--all-tags", "--file", "file", "--dry-run")
            #expect(plan.code == 0 && plan.output.contains("1 to lose the tag"), "\(plan)")
            let run = try await bench.tagline("untag", "--all-tags", "--file", "file")
            #expect(run.code == 0 && run.output.contains("20 untagged, 0 refused"), "\(run)")
            let openID = try #require(OpenID(demoFollower(1000)))
            #expect(try await bench.client.tags.tags(of: openID).isEmpty)
            let undone = try await bench.tagline("untag", "--undo", "--file", "file")
            #expect(undone.code == 0, "\(undone)")
            #expect(try await bench.client.tags.tags(of: openID).count == 20)
            let unclear = try await bench.tagline("untag", "--all-tags", "--tag", "134", "--file", "file")
            #expect(unclear.code == 64, "\(unclear)")
        }
    }

    @Test func `a profile decides the account, address and secret, even if the environment has other values`()
        async throws
    {
        try await Bench.with { bench in
            let folder = bench.directory + "/tagline"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(DemoWorld.subscription.secret.utf8).write(to: URL(filePath: folder + "/reader.secret"))
            let profiles = """
                {"profiles":{
                "reader":{"app_id":"\(DemoWorld.subscription.appID)","base_url":"\(bench.server.addresses.http)",
                "secret_file":"reader.secret","admin_url":"\(bench.server.addresses.admin)"},
                "shop":{"app_id":"\(DemoWorld.service.appID)","base_url":"\(bench.server.addresses.http)",
                "secret_command":"echo \(DemoWorld.service.secret)"},
                "bad":{"app_id":"wx","secret":"in the open"},"none":{"app_id":"wx"}}}
                """
            try Data(profiles.utf8).write(to: URL(filePath: folder + "/config.json"))
            let home = ["XDG_CONFIG_HOME": bench.directory]
            let reader = try await bench.tagline("tags", "--profile", "reader", environment: home)
            #expect(reader.code == 0 && reader.output.contains("读者"), "\(reader)")
            let shop = try await bench.tagline(
                "sync", "--tag", "134", "--file", "/dev/null", "--dry-run",
                environment: home.merging(["TAGLINE_PROFILE": "shop"]) { $1 })
            #expect(shop.output.contains("the account shop (\(DemoWorld.service.appID)) at "), "\(shop)")
            let accounts = try await bench.tagline(
                "accounts", environment: home.merging(["TAGLINE_PROFILE": "reader"]) { $1 })
            #expect(accounts.code == 0, "\(accounts)")
            for (name, words) in [
                ("bad", "must not hold a secret"), ("none", "names no secret"),
                ("nobody", "its profiles are: bad, none, reader, shop"),
            ] {
                let ended = try await bench.tagline("tags", "--profile", name, environment: home)
                #expect(ended.code == 64 && ended.errors.contains(words), "\(ended)")
            }
        }
    }

    @Test func `tagline runs lists all runs and shows one run`() async throws {
        try await Bench.with { bench in
            try bench.write("a.txt", (1...200).map(demoFollower))
            #expect(try await bench.tagline("tag", "--tag", "134", "--file", "a.txt", "--max-calls", "1").code == 3)
            let listed = try await bench.tagline("runs", "list")
            #expect(listed.output.contains("a.txt.run  tag") && listed.output.contains("150 left"), "\(listed)")
            let shown = try await bench.tagline("runs", "show", "a.txt.run")
            #expect(
                shown.output.contains("50 tagged") && shown.output.contains("--file a.txt --max-calls 1 --resume"),
                "\(shown)")
            let json = try await bench.tagline("runs", "show", "a.txt.run", "--json")
            #expect(json.output.contains(#""left":150"#), "\(json)")
            let other = try await bench.tagline("runs", "show", "a.txt")
            #expect(other.code == 1 && other.errors.contains("not a run file"), "\(other)")
        }
    }

    @Test func `tagline runs list names the files that it cannot read, and lists the other runs`() async throws {
        try await Bench.with { bench in
            try bench.write("b.txt", (1...3).map(demoFollower))
            #expect(try await bench.tagline("tag", "--tag", "134", "--file", "b.txt").code == 0)
            try bench.write("a.run", ["not a database"])
            #expect(mkfifo(bench.directory + "/c.run", 0o600) == 0)
            let listed = try await bench.tagline("runs", "list")
            #expect(listed.code == 0 && listed.output.contains("b.txt.run  tag"), "\(listed)")
            #expect(!listed.output.contains("a.run") && !listed.output.contains("c.run"), "\(listed)")
            #expect(listed.errors.contains("tagline: a.run: it is damaged or is not a run file"), "\(listed)")
            #expect(listed.errors.contains("tagline: c.run is not a run file"), "\(listed)")
            let json = try await bench.tagline("runs", "list", "--json")
            #expect(json.code == 0 && json.output.contains(#""run_file":"b.txt.run""#), "\(json)")
        }
    }
}
