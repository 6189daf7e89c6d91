import EmbeddedTagStore
import Foundation
import OfficialAccount
import TagStore
import TaglineServer
import TestStore
import Testing
import WireTable

@Suite struct StateTests {
    private func export(_ sandbox: SandboxInProcess, _ path: String = "/state") async throws -> [UInt8] {
        let answer = try await sandbox.admin.send(WireRequest("GET", path))
        #expect(answer.status == 200)
        return answer.body
    }

    private func send(_ file: [UInt8], to sandbox: SandboxInProcess) async throws -> WireResponse {
        try await sandbox.admin.send(WireRequest("POST", "/state", body: file))
    }

    /// The demo world as a state, with everything else a state can hold put into it.
    private func exported() async throws -> (all: [UInt8], one: [UInt8]) {
        try await withSandbox(policy: .documented) { sandbox in
            let run = try await WireRun(host: sandbox.host)
            for (path, body) in [
                (Endpoint.batchTagging, #"{"openid_list":["ocYxcuDemoFollower0000000007"],"tagid":134}"#),
                (.updateRemark, #"{"openid":"ocYxcuDemoFollower0000000007","remark":"\"备注\\"}"#),
                (.batchBlacklist, #"{"openid_list":["ocYxcuDemoFollower0000000008"]}"#),
            ] {
                let answer = try await run.send(
                    WireRequest("POST", path.path + "?access_token={service}", body: Array(body.utf8)))
                #expect(answer.text == #"{"errcode":0,"errmsg":"ok"}"#)
            }
            _ = try await sandbox.admin.send(
                WireRequest(
                    "PATCH", "/accounts/\(DemoWorld.service.appID)",
                    body: Array(
                        #"{"limits":{"tags_per_follower":30},"quotas":{"/cgi-bin/user/get":{"per_day":9}},"allowed_addresses":["::1"]}"#
                            .utf8)))
            return (
                try await export(sandbox), try await export(sandbox, "/accounts/\(DemoWorld.service.appID)/state")
            )
        }
    }

    @Test func `a state that is imported and exported again is the same to the byte`() async throws {
        let (all, one) = try await exported()
        try await withSandbox(isEmpty: true) { sandbox in
            let added = try await send(all, to: sandbox)
            #expect(added.status == 200)
            #expect(added.text.contains(DemoWorld.service.appID.rawValue))
            #expect(try await export(sandbox) == all)
            #expect(try await export(sandbox, "/accounts/\(DemoWorld.service.appID)/state") == one)
        }
        try await withSandbox(isEmpty: true) { sandbox async throws in
            #expect(try await send(one, to: sandbox).status == 200)
            #expect(try await export(sandbox) == one)
        }
        let text = String(decoding: all, as: UTF8.self)
        #expect(!text.contains(DemoWorld.service.secret) && !text.contains(DemoWorld.subscription.secret))
        #expect(text.contains(#"{"openid":"ocYxcuDemoLeft00000000000001","since":1763800000,"left":true"#))
        #expect(text.contains(#""count":{"count":1,"name":"/cgi-bin/tags/members/batchtagging""#))
        #expect(text.hasPrefix("{\"tagline_state\":1}\n"))
    }

    @Test func `counts go on where the state has them`() async throws {
        let (all, _) = try await exported()
        try await withSandbox(policy: .documented, isEmpty: true) { sandbox in
            _ = try await send(all, to: sandbox)
            let run = try await WireRun(host: sandbox.host)
            let answer = try await run.send(
                WireRequest(
                    "POST", "/cgi-bin/openapi/quota/get?access_token={service}",
                    body: Array(#"{"cgi_path":"/cgi-bin/tags/members/batchtagging"}"#.utf8)))
            #expect(answer.text.contains(#""used":1,"#), "\(answer.text)")
        }
    }

    @Test func `a file that is not a whole state changes nothing and says where it goes wrong`() async throws {
        let (all, _) = try await exported()
        let lines = String(decoding: all, as: UTF8.self).split(separator: "\n").map(String.init)
        let follower = try #require(lines.firstIndex { $0.hasPrefix("{\"openid\"") })
        func file(_ lines: some Sequence<String>) -> [UInt8] { Array(lines.map { $0 + "\n" }.joined().utf8) }
        let damaged = all.map { $0 == UInt8(ascii: "7") ? UInt8(ascii: "8") : $0 }
        let cases: [(file: [UInt8], says: String)] = [
            ([], "the file is empty"),
            (file(lines.dropLast()), "it was cut short"),
            (Array(all.dropLast(1)), "it was cut short"),
            (Array(all.prefix(100)), "it was cut short"),
            (file(lines + ["{}"]), "comes after the end"),
            (file(lines.dropFirst()), "line 1 is not the beginning of a state"),
            (Array("openid\n".utf8), "line 1 is not the beginning of a state"),
            (file([#"{"tagline_state":2}"#]), "line 1 is of version 2"),
            (file(lines.prefix(3) + ["nonsense"]), "line 4 is not one a state has"),
            (file(lines.prefix(1) + lines.dropFirst(2)), "line 2 is not one a state has at this place"),
            (file(lines.prefix(follower) + lines.dropFirst(follower + 1)), "does not agree with those before it"),
            // A database is asked at the end who is there already, and the file's own sums come before that.
            (
                file(lines.prefix(follower + 1) + lines.dropFirst(follower)),
                TestStore.isPostgres ? "does not agree with those before it" : "comes twice"
            ),
            (damaged, "nothing was imported"),
            (Array("{\"tagline_state\":1}\n".utf8) + [UInt8](repeating: 0x20, count: 3 << 20), "line 2 is longer than"),
            (Array("{\"tagline_state\":1}\n".utf8) + [0xFF, 0xFE, 0x0A], "line 2 is not one a state has"),
        ]
        try await withSandbox(isEmpty: true) { sandbox in
            for (file, says) in cases {
                let answer = try await send(file, to: sandbox)
                #expect(answer.status == 400, "\(says): \(answer.text)")
                #expect(answer.text.contains(says) && answer.text.contains("nothing was imported"), "\(answer.text)")
                #expect(try await sandbox.store.accounts().isEmpty)
            }
            #expect(try await send(all, to: sandbox).status == 200)
            let again = try await send(all, to: sandbox)
            #expect(again.status == 409)
            #expect(again.text.contains("there is an account or a platform with the appid"))
            #expect(try await export(sandbox) == all)
        }
    }
}
