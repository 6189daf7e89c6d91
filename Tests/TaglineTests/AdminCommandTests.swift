import BulkRuns
import Foundation
import OfficialAccount
import Subprocess
import TagStoreConformance
import TaglineServer
import TestStore
import Testing
import WireTable

@Suite struct AdminCommandTests {
    @Test func `accounts and followers are managed from the command line`() async throws {
        try await withTemporaryDirectory { data in
            try await withLiveSandbox("serve", data: data + "/store") { server in
                let at = ["--admin-url", server.addresses.admin]
                let created = try await runProgram(["accounts", "create", "wxmine"] + at)
                #expect(created.status.isSuccess)
                let secret = String(try #require(created.output.firstMatch(of: /once: ([0-9a-f]{32})\n/)).1)

                let file = data + "/followers.csv"
                let lines = "openid\n" + (1...30).map { DemoWorld.follower($0, prefix: "oMine_") + "\n" }.joined()
                try Data((lines + "nonsense\n").utf8).write(to: URL(filePath: file))
                let imported = try await runProgram(["followers", "import", file, "--account", "wxmine"] + at)
                #expect(imported.status == .exited(2))
                #expect(imported.output == "30 openids read, 30 new, 1 broken line skipped.\n")
                #expect(imported.errors.hasPrefix("\(file): line 32: not an openid"))
                let exported = try await runProgram(["followers", "export", "--account", "wxmine"] + at)
                #expect(exported.output == lines)
                let asJSON = try await runProgram(["followers", "export", "--account", "wxmine", "--json"] + at)
                #expect(asJSON.output.hasPrefix("{\"openid\":\"\(DemoWorld.follower(1, prefix: "oMine_"))\"}\n"))
                #expect(asJSON.output.split(separator: "\n").count == 30)
                let export = ["followers", "export", "--account", "wxmine", "--format"]
                let first = DemoWorld.follower(1, prefix: "oMine_")
                let asTable = try await runProgram(export + ["csv"] + at)
                #expect(asTable.output.hasPrefix("openid,since,tag,remark"), "\(asTable)")
                #expect(asTable.output.contains(first) && asTable.output.split(whereSeparator: \.isNewline).count == 31)
                let asObjects = try await runProgram(export + ["ndjson"] + at)
                #expect(asObjects.output.hasPrefix(#"{"openid":"\#(first)","since":"#), "\(asObjects)")
                #expect(asObjects.output.split(separator: "\n").count == 30)
                #expect(try await runProgram(export + ["openids"] + at).output == lines)
                for wrong in [["xml"], ["csv", "--json"]] {
                    #expect(try await runProgram(export + wrong + at).status == .exited(64), "\(wrong)")
                }
                #expect(try await runProgram(["followers", "export", "--format", "csv"]).status == .exited(64))

                let listed = try await runProgram(["accounts"] + at)
                #expect(
                    listed.output == """
                        APPID   KIND     STATE      FOLLOWERS  TAGS  ADDRESSES
                        wxmine  service  certified  30         0

                        """)
                let json = try await runProgram(["accounts", "list", "--json"] + at)
                #expect(json.output.hasPrefix(#"{"accounts":[{"appid":"wxmine","#))

                let updated = try await runProgram(["accounts", "update", "wxmine", "--frozen", "--no-certified"] + at)
                #expect(updated.output == "wxmine: not certified, frozen\n")
                let limited = try await runProgram(
                    [
                        "accounts", "update", "wxmine", "--limit", "tags_per_follower=2", "--quota",
                        "/cgi-bin/tags/get=1:any",
                    ]
                        + ["--json"] + at)
                #expect(limited.output.contains(#""limits":{"tags_per_follower":2}"#), "\(limited)")
                #expect(limited.output.contains(#""quotas":{"/cgi-bin/tags/get":{"per_day":1}}"#))
                let common = try await runProgram(
                    ["accounts", "update", "wxmine", "--common-limits", "--common-quotas", "--json"] + at)
                #expect(common.output.contains(#""limits":{},"quotas":{}"#), "\(common)")
                let rotated = try await runProgram(["accounts", "rotate-secret", "wxmine"] + at)
                #expect(rotated.output.count == 33 && !rotated.output.contains(secret))
                let removed = try await runProgram(["followers", "remove", file, "--account", "wxmine"] + at)
                #expect(removed.output.hasPrefix("30 openids read, 30 removed"))
            }
        }
    }

