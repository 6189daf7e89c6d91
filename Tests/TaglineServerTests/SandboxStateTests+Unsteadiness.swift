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
            _ = try sandbox.clock.advance(bySeconds: 5)
            #expect(try await tag(run, [first], 135) == ok)
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

    @Test func `an unsteady account answers ok to some calls that it does not apply, in each run the same calls`()
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
