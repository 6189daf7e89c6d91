import AdminAPI
import Foundation
import NIOHTTP1
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

/// Tests what a caller sees of a fault.
@Suite struct FaultTests {
    private func tag(
        _ run: WireRun, _ numbers: ClosedRange<Int> = 1...1, headers: [(String, String)] = []
    ) async throws -> WireResponse {
        let list = numbers.map { "\"\(DemoWorld.follower($0, prefix: "ocYxcu"))\"" }.joined(separator: ",")
        return try await run.send(
            WireRequest(
                "POST", "/cgi-bin/tags/members/batchtagging?access_token={service}",
                headers: headers.map { (name: $0.0, value: $0.1) },
                body: Array(#"{"openid_list":[\#(list)],"tagid":134}"#.utf8)))
    }

    private func tagged(_ sandbox: SandboxInProcess) async throws -> Int {
        try await sandbox.store.followers(carrying: 134, after: nil, for: DemoWorld.service.appID).count
    }

    private func put(_ sandbox: SandboxInProcess, _ name: String, _ json: String) async throws -> WireResponse {
        try await sandbox.admin.send(WireRequest("PUT", "/sandbox/faults/\(name)", body: Array(json.utf8)))
    }

    @Test func `a fault at arrival or refusal prevents the tagging, and a fault at answer does not`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            for (stage, count) in [("arrival", 0), ("refusal", 0), ("answer", 1)] {
                #expect(
                    try await put(sandbox, "f", #"{"times":1,"do":{"at":"\#(stage)","errcode":45159}}"#).status == 200)
                let answer = try await tag(run)
                #expect(answer.text.hasPrefix(#"{"errcode":45159,"errmsg":"invalid tag id hint: ["#))
                #expect(answer.headers["x-tagline-reason"]?.contains(#"the fault "f" fired"#) == true)
                #expect(try await tagged(sandbox) == count, "\(stage)")
                #expect(sandbox.journal.page().calls.last?.fault == "f")
            }
            #expect(try await tag(run).text == #"{"errcode":0,"errmsg":"ok"}"#)
            let metrics = try await sandbox.admin.send(WireRequest("GET", "/metrics")).text
            #expect(metrics.contains(#"tagline_faults_fired_total{fault="f"} 3"#))
        }
    }

    @Test func `the server refuses an invalid call before it plays a fault at refusal`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            _ = try await put(sandbox, "f", #"{"do":{"errcode":45159}}"#)
            let answer = try await run.send(WireRequest("GET", "/cgi-bin/tags/get?access_token={uncertified}"))
            #expect(answer.text.contains("48001"))
        }
    }

    @Test func `a fault makes some openids fail, the answer lists them, and the others are tagged`()
        async throws
    {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            _ = try await put(sandbox, "f", #"{"do":{"fail_openids":3}}"#)
            let answer = try await tag(run, 1...10)
            struct Partial: Decodable {
                let errcode: Int
                let errmsg: String
                let fail_openid_list: [String]
            }
            let partial = try JSONDecoder().decode(Partial.self, from: Data(answer.body))
            #expect(partial.errcode == 45171 && partial.errmsg.hasPrefix("some openid fail hint: ["))
            #expect(partial.fail_openid_list.count == 3)
            #expect(try await tagged(sandbox) == 7)
            for openID in partial.fail_openid_list {
                let id = try #require(OpenID(openID))
                #expect(try await sandbox.store.tagIDs(of: id, for: DemoWorld.service.appID) == [])
            }
            // All openids of a short list fail. A list that is too long gets another code.
            #expect(try await tag(run, 20...21).text.contains("45171"))
            #expect(try await tag(run, 1...51).text.contains("40032"))
            #expect(try await tagged(sandbox) == 7)
        }
    }

    @Test func `a fault header affects only its own call`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            #expect(try await tag(run, headers: [("X-Tagline-Fault", "45159 at=answer")]).text.contains("45159"))
            #expect(try await tagged(sandbox) == 1)
            #expect(try await tag(run).text.contains("\"ok\""))
            let wrong = try await tag(run, headers: [("X-Tagline-Fault", "soon")])
            #expect(
                wrong.text.contains("47001") && wrong.headers["x-tagline-reason"]?.contains("such as 45159") == true)
            let plain = try await tag(run, headers: [("X-Tagline-Fault", "content_type=text/plain")])
            #expect(plain.headers["content-type"] == "text/plain" && plain.text.contains("\"ok\""))
        }
    }

    @Test func `a fault header can give every documented code`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            for code in ErrorCatalogue.entries.map(\.code) where code != .ok {
                // 45171 means that the server has tagged the other openids, so this fault needs the stage `answer`.
                let stage = code == .someOpenIDsFailed ? "" : " at=arrival"
                let answer = try await tag(run, headers: [("X-Tagline-Fault", "\(code)\(stage)")])
                #expect(answer.text.hasPrefix(#"{"errcode":\#(code),"errmsg":""#), "\(code)")
            }
        }
    }

    @Test func `the admin plane shows fault rules, waits until a rule has fired, and removes rules`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            func send(_ method: String, _ path: String, _ body: String = "") async throws -> WireResponse {
                try await sandbox.admin.send(WireRequest(method, "/sandbox/faults" + path, body: Array(body.utf8)))
            }
            #expect(try await send("POST", "", #"{"scenario":"ghost-tag","match":{"tag":134}}"#).status == 200)
            #expect(try await send("POST", "", #"{"scenario":"ghost-tag"}"#).status == 409)
            #expect(try await send("POST", "", #"{"scenario":"ghost"}"#).status == 400)
            async let waited = send("GET", "/ghost-tag?fired=2&wait=60s")
            for _ in 0..<3 { _ = try await tag(run) }
            let status = try JSONDecoder().decode(FaultStatus.self, from: Data(try await waited.body))
            #expect(status.complete && status.fired == 2 && status.rule.match.tag == 134)
            let late = try await send("GET", "/ghost-tag?fired=9&wait=1ms")
            #expect(late.status == 200 && late.text.contains(#""complete":false"#))
            let list = try JSONDecoder().decode(FaultList.self, from: Data(try await send("GET", "").body))
            #expect(list.faults.map(\.matched) == [3])
            #expect(try await send("DELETE", "/ghost-tag").status == 200)
            #expect(try await send("DELETE", "/ghost-tag").status == 404)
            #expect(try await send("GET", "/ghost-tag").status == 404)
            for wrong in [
                "", "[]", "{}", #"{"faults":5}"#, #"{"faults":[{"name":"a"}]}"#, #"{"faults":[],"seed":-1}"#,
                #"{"faults":[{"name":"a","do":{"errcode":"x"}}]}"#,
            ] { #expect(try await send("PUT", "", wrong).status == 400, "\(wrong)") }
            #expect(try await send("PUT", "/a", #"{"name":"b","do":{"errcode":1}}"#).status == 409)
            #expect(try await send("DELETE", "").text == "{\"faults\":[],\"seed\":0}\n")
        }
    }

    @Test(arguments: [
        #"{"errcode":0}"#, #"{"errcode":45159,"fail_openids":3}"#, #"{"at":"arrival","fail_openids":3}"#,
        #"{"at":"refusal","delay":"1s"}"#, #"{"errcode":45159,"connection":"close"}"#, #"{"connection":"keep"}"#,
        #"{"at":"arrival","content_type":"text/plain"}"#, #"{"delay":{"median":"2s","most":"1s"}}"#,
        #"{"at":"refusal","errcode":45171}"#,
    ])
    func `the admin plane answers 409 if a rule fits the schema but cannot work`(action: String) async throws {
        try await withSandbox { sandbox async throws in
            for (method, path, body) in [
                ("POST", "", #"{"name":"x","do":\#(action)}"#), ("PUT", "/x", #"{"do":\#(action)}"#),
                ("PUT", "", #"{"faults":[{"name":"x","do":\#(action)}]}"#),
            ] {
                let answer = try await sandbox.admin.send(
                    WireRequest(method, "/sandbox/faults" + path, body: Array(body.utf8)))
                #expect(answer.status == 409, "\(answer.text)")
            }
            #expect(sandbox.state.faults.list.faults.isEmpty)
        }
    }

    @Test(arguments: [
        #"{"name":"x","match":{"appid":5},"do":{"errcode":1}}"#, #"{"name":"x","do":{"content_type":5}}"#,
        #"{"name":"x","for":"401d","do":{"errcode":1}}"#, #"{"name":"x","do":{"delay":"301s"}}"#,
        #"{"name":"x","do":{"at":"answer"}}"#, #"{"scenario":"ghost-tag","do":{"errcode":1}}"#, #"{"name":"x"}"#,
    ])
    func `the admin plane answers 400 to a rule that does not fit the schema`(body: String) async throws {
        try await withSandbox { sandbox async throws in
            let answer = try await sandbox.admin.send(WireRequest("POST", "/sandbox/faults", body: Array(body.utf8)))
            #expect(answer.status == 400, "\(answer.text)")
            #expect(sandbox.state.faults.list.faults.isEmpty)
        }
    }

    @Test(arguments: [
        ("POST", "", #"{"name":null}"#, 400), ("POST", "", "null", 400), ("POST", "", "[null]", 400),
        ("POST", "", #"{"name":"y","skip":null,"do":{"errcode":45009}}"#, 200), ("PUT", "", "null", 400),
        ("PUT", "", #"{"seed":null,"faults":[]}"#, 200), ("PUT", "", #"{"faults":null}"#, 400),
        ("PUT", "", #"{"faults":[null]}"#, 400), ("PUT", "/y", #"{"name":null,"do":{"errcode":45009}}"#, 200),
        ("PUT", "/y", #"{"name":null,"do":null}"#, 400), ("PUT", "/y", #"{"do":{"errcode":null}}"#, 400),
        ("PUT", "/y", #"{"match":{"path":null,"tag":null},"times":null,"do":{"errcode":1,"send":null}}"#, 200),
        ("PUT", "/y", #"{"match":{"path":[null]},"do":{"errcode":1}}"#, 400),
        ("POST", "", #"{"scenario":null,"name":"y","do":{"errcode":1}}"#, 200),
    ])
    func `a null member of a fault counts as absent`(method: String, path: String, body: String, status: Int)
        async throws
    {
        try await withSandbox { sandbox async throws in
            let answer = try await sandbox.admin.send(
                WireRequest(method, "/sandbox/faults" + path, body: Array(body.utf8)))
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.text.contains("\"error\"") == (status == 400), "\(answer.text)")
            #expect(try await sandbox.admin.send(WireRequest("GET", "/healthz")).status == 200)
        }
    }

    @Test func `a null member does not change the rule of a scenario`() async throws {
        try await withSandbox { sandbox async throws in
            let body = #"{"scenario":"ghost-tag","match":{"path":null,"tag":134},"times":null,"do":null,"for":null}"#
            let answer = try await sandbox.admin.send(
                WireRequest("POST", "/sandbox/faults", body: Array(body.utf8)))
            #expect(answer.status == 200, "\(answer.text)")
            let rule = try #require(sandbox.state.faults.status(of: "ghost-tag")?.rule)
            var expected = try #require(FaultScenario.named("ghost-tag")).rule
            expected.match.tag = 134
            #expect(rule == expected)
        }
    }

    /// `café` with one scalar for the last letter, and with two. Unicode calls the two texts equivalent.
    private static let twins = ["caf\u{E9}", "cafe\u{301}"]

    @Test func `fault rules whose names differ in bytes are different rules`() async throws {
        try await withSandbox { sandbox async throws in
            func send(_ method: String, _ path: String, _ body: String = "") async throws -> WireResponse {
                try await sandbox.admin.send(WireRequest(method, "/sandbox/faults" + path, body: Array(body.utf8)))
            }
            let run = try await WireRun(host: sandbox.host)
            let paths = Self.twins.map { "/" + FormFields.encoded($0) }
            for (number, name) in Self.twins.enumerated() {
                let body = #"{"name":"\#(name)","times":\#(number + 1),"do":{"errcode":45159}}"#
                #expect(try await send("POST", "", body).status == 200)
                #expect(try await send("POST", "", body).status == 409)
            }
            for _ in 0..<4 { _ = try await tag(run) }
            for (path, times) in zip(paths, 1...2) {
                let status = try JSONDecoder().decode(FaultStatus.self, from: Data(try await send("GET", path).body))
                #expect(status.rule.times == times && status.fired == times, "\(path)")
            }
            let calls = try await sandbox.admin.send(
                WireRequest("GET", "/calls?fault=" + FormFields.encoded(Self.twins[1])))
            #expect(try JSONDecoder().decode(CallPage.self, from: Data(calls.body)).calls.count == 2)
            let metrics = try await sandbox.admin.send(WireRequest("GET", "/metrics")).text.utf8
            for (name, times) in zip(Self.twins, 1...2) {
                let line = "tagline_faults_fired_total{fault=\"\(name)\"} \(times)"
                #expect(metrics.split(separator: UInt8(ascii: "\n")).contains { $0.elementsEqual(line.utf8) })
            }
            let set = Self.twins.map { #"{"name":"\#($0)","do":{"errcode":1}}"# }.joined(separator: ",")
            #expect(try await send("PUT", "", #"{"faults":[\#(set)]}"#).status == 200)
            #expect(try await send("PUT", paths[0], #"{"name":"\#(Self.twins[1])","do":{"errcode":1}}"#).status == 409)
            #expect(try await send("DELETE", paths[0]).status == 200)
            #expect(try await send("DELETE", paths[0]).status == 404)
            #expect(try await send("GET", paths[1]).status == 200)
        }
    }

    @Test func `a quote with an accent is escaped in a metric`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            let body = #"{"name":"a\"\u0301\r\nb","do":{"errcode":45159}}"#
            #expect(
                try await sandbox.admin.send(WireRequest("POST", "/sandbox/faults", body: Array(body.utf8))).status
                    == 200)
            _ = try await tag(run)
            let metrics = try await sandbox.admin.send(WireRequest("GET", "/metrics")).text
            let line = "tagline_faults_fired_total{fault=\"a\\\"\u{301}\r\\nb\"} 1\n"
            #expect(Array(metrics.utf8).suffix(line.utf8.count).elementsEqual(line.utf8), "\(metrics.suffix(200))")
        }
    }

    /// Eight tests run at once, each with its own account. Each test meets the same faults in every round.
    @Test func `parallel tests do not use up each other's faults`() async throws {
        try await withSandbox(isEmpty: true) { sandbox async throws in
            let accounts = (0..<8).map { AppID("wxparallel\($0)") }
            for appID in accounts {
                try await sandbox.store.createAccount(
                    Account(
                        appID: appID, kind: .service, isCertified: true, secret: Fingerprint(of: "a secret of sixteen"))
                )
            }
            var expected: [AppID: [Int]]?
            for _ in 0..<100 {
                sandbox.state.faults.replaceAll(
                    with: try FaultSet(
                        yaml:
                            "seed: 3\nfaults:\n- {name: a, chance: 0.4, do: {errcode: 45159}}\n- {name: b, skip: 1, times: 2, do: {errcode: -1}}"
                    ))
                let seen = await withTaskGroup(of: (AppID, [Int]).self) { group in
                    for appID in accounts {
                        group.addTask {
                            var codes: [Int] = []
                            for _ in 0..<6 {
                                _ = await sandbox.responder.respond(
                                    to: APIRequest(method: .GET, target: "/cgi-bin/tags/get"), address: nil,
                                    as: .account(appID))
                                codes.append(
                                    sandbox.journal.find(Self.filter(appID), after: nil, limit: 1).entries.last?.entry
                                        .code.rawValue ?? 1)
                            }
                            return (appID, codes)
                        }
                    }
                    return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                }
                if let expected { #expect(seen == expected) } else { expected = seen }
            }
            #expect(Set((expected ?? [:]).values).count > 1)
        }
    }

    private static func filter(_ appID: AppID) -> CallFilter {
        var filter = CallFilter()
        filter.account = appID
        return filter
    }
}
