import Foundation
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

@Suite struct RequestIDTests {
    @Test func `an account can look up a refused token call that had the right secret`() async throws {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            var frozen = AccountChange()
            frozen.isSecretFrozen = true
            _ = try await (sandbox.store as any TagStore).updateAccount(DemoWorld.service.appID, frozen)
            let appID = DemoWorld.service.appID
            func refused(_ secret: String) async throws -> [String] {
                let body =
                    #"{"grant_type":"client_credential","appid":"\#(appID)","secret":"\#(secret)","appsecret":"\#(secret)"}"#
                return try await [
                    run.send(
                        WireRequest(
                            "GET", "/cgi-bin/token?grant_type=client_credential&appid=\(appID)&secret=\(secret)")),
                    run.send(WireRequest("POST", "/cgi-bin/stable_token", body: Array(body.utf8))),
                    run.send(WireRequest("POST", "/cgi-bin/clear_quota/v2", body: Array(body.utf8))),
                ].map(\.text)
            }
            for text in try await refused(DemoWorld.service.secret) {
                let told = try await ask(try rid(text), run)
                #expect(text.contains("40243") && told.hasPrefix(#"{"errcode":0,"#), "\(text): \(told)")
                #expect(!told.contains(DemoWorld.service.secret), "\(told)")
            }
            for text in try await refused("wrong") {
                #expect(try await ask(try rid(text), run).contains("76001"), "\(text)")
            }
        }
    }

    @Test func `a record shows only four characters of each secret and token in a query or a body`() async throws {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            let body =
                #"{"openid":"nonsense","secret":"0f1e2d3c4b5a","x":{"access_token" : "99_abcdef"},"name":"kept"}"#
            let answer = try await run.send(
                WireRequest("POST", "/cgi-bin/tags/getidlist?access_token={service}", body: Array(body.utf8)))
            let rid = String(try #require(answer.text.firstMatch(of: /rid: ([0-9a-f-]+)/)).1)
            for isSaved in [false, true] {
                if isSaved { await sandbox.refusedCalls.save() }
                let found = try await run.send(
                    WireRequest(
                        "POST", "/cgi-bin/openapi/rid/get?access_token={service}",
                        body: Array(#"{"rid":"\#(rid)"}"#.utf8))
                ).text
                #expect(found.contains("0f1e***") && found.contains("99_a***") && found.contains("kept"), "\(found)")
                #expect(!found.contains("2d3c") && !found.contains("bcdef"), "\(found)")
            }
        }
    }

    @Test(arguments: [
        ("GET", "/cgi-bin/tags/members/batchtagging"), ("POST", "/cgi-bin/tags/get"), ("GET", "/cgi-bin/nothing"),
    ])
    func `an account can look up a call that was refused for its method or path`(method: String, path: String)
        async throws
    {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            let answer = try await run.send(WireRequest(method, path + "?access_token={service}"))
            let rid = String(try #require(answer.text.firstMatch(of: /rid: ([0-9a-f-]+)/)).1)
            let found = try await run.send(
                WireRequest(
                    "POST", "/cgi-bin/openapi/rid/get?access_token={service}", body: Array(#"{"rid":"\#(rid)"}"#.utf8)))
            #expect(found.text.hasPrefix(#"{"errcode":0,"#), "\(found.text)")
        }
    }

    private func rid(_ text: String) throws -> String {
        String(try #require(text.firstMatch(of: /rid: ([0-9a-f-]+)"/)).1)
    }

    private func ask(_ rid: String, account: String = "service", _ run: WireRun) async throws -> String {
        try await run.send(
            WireRequest(
                "POST", "/cgi-bin/openapi/rid/get?access_token={\(account)}", body: Array(#"{"rid":"\#(rid)"}"#.utf8))
        ).text
    }

    @Test func `an account can look up a refused call by its rid, with the token masked`() async throws {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            let body = #"{"openid_list":["nonsense"],"tagid":134}"#
            let refused = try await run.send(
                WireRequest("POST", "/cgi-bin/tags/members/batchtagging?access_token={service}", body: Array(body.utf8))
            ).text
            let rid = try rid(refused)
            for _ in 0..<2 {
                let told = try await ask(rid, run)
                let object = try JSONSerialization.jsonObject(with: Data(told.utf8)) as? [String: Any]
                let request = try #require(object?["request"] as? [String: Any])
                #expect(object?["errcode"] as? Int == 0)
                #expect(request["invoke_time"] as? Int64 == testStart.seconds)
                #expect(request["request_body"] as? String == body)
                #expect(request["response_body"] as? String == refused)
                let query = try #require(request["request_url"] as? String)
                #expect(try /access_token=[0-9]{2}_.\*\*\*/.wholeMatch(in: query) != nil, "\(query)")
                await sandbox.refusedCalls.save()
            }
        }
    }

    @Test func `if an account cannot look up a rid, the errcode says why`() async throws {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            let refused = try await run.send(
                WireRequest("POST", "/cgi-bin/tags/getidlist?access_token={service}")
            ).text
            let rid = try rid(refused)
            #expect(try await ask(rid, account: "subscription", run).contains("76003"))
            #expect(try await ask("nonsense", run).contains("76002"))
            #expect(try await ask(rid.dropLast() + (rid.hasSuffix("0") ? "1" : "0"), run).contains("76001"))
            let early = String(testStart.seconds - 7 * 86_400 - 1, radix: 16) + rid.dropFirst(8)
            #expect(try await ask(early, run).contains("76004"))
            #expect(try await ask(rid, account: "uncertified", run).contains("76003"))
        }
    }
}
