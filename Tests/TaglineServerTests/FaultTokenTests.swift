import AdminAPI
import Foundation
import OfficialAccount
import Testing
import WireTable

@testable import TaglineServer

/// Tests rules that refuse the token of a call. The same token stays refused, as on the platform.
@Suite struct FaultTokenTests {
    private func admin(
        _ sandbox: SandboxInProcess, _ method: String, _ path: String, _ body: String = ""
    ) async throws -> WireResponse {
        try await sandbox.admin.send(WireRequest(method, path, body: Array(body.utf8)))
    }

    private func stableToken(_ sandbox: SandboxInProcess) async throws -> String {
        let account = DemoWorld.service
        let body =
            #"{"grant_type":"client_credential","appid":"\#(account.appID)","secret":"\#(account.secret)"}"#
        let answer = try await sandbox.host.send(
            WireRequest("POST", GetStableAccessToken.endpoint.path, body: Array(body.utf8)))
        return String(try #require(answer.text.firstMatch(of: /"access_token":"([^"]+)"/), "\(answer.text)").1)
    }

    private func ordinaryToken(_ sandbox: SandboxInProcess) async throws -> String {
        try await WireRun.token(of: DemoWorld.service, from: sandbox.host)
    }

    private func tag(_ sandbox: SandboxInProcess, _ token: String) async throws -> WireResponse {
        let body = #"{"openid_list":["\#(DemoWorld.documentedOpenIDs[0])"],"tagid":134}"#
        return try await sandbox.host.send(
            WireRequest("POST", "\(BatchTagging.endpoint.path)?access_token=\(token)", body: Array(body.utf8)))
    }

    private func code(_ response: WireResponse) -> String {
        response.text.firstMatch(of: /"errcode":(-?[0-9]+)/).map { String($0.1) } ?? response.text
    }

    @Test(arguments: [("token-late", "42001"), ("token-stolen", "40001")], [true, false])
    func `a refused token stays refused, and the next token works`(scenario: (String, String), isStable: Bool)
        async throws
    {
        try await withSandbox { sandbox in
            let (name, errcode) = scenario
            func fetch() async throws -> String {
                isStable ? try await stableToken(sandbox) : try await ordinaryToken(sandbox)
            }
            #expect(try await admin(sandbox, "POST", "/sandbox/faults", #"{"scenario":"\#(name)"}"#).status == 200)
            let token = try await fetch()
            var codes: [String] = []
            for _ in 0..<6 { codes.append(code(try await tag(sandbox, token))) }
            #expect(codes == ["0", "0", errcode, errcode, errcode, errcode])
            let answer = try await tag(sandbox, token)
            #expect(answer.headers["x-tagline-reason"]?.contains("has ended this token") == true)
            let call = try #require(sandbox.journal.page().calls.last)
            #expect(call.fault == name && call.account == "\(DemoWorld.service.appID)")
            // The rule counts only the first refusal.
            #expect(sandbox.state.faults.status(of: name)?.fired == 1)
            let next = try await fetch()
            #expect(next != token)
            for _ in 0..<4 { #expect(code(try await tag(sandbox, next)) == "0") }
            #expect(code(try await tag(sandbox, token)) == errcode)
        }
    }

    @Test func `a token works again after the rule that ended it is removed, or after a snapshot is restored`()
        async throws
    {
        try await withSandbox { sandbox in
            let rule = #"{"match":{"path":"batchtagging"},"times":1,"do":{"errcode":42001}}"#
            let token = try await ordinaryToken(sandbox)
            _ = try await admin(sandbox, "PUT", "/sandbox/faults/f", rule)
            for _ in 0..<2 { #expect(code(try await tag(sandbox, token)) == "42001") }
            _ = try await admin(sandbox, "DELETE", "/sandbox/faults/f")
            #expect(code(try await tag(sandbox, token)) == "0")

            _ = try await admin(sandbox, "PUT", "/sandbox/snapshots/s")
            _ = try await admin(sandbox, "PUT", "/sandbox/faults/f", rule)
            for _ in 0..<2 { #expect(code(try await tag(sandbox, token)) == "42001") }
            _ = try await admin(sandbox, "POST", "/sandbox/snapshots/s")
            #expect(code(try await tag(sandbox, token)) == "0")
        }
    }

    @Test func `a token that a rule has ended does not affect calls that need no token`() async throws {
        try await withSandbox { sandbox in
            let rule = #"{"match":{"path":"batchtagging"},"times":1,"do":{"errcode":42001}}"#
            let token = try await stableToken(sandbox)
            _ = try await admin(sandbox, "PUT", "/sandbox/faults/f", rule)
            #expect(code(try await tag(sandbox, token)) == "42001")
            let nowhere = try await sandbox.host.send(WireRequest("GET", "/cgi-bin/nowhere?access_token=\(token)"))
            #expect(code(nowhere) == "40066")
            let account = DemoWorld.service
            let body =
                #"{"grant_type":"client_credential","appid":"\#(account.appID)","secret":"\#(account.secret)"}"#
            let renewed = try await sandbox.host.send(
                WireRequest(
                    "POST", "\(GetStableAccessToken.endpoint.path)?access_token=\(token)", body: Array(body.utf8)))
            #expect(renewed.text.contains("access_token") && !renewed.text.contains(token))
        }
    }

    @Test func `a fault header makes the server refuse a token for one call only`() async throws {
        try await withSandbox { sandbox in
            let token = try await ordinaryToken(sandbox)
            let answer = try await sandbox.host.send(
                WireRequest(
                    "GET", "\(GetTags.endpoint.path)?access_token=\(token)",
                    headers: [(name: "X-Tagline-Fault", value: "42001")]))
            #expect(code(answer) == "42001")
            #expect(code(try await tag(sandbox, token)) == "0")
        }
    }
}
