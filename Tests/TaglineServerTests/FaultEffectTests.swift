import AdminAPI
import Foundation
import NIOCore
import NIOHTTP1
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

/// Tests the answers that faults cause, and checks that the server counts a fault only if the fault has an effect.
@Suite struct FaultEffectTests {
    private struct Answer: Decodable {
        let errcode: Int
        let errmsg: String
        let fail_openid_list: [String]?
    }

    private static let batchTagging = BatchTagging.endpoint.path

    private func follower(_ number: Int) -> String { DemoWorld.follower(number, prefix: "ocYxcu") }

    private func tag(
        _ run: WireRun, _ openIDs: [String], _ tag: Int = 134, header: String? = nil
    ) async throws -> Answer {
        let list = openIDs.map { "\"\($0)\"" }.joined(separator: ",")
        let answer = try await run.send(
            WireRequest(
                "POST", "\(Self.batchTagging)?access_token={service}",
                headers: header.map { [(name: FaultHeader.name, value: $0)] } ?? [],
                body: Array(#"{"openid_list":[\#(list)],"tagid":\#(tag)}"#.utf8)))
        return try JSONDecoder().decode(Answer.self, from: Data(answer.body))
    }

    @discardableResult
    private func put(_ sandbox: SandboxInProcess, _ json: String) async throws -> WireResponse {
        try await sandbox.admin.send(WireRequest("PUT", "/sandbox/faults/f", body: Array(json.utf8)))
    }

    private func fired(_ sandbox: SandboxInProcess) -> Int? { sandbox.state.faults.status(of: "f")?.fired }

    private func metric(_ sandbox: SandboxInProcess, _ fault: String) async throws -> String? {
        let text = try await sandbox.admin.send(WireRequest("GET", "/metrics")).text
        let line = text.split(separator: "\n").first { $0.hasPrefix(#"tagline_faults_fired_total{fault="\#(fault)"}"#) }
        return line?.split(separator: " ").last.map(String.init)
    }

    @Test func `a fault with errcode 45171 makes one openid fail, and the others are tagged`() async throws {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            let openIDs = (1...5).map(follower)
            try await put(sandbox, #"{"times":1,"do":{"errcode":45171}}"#)
            for header in [nil, "45171"] {
                let answer = try await tag(run, openIDs, header: header)
                #expect(answer.errcode == 45171 && answer.fail_openid_list?.count == 1)
                let carriers = try await sandbox.store.followers(
                    carrying: 134, after: nil, for: DemoWorld.service.appID
                ).map(\.description)
                #expect(Set(carriers) == Set(openIDs).subtracting(answer.fail_openid_list ?? []))
                try await sandbox.store.batchUntagging(
                    OpenIDList(openIDs.compactMap { OpenID($0) }), tag: 134, for: DemoWorld.service.appID)
            }
            #expect(fired(sandbox) == 1)
            for stage in ["arrival", "refusal"] {
                #expect(try await tag(run, openIDs, header: "45171 at=\(stage)").errcode == 47001)
                #expect(sandbox.journal.page().calls.last?.reason?.contains("45171 needs at: answer") == true)
            }
        }
    }

    @Test func `the account's own limit of openids also holds if a fault makes openids fail`() async throws {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            func limit(_ number: Int) async throws {
                let body = Array(#"{"limits":{"openids_per_call":\#(number)}}"#.utf8)
                let path = "/accounts/\(DemoWorld.service.appID)"
                #expect(try await sandbox.admin.send(WireRequest("PATCH", path, body: body)).status == 200)
            }
            try await put(sandbox, #"{"do":{"fail_openids":3}}"#)
            for header in [nil, "fail_openids=3"] {
                try await limit(200)
                let answer = try await tag(run, (1...100).map(follower), header: header)
                #expect(answer.errcode == 45171 && answer.fail_openid_list?.count == 3)
                try await limit(3)
                #expect(try await tag(run, (101...105).map(follower), header: header).errcode == 40032)
                #expect(sandbox.journal.page().calls.last?.fault == nil)
            }
            let carriers = try await sandbox.store.followers(carrying: 134, after: nil, for: DemoWorld.service.appID)
            #expect(carriers.allSatisfy { $0.description <= follower(100) })
        }
    }

    @Test func `if a fault removes openids from a call, the record still holds the body that the caller sent`()
        async throws
    {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            for count in [1, 2] {
                let sent = #"{"tagid":134, "openid_list":["\#(follower(1))","\#(follower(2))"]}"#
                let refused = try await run.send(
                    WireRequest(
                        "POST", "\(Self.batchTagging)?access_token={service}",
                        headers: [(name: FaultHeader.name, value: "fail_openids=\(count)")], body: Array(sent.utf8)))
                let rid = String(try #require(refused.text.firstMatch(of: /rid: ([0-9a-f-]+)/), "\(refused.text)").1)
                let found = try await run.send(
                    WireRequest(
                        "POST", "\(GetRIDInfo.endpoint.path)?access_token={service}",
                        body: Array(#"{"rid":"\#(rid)"}"#.utf8)))
                let told = try JSONSerialization.jsonObject(with: Data(found.body)) as? [String: Any]
                let request = told?["request"] as? [String: Any]
                #expect(request?["request_body"] as? String == sent, "\(found.text)")
            }
        }
    }

    @Test(arguments: ["45171", "fail_openids=1"])
    func `a header cannot make openids fail in a call without openids`(header: String) async throws {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            let answer = try await run.send(
                WireRequest(
                    "GET", "\(GetTags.endpoint.path)?access_token={service}",
                    headers: [(name: FaultHeader.name, value: header)]))
            #expect(answer.text.contains("47001"))
            #expect(answer.headers["x-tagline-reason"]?.contains("is for batchtagging") == true)
        }
    }

    @Test(arguments: [
        #"{"times":1,"do":{"at":"answer","errcode":45169}}"#, #"{"times":1,"do":{"fail_openids":1}}"#,
    ])
    func `the server does not count a fault on a call that it refuses for another reason`(rule: String) async throws {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            try await put(sandbox, rule)
            for openIDs in [[follower(1)], [follower(1), follower(2)]] {
                #expect(try await tag(run, openIDs, 4711).errcode == 45159)
            }
            #expect(try await tag(run, [DemoWorld.left]).errcode == 40003)
            let call = try #require(sandbox.journal.page().calls.last)
            #expect(call.fault == nil && call.reason?.contains("fired") == false)
            #expect(fired(sandbox) == 0)
            #expect(try await metric(sandbox, "f") == nil)
            let answer = try await tag(run, [follower(1), follower(2)])
            #expect([45169, 45171].contains(answer.errcode))
            #expect(fired(sandbox) == 1)
            #expect(try await metric(sandbox, "f") == "1")
            #expect(try await tag(run, [follower(1)]).errcode == 0)
        }
    }

    @Test func `the metrics count the faults that a header asks for`() async throws {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            #expect(try await tag(run, [follower(1)], header: "45159").errcode == 45159)
            #expect(try await tag(run, [follower(1)], header: "content_type=text/plain").errcode == 0)
            // The server refuses this call by itself.
            #expect(try await tag(run, [follower(1)], 4711, header: "45169 at=answer").errcode == 45159)
            #expect(try await metric(sandbox, FaultHeader.name) == "2")
        }
    }

    /// The documented codes that the server gives only because of a fault, with the documented texts.
    @Test(arguments: [
        (40033, "invalid charset. please check your request, if include \\uxxxx will create fail!"),
        (40035, "invalid args size"), (40038, "invalid packaging type"), (40097, "invalid args"),
        (40152, "invalid group id"), (41009, "missing openid"),
        (42007, "access_token and refresh_token exception"),
        (48004, "api forbidden for irregularities, view detail on mp.weixin.qq.com"),
        (50001, "api unauthorized or user unauthorized"), (85112, "cloudbase_secret not found"),
        (85113, "cloudbase_token is not ready yet, please try again later"),
    ])
    func `a fault answers with the documented text`(code: Int, message: String) async throws {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            try await put(sandbox, #"{"do":{"errcode":\#(code)}}"#)
            for header in [nil, "\(code)"] {
                let answer = try await tag(run, [follower(1)], header: header)
                #expect(answer.errcode == code && answer.errmsg.hasPrefix(message + " "), "\(answer)")
            }
        }
    }

    /// The answer of the cloud gateway to a call by name: a request that gives the API's name in the cloud SDK.
    private struct Told {
        let body: String
        let reason: String?
        let contentType: String?
    }

    private func invoke(_ sandbox: SandboxInProcess, header: String? = nil) async throws -> Told {
        let cloud = CloudGateway(
            gateway: sandbox.responder, surroundings: Surroundings(now: { testStart }),
            account: DemoWorld.service.appID, paths: .everything, declarations: .everything)
        let api = try #require(GetTags.endpoint.cloudName)
        var request = APIRequest(
            method: .POST, target: CloudGateway.invokePath, headers: ["host": "127.0.0.1"],
            body: ByteBuffer(string: #"{"api":"\#(api)"}"#))
        if let header { request.headers.add(name: FaultHeader.name, value: header) }
        let answer = await cloud.respond(to: request, from: Peer(address: "127.0.0.1"))
        return Told(
            body: String(buffer: answer.body), reason: answer[APIResponse.reason], contentType: answer["content-type"])
    }

    @Test func `a header or a rule can cause a fault in a call by name`() async throws {
        try await withSandbox { sandbox in
            let own = try await invoke(sandbox, header: "45009")
            #expect(own.body.contains(#""errCode":45009"#) && own.reason?.contains("fired") == true)
            #expect(try await invoke(sandbox).body.contains(#""errCode":0"#))
            let wrong = try await invoke(sandbox, header: "soon")
            #expect(wrong.body.contains(#""errCode":47001"#) && wrong.reason?.contains("is not a valid fault") == true)

            try await put(sandbox, #"{"match":{"via":"cloud"},"do":{"errcode":-604101}}"#)
            let missing = try await invoke(sandbox)
            #expect(missing.body.contains(#""errCode":-604101"#))
            #expect(missing.body.contains(#":fail system error: error code: -604101""#), "\(missing.body)")
        }
    }

    @Test(arguments: ["text/plain", "application/json; encoding=utf-8", "text/html; charset=gbk"])
    func `a rule with or without an errcode sets the content type of the answer to a call by name`(type: String)
        async throws
    {
        try await withSandbox { sandbox in
            #expect(try await invoke(sandbox).contentType == "application/json")
            for action in [#"{"content_type":"\#(type)"}"#, #"{"errcode":45009,"content_type":"\#(type)"}"#] {
                try await put(sandbox, #"{"match":{"via":"cloud"},"do":\#(action)}"#)
                let told = try await invoke(sandbox)
                #expect(told.contentType == type && told.body.hasPrefix("{"), "\(told)")
            }
            try await put(sandbox, #"{"do":{"delay":"1ms"}}"#)
            #expect(try await invoke(sandbox).contentType == "application/json")
        }
    }

    @Test(arguments: [
        (#"{"scenario":"ghost-tag","do":{"errcode":45159}}"#, "leave out do"),
        (#"{"name":1,"do":{"errcode":45159}}"#, "quotation marks"),
        (#"{"name":true,"do":{"errcode":45159}}"#, "quotation marks"),
        (#"{"name":"a","do":{"delay":300}}"#, "300ms"), (#"{"name":"a","for":5,"do":{"errcode":45159}}"#, "300ms"),
        (#"{"name":"a","for":"5","do":{"errcode":45159}}"#, "300ms"),
        (#"{"name":"a","skip":-1,"times":0,"do":{"errcode":45159}}"#, "times of the rule"),
    ])
    func `the admin plane says what is wrong in a fault rule`(body: String, expected: String) async throws {
        try await withSandbox { sandbox in
            let answer = try await sandbox.admin.send(WireRequest("POST", "/sandbox/faults", body: Array(body.utf8)))
            #expect(answer.status == 400 && answer.text.contains(expected), "\(answer.text)")
            #expect(sandbox.state.faults.list.faults.isEmpty)
        }
    }

    @Test func `a rule that only delays an answer does not hide a hint`() async throws {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            func kinds() async throws -> [String] {
                let answer = try await sandbox.admin.send(WireRequest("GET", "/calls/hints"))
                return try JSONDecoder().decode(CallHints.self, from: Data(answer.body)).hints.map(\.kind)
            }
            try await put(sandbox, #"{"do":{"errcode":45169}}"#)
            #expect(try await tag(run, [follower(1)]).errcode == 45169)
            #expect(try await !kinds().contains("same_openid_in_parallel"))

            try await put(sandbox, #"{"do":{"delay":"1ms"}}"#)
            var settings = Unsteadiness()
            settings.openIDCooldown = FaultSpan(.seconds(60))
            sandbox.state.unsteadiness.setUnsteadiness(settings, of: DemoWorld.service.appID)
            #expect(try await tag(run, [follower(1)]).errcode == 0)
            #expect(try await tag(run, [follower(1)]).errcode == 45169)
            #expect(sandbox.journal.page().calls.last?.fault == "f")
            #expect(try await kinds().contains("same_openid_in_parallel"))
        }
    }
}
