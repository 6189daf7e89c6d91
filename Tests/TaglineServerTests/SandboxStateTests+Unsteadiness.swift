import AdminAPI
import Foundation
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

// Tests accounts that answer like an unsteady service.
extension SandboxStateTests {
    private func unsteady(_ sandbox: SandboxInProcess, _ json: String) async throws {
        let path = "/accounts/\(DemoWorld.service.appID)/unsteadiness"
        #expect(try await admin(sandbox, "PUT", path, json).status == 200)
    }

    private func call(_ run: WireRun, _ path: String, _ body: String) async throws -> String {
        try await run.send(WireRequest("POST", "/cgi-bin/\(path)?access_token={service}", body: Array(body.utf8))).text
    }

    private func tag(_ run: WireRun, _ openIDs: [String], _ tag: Int = 134) async throws -> String {
        let list = openIDs.map { "\"\($0)\"" }.joined(separator: ",")
        return try await call(run, "tags/members/batchtagging", #"{"openid_list":[\#(list)],"tagid":\#(tag)}"#)
    }

    private var first: String { DemoWorld.documentedOpenIDs[0] }
    private var ok: String { #"{"errcode":0,"errmsg":"ok"}"# }

    @Test func `calls can use a new tag of an unsteady account only after a delay`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            try await unsteady(sandbox, #"{"tag_visible_after":"5s"}"#)
            #expect(try await call(run, "tags/create", #"{"tag":{"name":"new"}}"#).contains("135"))
            #expect(try await tag(run, [first], 135).contains("45159"))
            #expect(try await tag(run, [first]) == ok)
            for (path, body) in [
                ("user/tag/get", #"{"tagid":135}"#), ("user/tag/get", #"{"tagid":135,"next_openid":"\#(first)"}"#),
                ("user/tag/get", #"{"tagid":135,"next_openid":"x"}"#),
                ("tags/update", #"{"tag":{"id":135,"name":"newer"}}"#),
                ("tags/update", #"{"tag":{"id":135,"name":""}}"#), ("tags/delete", #"{"tag":{"id":135}}"#),
                ("tags/members/batchuntagging", #"{"openid_list":["\#(first)"],"tagid":135}"#),
            ] { #expect(try await call(run, path, body).contains("45159"), "\(path) \(body)") }
            #expect(try await tag(run, [], 135).contains("40032"), "the list's size is checked before the tag")
            #expect(try await tag(run, ["nonsense"], 135).contains("45159"), "the tag is checked before the openids")
            _ = try sandbox.clock.advance(bySeconds: 5)
            #expect(try await tag(run, [first], 135) == ok)
            #expect(try await call(run, "user/tag/get", #"{"tagid":135}"#).contains(first))
            #expect(try await call(run, "tags/update", #"{"tag":{"id":135,"name":"newer"}}"#) == ok)
            #expect(try await call(run, "tags/delete", #"{"tag":{"id":135}}"#) == ok)
        }
    }

    /// Lists and tags that a steady account refuses, each with the errcode of the refusal. The account has tagged
    /// ``first``.
    private var refused: [(openIDs: [String], tag: Int, code: String)] {
        let many = (1...50).map { DemoWorld.follower($0, prefix: "ocYxcu") }
        return [
            ([first], 4711, "45159"), ([first, "nonsense"], 4711, "45159"), ([], 134, "40032"), ([], 4711, "40032"),
            ([first] + many, 134, "40032"), ([first, "nonsense"], 134, "40003"),
            ([first, DemoWorld.left], 134, "40003"), ([first, "ohK2suDemoFollower0000000001"], 134, "49003"),
        ]
    }

    @Test func `an unsteady account that loses every right call refuses a wrong call with the mistake's code`()
        async throws
    {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            try await unsteady(sandbox, #"{"lost_success":1,"openid_cooldown":"1h"}"#)
            for (openIDs, id, code) in refused {
                let answer = try await tag(run, openIDs, id)
                #expect(answer.contains(code), "\(openIDs.count) \(id): \(answer)")
            }
            #expect(try await tag(run, [DemoWorld.fullyTagged], 120).contains("45059"))
            #expect(try await tag(run, [first]) == ok)
            let id = try #require(OpenID(first))
            #expect(try await sandbox.store.tagIDs(of: id, for: DemoWorld.service.appID) == [], "the call was lost")
        }
    }

    @Test func `the account checks a cooldown after the mistakes of a call, and before the number of tags`()
        async throws
    {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            try await unsteady(sandbox, #"{"openid_cooldown":"1h"}"#)
            #expect(try await tag(run, [first]) == ok)
            for (openIDs, id, code) in refused {
                let answer = try await tag(run, openIDs, id)
                #expect(answer.contains(code), "\(openIDs.count) \(id): \(answer)")
            }
            #expect(try await tag(run, [first, DemoWorld.fullyTagged], 120).contains("45169"))
            #expect(try await tag(run, [DemoWorld.fullyTagged], 120).contains("45059"))
        }
    }

    @Test func `an account with partial batches refuses an unknown tag, and loses no call that fails in part`()
        async throws
    {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            let second = DemoWorld.documentedOpenIDs[1]
            try await unsteady(sandbox, #"{"partial":45171,"openid_cooldown":"1h"}"#)
            #expect(try await tag(run, [first]) == ok)
            #expect(try await tag(run, [first], 4711).contains("45159"))
            #expect(try await tag(run, [first, second], 120).hasSuffix(#""fail_openid_list":["\#(first)"]}"#))
            try await unsteady(sandbox, #"{"partial":45171,"lost_success":1}"#)
            #expect(try await tag(run, [first, DemoWorld.left], 119).hasSuffix(#"["\#(DemoWorld.left)"]}"#))
            #expect(try await tag(run, [first, second], 118) == ok)
            let carriers = try await sandbox.store.followers(carrying: 118, after: nil, for: DemoWorld.service.appID)
            #expect(carriers.map(\.description) == [DemoWorld.fullyTagged], "the call was lost")
        }
    }

    @Test func `partial batches have the account's own limit, and entries after the first thousand are tagged too`()
        async throws
    {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            let limits = Array(#"{"limits":{"openids_per_call":1200}}"#.utf8)
            _ = try await sandbox.admin.send(
                WireRequest("PATCH", "/accounts/\(DemoWorld.service.appID)", body: limits))
            try await unsteady(sandbox, #"{"partial":45171}"#)
            let hundred = (1...99).map { DemoWorld.follower($0, prefix: "ocYxcu") } + [DemoWorld.left]
            #expect(try await tag(run, hundred).hasSuffix(#""fail_openid_list":["\#(DemoWorld.left)"]}"#))
            let long = Array(repeating: "nonsense", count: 1100) + [first]
            #expect(try await tag(run, long, 120).hasSuffix(#""fail_openid_list":["nonsense"]}"#))
            let id = try #require(OpenID(first))
            #expect(try await sandbox.store.tagIDs(of: id, for: DemoWorld.service.appID) == [120])
            #expect(try await tag(run, Array(repeating: first, count: 1201)).contains("40032"))
        }
    }

    // MARK: The end of unsteadiness

    @Test func `the unsteadiness of an account ends with the account`() async throws {
        try await withSandbox { sandbox async throws in
            let account = #"{"appid":"wxtest1","kind":"service"}"#
            for _ in 0..<2 {
                #expect(try await admin(sandbox, "POST", "/accounts", account).status == 201)
                #expect(try await admin(sandbox, "GET", "/accounts/wxtest1/unsteadiness").text == "{}\n")
                let set = try await admin(sandbox, "PUT", "/accounts/wxtest1/unsteadiness", #"{"lost_success":1}"#)
                #expect(set.status == 200)
                #expect(try await admin(sandbox, "DELETE", "/accounts/wxtest1").status == 200)
            }
        }
    }

    @Test(arguments: ["", #"{"account":"\#(DemoWorld.service.appID)"}"#])
    func `a restored snapshot restores the unsteadiness of its accounts, and ends their cooldowns`(body: String)
        async throws
    {
        try await withSandbox { sandbox async throws in
            let path = "/accounts/\(DemoWorld.service.appID)/unsteadiness"
            let other = "/accounts/\(DemoWorld.subscription.appID)/unsteadiness"
            #expect(try await admin(sandbox, "PUT", "/sandbox/snapshots/steady", body).status == 200)
            try await unsteady(sandbox, #"{"openid_cooldown":"1h"}"#)
            #expect(try await admin(sandbox, "PUT", "/sandbox/snapshots/slow", body).status == 200)
            #expect(try await admin(sandbox, "PUT", other, #"{"lost_success":1}"#).status == 200)
            var run = try await WireRun(host: sandbox.host)
            #expect(try await tag(run, [first]) == ok)
            #expect(try await tag(run, [first], 100).contains("45169"))

            #expect(try await admin(sandbox, "POST", "/sandbox/snapshots/slow").status == 200)
            #expect(try await admin(sandbox, "GET", path).text.contains("openid_cooldown"))
            run = try await WireRun(host: sandbox.host)
            #expect(try await tag(run, [first], 100) == ok, "the follower has not changed since the snapshot")

            #expect(try await admin(sandbox, "POST", "/sandbox/snapshots/steady").status == 200)
            #expect(try await admin(sandbox, "GET", path).text == "{}\n")
            // A snapshot of one account does not affect another account.
            let left = try await admin(sandbox, "GET", other).text
            #expect(body.isEmpty ? left == "{}\n" : left.contains("lost_success"), "\(left)")
        }
    }

    @Test func `if an import replaces an account, the unsteadiness stays, and the followers' cooldowns end`()
        async throws
    {
        try await withSandbox { sandbox async throws in
            let file = try await admin(sandbox, "GET", "/accounts/\(DemoWorld.service.appID)/state").text
            try await unsteady(sandbox, #"{"openid_cooldown":"1h"}"#)
            #expect(try await tag(WireRun(host: sandbox.host), [first]) == ok)
            #expect(try await admin(sandbox, "POST", "/state?replace=true", file).status == 200)
            let run = try await WireRun(host: sandbox.host)
            #expect(try await tag(run, [first]) == ok)
            #expect(try await tag(run, [first]).contains("45169"))
        }
    }

    @Test func `counts and lists of an unsteady account lag behind its changes`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            try await unsteady(sandbox, #"{"counts_lag":"1h","list_lag":"10s"}"#)
            func count() async throws -> Bool {
                try await run.send(WireRequest("GET", "/cgi-bin/tags/get?access_token={service}")).text
                    .contains(#""name":"广东","count":0"#)
            }
            #expect(try await count())
            #expect(try await tag(run, [first]) == ok)
            #expect(try await count())
            #expect(try await !call(run, "user/tag/get", #"{"tagid":134}"#).contains(first))
            #expect(try await call(run, "tags/getidlist", #"{"openid":"\#(first)"}"#) == #"{"tagid_list":[]}"#)
            _ = try sandbox.clock.advance(bySeconds: 10)
            #expect(try await call(run, "user/tag/get", #"{"tagid":134}"#).contains(first))
            #expect(try await call(run, "tags/getidlist", #"{"openid":"\#(first)"}"#) == #"{"tagid_list":[134]}"#)
            _ = try sandbox.clock.advance(bySeconds: 3590)
            #expect(try await !count())
        }
    }

    @Test func `an unsteady account refuses a second change of a follower until the cooldown is over`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            try await unsteady(sandbox, #"{"openid_cooldown":"2s"}"#)
            #expect(try await tag(run, [first]) == ok)
            #expect(try await tag(run, [first], 100).hasPrefix(#"{"errcode":45169,"errmsg":"frequent operation"#))
            _ = try sandbox.clock.advance(bySeconds: 2)
            #expect(try await tag(run, [first], 100) == ok)
        }
    }

    @Test func `the unsteady accounts of two sandboxes with the same seed lose the same calls`()
        async throws
    {
        var seen: Set<[Bool]> = []
        for _ in 0..<2 {
            let applied = try await withSandbox { sandbox async throws in
                let run = try await WireRun(host: sandbox.host)
                try await unsteady(sandbox, #"{"lost_success":0.5,"seed":9}"#)
                var applied: [Bool] = []
                for number in 1...20 {
                    let openID = DemoWorld.follower(number, prefix: "ocYxcu")
                    #expect(try await tag(run, [openID]) == ok)
                    let id = try #require(OpenID(openID))
                    applied.append(try await sandbox.store.tagIDs(of: id, for: DemoWorld.service.appID) == [134])
                }
                return applied
            }
            #expect(applied.contains(true) && applied.contains(false))
            seen.insert(applied)
        }
        #expect(seen.count == 1)
    }

    @Test func `an unsteady account tags some followers of a batch, and lists the openids that failed`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            try await unsteady(sandbox, #"{"partial":45171}"#)
            let answer = try await tag(run, [first, DemoWorld.left, "ohK2suDemoFollower0000000001"], 120)
            #expect(answer.contains("45171"))
            #expect(answer.hasSuffix(#""fail_openid_list":["\#(DemoWorld.left)","ohK2suDemoFollower0000000001"]}"#))
            let id = try #require(OpenID(first))
            #expect(try await sandbox.store.tagIDs(of: id, for: DemoWorld.service.appID) == [120])
            #expect(try await tag(run, [first, DemoWorld.fullyTagged], 120).contains(DemoWorld.fullyTagged))
            #expect(try await tag(run, [first], 9999).contains("45159"))
            #expect(try await tag(run, [first]) == ok)
            // A malformed openid does not make the whole batch fail. The account checks each later entry separately.
            let malformed = try await tag(run, ["nobody", first, DemoWorld.left, "", first], 119)
            #expect(malformed.hasSuffix(#""fail_openid_list":["nobody","\#(DemoWorld.left)",""]}"#), "\(malformed)")
            #expect(try await sandbox.store.tagIDs(of: id, for: DemoWorld.service.appID) == [119, 120, 134])
            #expect(try await tag(run, ["nobody"]).hasSuffix(#""fail_openid_list":["nobody"]}"#))
            #expect(try await tag(run, ["nobody"], 9999).contains("45159"))
        }
    }

    @Test(arguments: [
        #"{"partial":1}"#, #"{"lost_success":2}"#, #"{"list_lag":5}"#, #"{"tag_visible_after":"soon"}"#, #"{"x":1}"#,
        "",
    ])
    func `the server refuses a setting that is not valid, and the account stays steady`(body: String) async throws {
        try await withSandbox { sandbox async throws in
            let path = "/accounts/\(DemoWorld.service.appID)/unsteadiness"
            #expect(try await admin(sandbox, "PUT", path, body).status == 400)
            #expect(try await admin(sandbox, "GET", path).text == "{}\n")
            #expect(try await admin(sandbox, "GET", "/accounts/wxnobody/unsteadiness").status == 404)
        }
    }
}
