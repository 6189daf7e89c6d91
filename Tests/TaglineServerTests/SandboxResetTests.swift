import Foundation
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

/// Compares a sandbox after a reset with a new sandbox.
@Suite struct SandboxResetTests {
    private static let platform = DemoWorld.platform
    private static let service = DemoWorld.service.appID
    private static let preAuthCode = GetPreAuthCode.endpoint.path

    @discardableResult
    private func admin(
        _ sandbox: SandboxInProcess, _ method: String, _ path: String, _ body: String = ""
    ) async throws -> WireResponse {
        try await sandbox.admin.send(WireRequest(method, path, body: Array(body.utf8)))
    }

    private func post(_ sandbox: SandboxInProcess, _ path: String, _ token: String, _ body: String) async throws
        -> String
    {
        try await sandbox.host.send(WireRequest("POST", "\(path)?access_token=\(token)", body: Array(body.utf8))).text
    }

    private func componentToken(_ sandbox: SandboxInProcess) async throws -> String {
        await sandbox.events.prepare()
        let ticket = try #require(sandbox.events.ticket(of: Self.platform.appID))
        let body =
            #"{"component_appid":"\#(Self.platform.appID)","component_appsecret":"\#(Self.platform.secret)","component_verify_ticket":"\#(ticket)"}"#
        let answer = try await sandbox.host.send(
            WireRequest("POST", GetComponentAccessToken.endpoint.path, body: Array(body.utf8)))
        return String(
            try #require(answer.text.firstMatch(of: /"component_access_token":"([^"]+)"/), "\(answer.text)").1)
    }

    private func option(_ sandbox: SandboxInProcess, _ token: String, value: String? = nil) async throws -> String {
        let path = value == nil ? GetAuthorizerOption.endpoint.path : SetAuthorizerOption.endpoint.path
        let wish = value.map { #","option_value":"\#($0)""# } ?? ""
        return try await post(
            sandbox, path, token,
            #"{"component_appid":"\#(Self.platform.appID)","authorizer_appid":"\#(Self.service)","option_name":"voice_recognize"\#(wish)}"#
        )
    }

    private func resetCounts(_ sandbox: SandboxInProcess, _ token: String) async throws -> String {
        try await post(
            sandbox, ClearComponentQuota.endpoint.path, token, #"{"component_appid":"\#(Self.platform.appID)"}"#)
    }

    /// Returns what callers and the owner see of the sandbox.
    private func view(of sandbox: SandboxInProcess) async throws -> [String] {
        let run = try await WireRun(host: sandbox.host)
        let token = try await componentToken(sandbox)
        var seen = try await run.view()
        for endpoint in Endpoint.all {
            let answer = try await run.send(
                WireRequest(
                    "POST", "/cgi-bin/openapi/quota/get?access_token=\(endpoint.isOfComponent ? token : "{service}")",
                    body: Array(#"{"cgi_path":"\#(endpoint.path)"}"#.utf8)))
            seen.append("\(endpoint.path) \(answer.text)")
        }
        seen.append(try await option(sandbox, token))
        for path in [
            "/accounts", "/platforms", "/platforms/\(Self.platform.appID)/authorizations", "/sandbox/faults",
            "/sandbox/clock", "/accounts/\(Self.service)/unsteadiness",
        ] {
            let answer = try await admin(sandbox, "GET", path)
            seen.append("\(path) \(answer.text)")
        }
        return seen.map { $0.replacing(/(hint|rid): [^"]*/, with: "") }
    }

    /// Changes everything that ``view(of:)`` shows.
    private func spoil(_ sandbox: SandboxInProcess) async throws {
        let run = try await WireRun(host: sandbox.host)
        let token = try await componentToken(sandbox)
        _ = try await run.send(
            WireRequest(
                "POST", "/cgi-bin/tags/create?access_token={service}", body: Array(#"{"tag":{"name":"spoilt"}}"#.utf8)))
        #expect(try await option(sandbox, token, value: "1").contains(#""errcode":0"#))
        try await admin(
            sandbox, "PATCH", "/platforms/\(Self.platform.appID)",
            #"{"quotas":{"\#(Self.preAuthCode)":{"per_day":1}},"redirect_hosts":["spoilt.example"],"pushing":false}"#)
        let wanted = #"{"component_appid":"\#(Self.platform.appID)"}"#
        #expect(try await !post(sandbox, Self.preAuthCode, token, wanted).contains("errcode"))
        #expect(try await post(sandbox, Self.preAuthCode, token, wanted).contains("45009"))
        for _ in 0..<10 { _ = try await resetCounts(sandbox, token) }
        #expect(try await resetCounts(sandbox, token).contains("48006"))
        #expect(try await !post(sandbox, Self.preAuthCode, token, wanted).contains("errcode"))
        #expect(try await post(sandbox, Self.preAuthCode, token, wanted).contains("45009"))
        try await admin(
            sandbox, "PATCH", "/accounts/\(Self.service)",
            #"{"quotas":{"/cgi-bin/tags/get":{"per_day":7}},"certified":false,"limits":{"openids_per_call":3}}"#)
        try await admin(
            sandbox, "POST", "/platforms/\(Self.platform.appID)/authorizations",
            #"{"appid":"\#(Self.service)","permission_sets":[7]}"#)
        try await admin(
            sandbox, "POST", "/platforms/\(Self.platform.appID)/authorizations",
            #"{"appid":"\#(DemoWorld.uncertified.appID)","permission_sets":[2]}"#)
        try await admin(sandbox, "PUT", "/accounts/\(Self.service)/unsteadiness", #"{"list_lag":"9s"}"#)
        try await admin(sandbox, "POST", "/accounts", #"{"appid":"wxrelaxed","kind":"service","relaxed":{}}"#)
        try await admin(sandbox, "POST", "/sandbox/faults", #"{"scenario":"ghost-tag"}"#)
        // Before the sandbox makes a snapshot, it saves the counts in the store.
        try await admin(sandbox, "PUT", "/sandbox/snapshots/spoilt")
        try await admin(sandbox, "POST", "/sandbox/clock", #"{"advance_seconds":100,"frozen":true}"#)
    }

    @Test func `after a reset, callers and the owner see a new sandbox`() async throws {
        let fresh = try await withSandbox(policy: .documented) { sandbox in try await view(of: sandbox) }
        try await withSandbox(policy: .documented) { sandbox in
            try await spoil(sandbox)
            #expect(try await admin(sandbox, "POST", "/sandbox/reset").status == 200)
            let again = try await view(of: sandbox)
            #expect(again.count == fresh.count)
            for (again, fresh) in zip(again, fresh) { #expect(again == fresh) }
            // The reset of the sandbox does not count as one of the ten monthly resets of counts.
            let token = try await componentToken(sandbox)
            for _ in 0..<10 { #expect(try await resetCounts(sandbox, token).contains(#""errcode":0"#)) }
            #expect(try await resetCounts(sandbox, token).contains("48006"))
        }
    }

    /// Makes three counted calls of `platform`, and saves the counts after each. Returns whether each call was over the
    /// quota of two calls.
    private func callThrice(_ sandbox: SandboxInProcess) async throws -> [Bool] {
        try await admin(
            sandbox, "PATCH", "/platforms/\(Self.platform.appID)",
            #"{"quotas":{"\#(Self.preAuthCode)":{"per_day":2}}}"#)
        let token = try await componentToken(sandbox)
        var refusals: [Bool] = []
        for _ in 0..<3 {
            let answer = try await post(
                sandbox, Self.preAuthCode, token, #"{"component_appid":"\#(Self.platform.appID)"}"#)
            refusals.append(answer.contains("45009"))
            // Before the sandbox makes a snapshot, it saves the counts in the store.
            try await admin(sandbox, "PUT", "/sandbox/snapshots/counts")
        }
        return refusals
    }

    @Test(arguments: [
        ("/sandbox/reset", ""), ("/sandbox/snapshots/first", ""),
        ("/sandbox/clock", #"{"set":\#(testStart.seconds)}"#),
    ])
    func `the quotas of a platform hold after the clock has gone back`(path: String, body: String) async throws {
        try await withSandbox { sandbox in
            try await admin(sandbox, "PUT", "/sandbox/snapshots/first")
            try await admin(sandbox, "POST", "/sandbox/clock", #"{"advance_seconds":86400}"#)
            #expect(try await callThrice(sandbox) == [false, false, true])
            #expect(try await admin(sandbox, "POST", path, body).status == 200)
            #expect(try await callThrice(sandbox) == [false, false, true])
        }
    }

    @Test func `after a reset the tokens of a platform end`() async throws {
        try await withSandbox { sandbox in
            let token = try await componentToken(sandbox)
            let body = #"{"component_appid":"\#(Self.platform.appID)"}"#
            #expect(try await !post(sandbox, Self.preAuthCode, token, body).contains("errcode"))
            try await admin(sandbox, "POST", "/sandbox/reset")
            #expect(try await post(sandbox, Self.preAuthCode, token, body).contains("40001"))
        }
    }

    @Test func `a reset ends the authorisations and the codes of every platform`() async throws {
        try await withSandbox { sandbox in
            #expect(try await admin(sandbox, "POST", "/platforms", #"{"appid":"wxadded"}"#).status == 201)
            let codes = ["before", "code"].map { Fingerprint(of: $0) }
            let now = sandbox.clock.now
            for appID in [Self.platform.appID, "wxadded"] {
                try await sandbox.store.changeComponent(appID, account: DemoWorld.uncertified.appID) {
                    (component, grant) throws(Refusal) in
                    component.issuePreAuthCode(codes[0], at: now)
                    component.authorize(
                        &grant, by: DemoWorld.uncertified.appID, sets: [2], preAuthCode: nil, code: codes[1],
                        refreshToken: "refresh", at: now)
                }
            }
            #expect(try await admin(sandbox, "POST", "/sandbox/reset").status == 200)
            for appID in [Self.platform.appID, "wxadded"] {
                let platform = try #require(try await sandbox.store.component(appID))
                #expect(!platform.knows(preAuthCode: codes[0], at: now) && platform.account(ofCode: codes[1]) == nil)
                let grants = try await sandbox.store.grants(to: appID, of: DemoWorld.uncertified.appID)
                #expect(grants.allSatisfy { !$0.isActive })
            }
            let active = try await sandbox.store.grants(to: Self.platform.appID, of: nil).filter(\.isActive)
            #expect(Set(active.map(\.account)) == [Self.service, DemoWorld.subscription.appID])
        }
    }

    @Test func `after a reset, a platform gets no events from before the reset`() async throws {
        try await withSandbox { sandbox in
            let settings = #"{"appid":"wxadded","event_url":"http://added.example/"}"#
            #expect(try await admin(sandbox, "POST", "/platforms", settings).status == 201)
            await sandbox.events.tick()
            let grant = #"{"appid":"\#(Self.service)","permission_sets":[2]}"#
            await sandbox.mailbox.answer("error")
            #expect(try await admin(sandbox, "POST", "/platforms/wxadded/authorizations", grant).status == 201)
            await sandbox.events.tick()
            let pushed = await sandbox.mailbox.letters.count
            #expect(pushed == 2, "a ticket, and the event that the platform did not accept")
            #expect(try await admin(sandbox, "POST", "/sandbox/reset").status == 200)
            _ = try sandbox.clock.advance(bySeconds: 5)
            await sandbox.events.tick()
            #expect(await sandbox.mailbox.letters.count == pushed)
            #expect(try await admin(sandbox, "POST", "/platforms/wxadded/authorizations", grant).status == 201)
            await sandbox.events.tick()
            #expect(await sandbox.mailbox.letters.count == pushed + 1)
        }
    }

    @Test func `a reset keeps an added platform's settings, and removes its quotas, tokens and grants`() async throws {
        try await withSandbox { sandbox in
            let settings =
                #"{"appid":"wxadded","redirect_hosts":["a.example"],"quotas":{"\#(Self.preAuthCode)":{"per_day":1}}}"#
            #expect(try await admin(sandbox, "POST", "/platforms", settings).status == 201)
            let grant = #"{"appid":"\#(Self.service)","permission_sets":[2]}"#
            #expect(try await admin(sandbox, "POST", "/platforms/wxadded/authorizations", grant).status == 201)
            #expect(try await admin(sandbox, "POST", "/sandbox/reset").status == 200)
            let platform = try #require(try await sandbox.store.component("wxadded"))
            #expect(platform.settings.quotas == nil && platform.settings.redirectHosts == ["a.example"])
            #expect(try await sandbox.store.grants(to: "wxadded", of: nil).allSatisfy { !$0.isActive })
        }
    }

    @Test func `a reset forgets refused calls, whether they were saved or not`() async throws {
        try await withSandbox { sandbox in
            var token = try await WireRun.token(of: DemoWorld.service, from: sandbox.host)
            func refused() async throws -> String {
                let text = try await post(sandbox, "/cgi-bin/tags/getidlist", token, #"{"openid":"nonsense"}"#)
                return String(try #require(text.firstMatch(of: /rid: ([0-9a-f-]+)"/)).1)
            }
            func found(_ rid: String) async throws -> Bool {
                let text = try await post(sandbox, GetRIDInfo.endpoint.path, token, #"{"rid":"\#(rid)"}"#)
                #expect(text.contains(#""errcode":0,"#) || text.contains("76001"), "\(text)")
                return !text.contains("76001")
            }
            let saved = try await refused()
            await sandbox.refusedCalls.save()
            let waiting = try await refused()
            #expect(try await found(saved))
            #expect(try await found(waiting))

            try await admin(sandbox, "POST", "/sandbox/reset")
            token = try await WireRun.token(of: DemoWorld.service, from: sandbox.host)
            #expect(try await !found(saved))
            #expect(try await !found(waiting))
            let later = try await refused()
            #expect(try await found(later))
            await sandbox.refusedCalls.save()
            #expect(try await found(later))
            #expect(try await !found(saved))
        }
    }
}