    @Test func `tags are created, listed, renamed and deleted from the command line`() async throws {
        try await withLiveSandbox { server in
            let at = ["--account", DemoWorld.subscription.appID.rawValue, "--admin-url", server.addresses.admin]
            #expect(try await runProgram(["tags", "create", "广东省"] + at).output == "101\n")
            #expect(
                try await runProgram(["tags", "rename", "101", "Zürich"] + at).output
                    == "Tag 101 is now named Zürich.\n")
            #expect(
                try await runProgram(["tags"] + at).output == """
                    ID   FOLLOWERS  NAME
                    2    0          星标组
                    100  0          读者
                    101  0          Zürich

                    """)
            #expect(try await runProgram(["tags", "delete", "101"] + at).output == "Tag Zürich (101) was deleted.\n")
            let again = try await runProgram(["tags", "delete", "101"] + at)
            #expect(
                again.status == .exited(1)
                    && again.errors == "tagline: the account has no tag \"101\". Its tags: 2 星标组, 100 读者\n", "\(again)")
            let byName = try await runProgram(["tags", "rename", "读者", "读"] + at)
            #expect(byName.output == "Tag 100 is now named 读.\n", "\(byName)")
            #expect(
                try await runProgram(["tags", "delete", "2"] + at).errors.contains("one of the platform's own"))
        }
    }

    @Test func `followers are listed page by page`() async throws {
        try await withLiveSandbox { server in
            let at = ["--account", DemoWorld.service.appID.rawValue, "--admin-url", server.addresses.admin]
            let first = try await runProgram(["followers", "list", "--limit", "3"] + at)
            let lines = first.output.split(separator: "\n")
            #expect(lines.count == 5 && lines[0].hasPrefix("OPENID "), "\(first.output)")
            #expect(lines[1].hasPrefix("ocYxcuAEy30bX0NXmGn4ypqx3tI0  "))
            #expect(lines[4] == "There are more; go on with --after ocYxcuDemoFollower0000000001")
            let next = try await runProgram(
                ["followers", "list", "--limit", "2", "--after", "ocYxcuDemoFollower0000000998", "--json"] + at)
            #expect(next.output.contains(#"{"followers":[{"openid":"ocYxcuDemoFollower0000000999","since":"#))
            #expect(next.output.contains(#""tags":[100,101,"#) && !next.output.contains("next"), "\(next.output)")
            let tagged = try await runProgram(["followers", "list", "--tag", "119"] + at)
            #expect(tagged.output.split(separator: "\n").count == 2)
            let none = try await runProgram(["followers", "list", "--tag", "999"] + at)
            #expect(none.errors.hasPrefix("tagline: the account has no tag \"999\". Its tags: 2 星标组, 100 "), "\(none)")
            let wrong = try await runProgram(["followers", "list", "--after", "x y"] + at)
            #expect(wrong.errors.hasPrefix("tagline: after must be an openid"))
        }
    }

    @Test func `one file moves accounts from one server to another`() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory + "/state"
            try await withLiveSandbox { server in
                let at = ["--admin-url", server.addresses.admin]
                let exported = try await runProgram(["state", "export", file] + at)
                #expect(exported.output == "\(file) holds 3 accounts, 1,103 followers.\n", "\(exported)")
                let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
                #expect(mode == 0o600)
                let piped = try await runProgram(
                    ["state", "export", "-", "--account", DemoWorld.service.appID.rawValue] + at)
                #expect(piped.output.split(separator: "\n").count(where: { $0.contains("\"openid\"") }) == 1003)
                let taken = try await runProgram(["state", "import", file] + at)
                #expect(taken.status == .exited(1) && taken.errors.contains("already; nothing was imported"))
                // The command writes to the file to which a link points, and does not replace the link.
                let link = directory + "/link"
                try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: directory + "/real")
                try Data("old".utf8).write(to: URL(filePath: directory + "/real"))
                #expect(try await runProgram(["state", "export", link] + at).status.isSuccess)
                #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == directory + "/real")
                #expect(
                    try String(contentsOfFile: directory + "/real", encoding: .utf8).hasPrefix("{\"tagline_state\":1}"))
                #expect(try await runProgram(["state", "export", directory] + at).errors.contains("cannot be written"))
                let folder = try await runProgram(["state", "import", directory] + at)
                #expect(folder.errors == "tagline: \(directory) cannot be read: it is a directory\n")
                let nowhere = try await runProgram(["state", "export", directory + "/no/state"] + at)
                #expect(nowhere.errors.contains("cannot be written"), "\(nowhere.errors)")
            }
            let whole = try Data(contentsOf: URL(filePath: file))
            try await withLiveSandbox("serve", data: directory + "/store") { server in
                let at = ["--admin-url", server.addresses.admin]
                try whole.dropLast(10).write(to: URL(filePath: file))
                let cut = try await runProgram(["state", "import", file] + at)
                #expect(cut.status == .exited(1) && cut.errors.contains("cut short; nothing was imported"))
                try whole.write(to: URL(filePath: file))
                let imported = try await runProgram(["state", "import", file] + at)
                #expect(imported.output.hasPrefix("3 accounts added: wx2c4e6a8091b3d5f7, "), "\(imported)")
            }
            // After a restart the export has the same bytes.
            try await withLiveSandbox("serve", data: directory + "/store") { server in
                let again = try await runProgram(
                    ["state", "export", directory + "/again", "--admin-url", server.addresses.admin])
                #expect(again.status.isSuccess)
                #expect(try Data(contentsOf: URL(filePath: directory + "/again")) == whole)
                #expect(!FileManager.default.fileExists(atPath: directory + "/again.part"))
            }
        }
    }

    @Test(.enabled(if: !TestStore.isPostgres, "the test needs a store in a file"))
    func `an import reports a full disk and can be repeated`() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory + "/followers.csv"
            let lines = (1...100_000).map { DemoWorld.follower($0, prefix: "oMine_") + "\n" }.joined()
            try Data(lines.utf8).write(to: URL(filePath: file))
            let store = directory + "/store"
            try await withLiveSandbox("serve", data: store, shell: "ulimit -f 1500") { server in
                let at = ["--admin-url", server.addresses.admin]
                #expect(try await runProgram(["accounts", "create", "wxmine"] + at).status.isSuccess)
                let full = try await runProgram(["followers", "import", file, "--account", "wxmine"] + at)
                #expect(full.status == .exited(1) && full.errors.hasPrefix("tagline: the store cannot write: "))
                #expect(full.errors.split(separator: "\n").count == 1, "\(full.errors)")
                let state = try await runProgram(["state", "export", "-"] + at)
                #expect(state.output.contains(#"{"end":{"accounts":1,"#))
            }
            try await withLiveSandbox("serve", data: store) { server in
                let at = ["--admin-url", server.addresses.admin, "--account", "wxmine"]
                let exported = try await runProgram(["followers", "export"] + at).output
                let before = exported.split(separator: "\n").count - 1
                #expect(before > 0 && before < 100_000 && ("openid\n" + lines).hasPrefix(exported), "\(before)")
                let again = try await runProgram(["followers", "import", file] + at)
                #expect(
                    again.output == "100,000 openids read, \((100_000 - before).grouped) new, 0 broken lines skipped.\n"
                )
                #expect(try await runProgram(["followers", "export"] + at).output == "openid\n" + lines)
            }
        }
    }

    @Test(arguments: [
        (["accounts", "create", "wxmine", "--kind", "other"], "kind must be service or subscription"),
        (
            ["accounts", "update", "wx5ad0c4e6b81f2793", "--limit", "tags_per_follower=121"],
            "tags_per_follower must be a whole number from 1 to 120"
        ),
        (
            ["accounts", "update", "wx5ad0c4e6b81f2793", "--quota", "/nowhere=1"],
            #""/nowhere" in quotas is not the path of an API"#
        ),
        (["accounts", "rotate-secret", "nobody"], #"no account has the appid "nobody""#),
        (["accounts", "rotate-secret", "../accounts"], "no account has the appid"),
        (["followers", "import", "/nowhere", "--account", "wxmine"], "/nowhere cannot be read"),
        (["followers", "export", "--account", "nobody"], "no account has the appid"),
    ])
    func `a command that cannot do its work gives the reason in one line`(arguments: [String], expected: String)
        async throws
    {
        try await withLiveSandbox { server in
            let result = try await runProgram(arguments + ["--admin-url", server.addresses.admin])
            #expect(result.status == .exited(1))
            #expect(result.errors.hasPrefix("tagline: ") && result.errors.contains(expected), "\(result.errors)")
            #expect(result.errors.split(separator: "\n").count == 1)
        }
    }

    @Test(arguments: [
        (["--help"], ["USAGE: tagline explain"]),
        (["--json", "45171"], [#""errmsg":"some openid fail""#, "fail_openid_list"]),
        (["50005"], ["user is unsubscribed", "取消关注"]),
        (["45159"], ["45159  invalid tag id", "tagid is missing", "标签"]), (["-1"], ["system error"]),
        ([], ["CODE       ERRMSG", "-1         system error", "76004      rid is expired"]),
    ])
    func `tagline explain explains every errcode`(arguments: [String], expected: [String]) async throws {
        let result = try await runProgram(["explain"] + arguments)
        #expect(result.status.isSuccess)
        for text in expected { #expect(result.output.contains(text), "\(result.output)") }
        #expect(try await runProgram(["explain", "12345"]).errors.contains("12345 is not in the catalogue"))
    }

    @Test func `a command reports in one line that there is no server`() async throws {
        let result = try await runProgram(["accounts", "--admin-url", "http://127.0.0.1:1"])
        #expect(result.status == .exited(1))
        #expect(result.errors.contains("there is no admin plane at http://127.0.0.1:1"))
    }
}
