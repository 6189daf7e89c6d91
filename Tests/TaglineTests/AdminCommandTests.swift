import Foundation
import Subprocess
import TaglineServer
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
                #expect(imported.output == "30 openids read, 30 new, 1 broken lines passed over.\n")
                #expect(imported.errors.hasPrefix("\(file): line 32 does not hold an openid"))
                let exported = try await runProgram(["followers", "export", "--account", "wxmine"] + at)
                #expect(exported.output == lines)

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
                let rotated = try await runProgram(["accounts", "rotate-secret", "wxmine"] + at)
                #expect(rotated.output.count == 33 && !rotated.output.contains(secret))
                let removed = try await runProgram(["followers", "remove", file, "--account", "wxmine"] + at)
                #expect(removed.output.hasPrefix("30 openids read, 30 removed"))
            }
        }
    }

    @Test(arguments: [
        (["accounts", "create", "wxmine", "--kind", "other"], "the body is not the JSON object this call takes"),
        (["accounts", "rotate-secret", "nobody"], #"no account has the appid "nobody""#),
        (["accounts", "rotate-secret", "../accounts"], "no account has the appid"),
        (["followers", "import", "/nowhere", "--account", "wxmine"], "/nowhere cannot be read"),
        (["followers", "export", "--account", "nobody"], "no account has the appid"),
    ])
    func `what cannot be done is said in one line`(arguments: [String], expected: String) async throws {
        try await withLiveSandbox { server in
            let result = try await runProgram(arguments + ["--admin-url", server.addresses.admin])
            #expect(result.status == .exited(1))
            #expect(result.errors.hasPrefix("tagline: ") && result.errors.contains(expected), "\(result.errors)")
            #expect(result.errors.split(separator: "\n").count == 1)
        }
    }

    @Test(arguments: [
        (["45159"], ["45159  invalid tag id", "tagid is missing", "标签"]), (["-1"], ["system error"]),
        ([], ["CODE   ERRMSG", "-1     system error", "76004  rid is expired"]),
    ])
    func `every errcode can be explained`(arguments: [String], expected: [String]) async throws {
        let result = try await runProgram(["explain"] + arguments)
        #expect(result.status.isSuccess)
        for text in expected { #expect(result.output.contains(text), "\(result.output)") }
        #expect(try await runProgram(["explain", "12345"]).errors.contains("12345 is not in the catalogue"))
    }

    @Test func `no server is said in one line`() async throws {
        let result = try await runProgram(["accounts", "--admin-url", "http://127.0.0.1:1"])
        #expect(result.status == .exited(1))
        #expect(result.errors.contains("there is no admin plane at http://127.0.0.1:1"))
    }
}
