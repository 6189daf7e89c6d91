import AdminAPI
import Foundation
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

/// Tests resets, snapshots, the clock, worlds, and unsteady accounts.
@Suite struct SandboxStateTests {
    func admin(
        _ sandbox: SandboxInProcess, _ method: String, _ path: String, _ body: String = ""
    ) async throws -> WireResponse {
        try await sandbox.admin.send(WireRequest(method, path, body: Array(body.utf8)))
    }

    private func records(_ sandbox: SandboxInProcess, _ appID: AppID? = nil) async throws -> [StateRecord] {
        var records: [StateRecord] = []
        for try await record in try await sandbox.store.exportState(of: appID) { records.append(record) }
        return records
    }

    private func spoil(_ sandbox: SandboxInProcess, _ account: DemoWorld.Credentials, _ openID: String) async throws {
        let run = try await WireRun(host: sandbox.host)
        _ = try await run.send(
            WireRequest(
                "POST", "/cgi-bin/tags/create?access_token={service}", body: Array(#"{"tag":{"name":"spoilt"}}"#.utf8)))
        let id = try #require(OpenID(openID))
        try await sandbox.store.batchTagging(OpenIDList([id]), tag: 100, for: account.appID)
    }

    @Test func `a reset restores the first state of the sandbox`() async throws {
        try await withSandbox { sandbox async throws in
            let beginning = try await records(sandbox)
            try await spoil(sandbox, DemoWorld.service, DemoWorld.documentedOpenIDs[0])
            try await sandbox.store.deleteAccount(DemoWorld.subscription.appID)
            try await sandbox.store.createAccount(
                Account(appID: "wxnew", kind: .service, isCertified: true, secret: .zero))
            _ = try sandbox.clock.advance(bySeconds: 1000)
            _ = try await admin(sandbox, "POST", "/sandbox/faults", #"{"scenario":"ghost-tag"}"#)
            let answer = try await admin(sandbox, "POST", "/sandbox/reset")
            #expect(answer.status == 200 && answer.text.contains("\(DemoWorld.subscription.appID)"))
            #expect(Set(try await records(sandbox)) == Set(beginning))
            #expect(sandbox.clock.now == testStart && sandbox.state.faults.list.faults.isEmpty)
            // The third-party platform has the authorisations of both accounts again.
            let grants = try await sandbox.store.grants(to: DemoWorld.platform.appID, of: nil)
            #expect(Set(grants.map(\.account)) == [DemoWorld.service.appID, DemoWorld.subscription.appID])
            _ = try await WireRun(host: sandbox.host)
        }
    }

    @Test func `a reset of one account does not change the other accounts, their tokens and their counts`()
        async throws
    {
        try await withSandbox(policy: .documented) { sandbox async throws in
            let beginning = try await records(sandbox, DemoWorld.service.appID)
            let run = try await WireRun(host: sandbox.host)
            try await spoil(sandbox, DemoWorld.service, DemoWorld.documentedOpenIDs[0])
            let other = try await records(sandbox, DemoWorld.subscription.appID)
            let body = #"{"account":"\#(DemoWorld.service.appID)"}"#
            #expect(try await admin(sandbox, "POST", "/sandbox/reset", body).status == 200)
            #expect(try await records(sandbox, DemoWorld.service.appID) == beginning)
            #expect(try await records(sandbox, DemoWorld.subscription.appID) == other)
            let tags = "/cgi-bin/tags/get?access_token="
            #expect(try await run.send(WireRequest("GET", tags + "{service}")).text.contains("40001"))
            #expect(try await run.send(WireRequest("GET", tags + "{subscription}")).text.contains("\"tags\""))
            #expect(try await admin(sandbox, "POST", "/sandbox/reset", #"{"account":"wxnobody"}"#).status == 404)
            #expect(try await admin(sandbox, "POST", "/sandbox/reset", #"{"who":"x"}"#).status == 400)
        }
    }

    @Test func `a snapshot restores tokens, counts and the clock`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            _ = try sandbox.clock.advance(bySeconds: 10)
            let before = try await records(sandbox)
            let taken = try await admin(sandbox, "PUT", "/sandbox/snapshots/a%20b")
            #expect(taken.text.contains(#""followers":1103,"name":"a b""#), "\(taken.text)")
            try await spoil(sandbox, DemoWorld.service, DemoWorld.documentedOpenIDs[0])
            _ = try sandbox.clock.advance(bySeconds: 8000)
            #expect(try await admin(sandbox, "POST", "/sandbox/snapshots/a%20b").status == 200)
            #expect(Set(try await records(sandbox)) == Set(before))
            #expect(sandbox.clock.now == testStart + 10)
            #expect(
                try await run.send(WireRequest("GET", "/cgi-bin/tags/get?access_token={service}")).text.contains("tags")
            )
            #expect(try await admin(sandbox, "GET", "/sandbox/snapshots").text.contains("\"a b\""))
            #expect(try await admin(sandbox, "DELETE", "/sandbox/snapshots/a%20b").status == 200)
            for method in ["POST", "DELETE"] {
                #expect(try await admin(sandbox, method, "/sandbox/snapshots/a%20b").status == 404)
            }
            #expect(try await admin(sandbox, "PUT", "/sandbox/snapshots/x", #"{"account":"wxnobody"}"#).status == 404)
        }
    }

    @Test func `snapshots whose names differ in bytes are two snapshots`() async throws {
        try await withSandbox { sandbox async throws in
            let paths = ["caf\u{E9}", "cafe\u{301}"].map { "/sandbox/snapshots/" + FormFields.encoded($0) }
            let before = try await records(sandbox)
            #expect(try await admin(sandbox, "PUT", paths[0]).status == 200)
            try await spoil(sandbox, DemoWorld.service, DemoWorld.documentedOpenIDs[0])
            let spoilt = try await records(sandbox)
            #expect(try await admin(sandbox, "PUT", paths[1]).status == 200)
            let list = try JSONDecoder().decode(
                SnapshotList.self, from: Data(try await admin(sandbox, "GET", "/sandbox/snapshots").body))
            #expect(list.snapshots.map { Array($0.name.utf8) } == [Array("cafe\u{301}".utf8), Array("caf\u{E9}".utf8)])
            for (path, expected) in [(paths[0], before), (paths[1], spoilt), (paths[0], before)] {
                #expect(try await admin(sandbox, "POST", path).status == 200)
                #expect(Set(try await records(sandbox)) == Set(expected))
            }
            #expect(try await admin(sandbox, "DELETE", paths[0]).status == 200)
            #expect(try await admin(sandbox, "POST", paths[0]).status == 404)
            #expect(try await admin(sandbox, "POST", paths[1]).status == 200)
        }
    }

    @Test func `an admin call can delete an account, and an import can replace an existing account`() async throws {
        try await withSandbox { sandbox async throws in
            let appID = DemoWorld.service.appID
            let file = try await admin(sandbox, "GET", "/accounts/\(appID)/state")
            #expect(try await admin(sandbox, "POST", "/state", file.text).status == 409)
            try await spoil(sandbox, DemoWorld.service, DemoWorld.documentedOpenIDs[0])
            #expect(try await admin(sandbox, "POST", "/state?replace=true", file.text).status == 200)
            #expect(try await admin(sandbox, "POST", "/state?replace=1", file.text).status == 400)
            #expect(try await sandbox.store.tags(of: appID).contains { $0.name == "spoilt" } == false)
            #expect(try await admin(sandbox, "DELETE", "/accounts/\(appID)").status == 200)
            #expect(try await admin(sandbox, "DELETE", "/accounts/\(appID)").status == 404)
            #expect(try await admin(sandbox, "GET", "/accounts/\(appID)").status == 404)
            #expect(try await admin(sandbox, "POST", "/state", file.text).status == 200)
        }
    }

    @Test func `an admin call can stop the clock, set it to a time, and let it run again`() async throws {
        try await withSandbox { sandbox async throws in
            func turn(_ body: String) async throws -> String {
                try await admin(sandbox, "POST", "/sandbox/clock", body).text
            }
            let start = testStart.seconds
            #expect(try await turn(#"{"frozen":true}"#) == "{\"frozen\":true,\"now\":\(start)}\n")
            #expect(try await turn(#"{"advance_seconds":5}"#) == "{\"frozen\":true,\"now\":\(start + 5)}\n")
            #expect(try await turn(#"{"set":1000}"#) == "{\"frozen\":true,\"now\":1000}\n")
            #expect(try await turn(#"{"frozen":false}"#) == "{\"now\":1000}\n")
            #expect(try await turn(#"{"set":\#(start),"frozen":true}"#) == "{\"frozen\":true,\"now\":\(start)}\n")
            for wrong in [
                #"{"set":-1}"#, #"{"set":9999999999}"#, #"{"set":1,"advance_seconds":1}"#, #"{"frozen":1}"#, "{}",
            ] { #expect(try await admin(sandbox, "POST", "/sandbox/clock", wrong).status == 400, "\(wrong)") }
        }
    }

    @Test(arguments: ["true", "false"], [false, true])
    func `an impossible change of the clock leaves the clock as it was`(wish: String, isFrozen: Bool)
        async throws
    {
        try await withSandbox { sandbox async throws in
            if isFrozen { try sandbox.clock.freeze() }
            let before = sandbox.clock.current
            for seconds in [3_000_000_000, SandboxClock.furthestLead] {
                let body = #"{"frozen":\#(wish),"advance_seconds":\#(seconds)}"#
                let answer = try await admin(sandbox, "POST", "/sandbox/clock", body)
                #expect(answer.status == 409, "\(answer.text)")
                #expect(sandbox.clock.current == before)
            }
        }
    }

    @Test func `a stopped clock is still stopped after a restart`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "clock-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let first = try SandboxClock(file: file, system: { testStart })
        try first.set(to: 1_000_000)
        try first.freeze()
        let second = try SandboxClock(file: file, system: { testStart + 100 })
        #expect(second.isFrozen && second.now == UnixTime(seconds: 1_000_000))
        try second.run()
        #expect(try SandboxClock(file: file, system: { testStart + 150 }).now == UnixTime(seconds: 1_000_050))
        for wrong in ["", "x", "1 2 3", "1 x", "99999999999999"] {
            try Data(wrong.utf8).write(to: file)
            #expect(throws: SandboxClockError.self, "\(wrong)") { try SandboxClock(file: file) }
        }
    }

    // MARK: Worlds

    @Test func `a few lines of YAML make a world`() async throws {
        let text = """
            accounts:
            - appid: wxmine
              secret: a secret of sixteen
              tags:
                134: 广东
                200: {name: 读者, followers: [ocYxcuAEy30bX0NXmGn4ypqx3tI0]}
              followers: [ocYxcuAEy30bX0NXmGn4ypqx3tI0, ocYxcuBt0mRugKZ7tGAHPnUaOW7Y]
            - {appid: wxother, secret: a secret of sixteen, kind: subscription, certified: false, followers: 1000}
            """
        let world = try SandboxWorld(contents: Array(text.utf8))
        #expect(world.sample?.appID == "wxmine" && world.firstAccount(at: testStart) == "wxmine")
        try await withSandbox(isEmpty: true) { sandbox async throws in
            try await world.seed(into: sandbox.store, at: testStart)
            let accounts = try await sandbox.store.accounts()
            #expect(accounts.map(\.followers) == [2, 1000] && accounts.map(\.tags) == [2, 0])
            let carrier = try #require(OpenID("ocYxcuAEy30bX0NXmGn4ypqx3tI0"))
            #expect(try await sandbox.store.tagIDs(of: carrier, for: "wxmine") == [200])
            #expect(try await sandbox.store.createTag(named: "x", id: nil, for: "wxmine") == 201)
        }
    }

    @Test(arguments: [
        ("", "empty"), ("accounts: []", "line 1: accounts"), ("accounts:\n- appid: wx1", "line 2: secret"),
        ("accounts:\n- {appid: wx1, secret: short}", "line 2: secret"),
        ("accounts:\n- {appid: wx 1, secret: a secret of sixteen}", "line 2: appid"),
        (
            "accounts:\n- {appid: w, secret: a secret of sixteen}\n- {appid: w, secret: a secret of sixteen}",
            "line 3: the appid"
        ),
        ("accounts:\n- {appid: w, secret: a secret of sixteen, followers: [me]}", "line 2: this is not an openid"),
        ("accounts:\n- {appid: w, secret: a secret of sixteen, followers: -1}", "followers"),
        ("accounts:\n- {appid: w, secret: a secret of sixteen, tags: {5: a}}", "the id of a tag"),
        (
            "accounts:\n- {appid: w, secret: a secret of sixteen, tags: {2147483647: a}}",
            "line 2: the id of a tag must be a whole number from 100 to"
        ),
        (
            "accounts:\n- appid: w\n  secret: a secret of sixteen\n  tags:\n    100: a\n    101: a",
            "line 6: tag 101 is refused"
        ),
        (
            "accounts:\n- appid: w\n  secret: a secret of sixteen\n  tags:\n    100: {name: \(String(repeating: "a", count: 31))}",
            "line 5: tag 100 is refused"
        ),
        (Self.overtagged, "line 27: ocYxcuAEy30bX0NXmGn4ypqx3tI0 carries 20 tags already"),
        ("accounts:\n- appid: w\n  secret: a\u{7}secret", "line 3: the file is not YAML"),
        ("accounts:\n- appid: w\n  appid: v", "line 2: a name comes twice"),
        ("{\"tagline_state\":1}", "the file ends"), ("{\"tagline_state\":2}\n", "version"),
    ])
    func `the error for a mistake in a world names the line of the mistake`(text: String, expected: String) {
        let mistake = #expect(throws: FileMistake.self) { try SandboxWorld(contents: Array(text.utf8)) }
        #expect(mistake?.description.contains(expected) == true, "\(mistake?.description ?? "-")")
    }

    /// A world whose only follower carries 21 tags, the last of them in line 27.
    private static let overtagged: String = {
        let openID = "ocYxcuAEy30bX0NXmGn4ypqx3tI0"
        let tags = (100...120).map { "    \($0): {name: t\($0), followers: [\(openID)]}\n" }.joined()
        return
            "accounts:\n- appid: w\n  secret: a secret of sixteen\n  followers: [\(openID)]\n  kind: service\n  tags:\n"
            + tags
    }()

    @Test func `the error for a world that is not UTF-8 names the first wrong line`() {
        let bytes = Array("accounts:\n- appid: w\n  secret: ".utf8) + [0xFF, 0x0A]
        let mistake = #expect(throws: FileMistake.self) { try SandboxWorld(contents: bytes) }
        #expect(mistake?.description == "line 3: the file is not UTF-8")
    }
}
