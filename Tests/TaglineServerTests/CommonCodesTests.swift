import EmbeddedTagStore
import Foundation
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

/// Checks that all calls give the same error code for the same cause.
@Suite struct CommonCodesTests {
    @Test func `every call has a handler`() async throws {
        try await withSandbox { sandbox in
            #expect(Set(sandbox.responder.answered.map(\.path)) == Set(Endpoint.all.map(\.path)))
        }
    }

    private static let withToken = Endpoint.all.filter {
        [.account, .certifiedAccount, .accountOrComponent].contains($0.access)
    }
    /// The calls that an account makes. `ThirdPartyTests` tests the calls of third-party platforms.
    private static let ofAccounts = Endpoint.all.filter { !$0.isOfComponent }
    private static let tokenCalls = [GetAccessToken.endpoint, GetStableAccessToken.endpoint]
    /// The calls that do not answer an empty body with 44002.
    private static let bodyMayBeEmpty = [
        GetStableAccessToken.endpoint, GetBlacklist.endpoint, ClearQuotaByAppSecret.endpoint,
    ]

    private static func request(_ endpoint: Endpoint, token: String? = nil, _ body: String = "{}") -> WireRequest {
        WireRequest(
            endpoint.method.rawValue, endpoint.path + (token.map { "?access_token=\($0)" } ?? ""),
            body: endpoint.method == .post ? Array(body.utf8) : [])
    }

    private static func code(_ response: WireResponse) -> Int? {
        response.text.firstMatch(of: /^{"errcode":(-?[0-9]+),/).flatMap { Int($0.1) }
    }

    /// Returns a call of `endpoint` with the account's appid and secret.
    private static func credentialed(_ endpoint: Endpoint, _ account: DemoWorld.Credentials) -> WireRequest {
        let appID = account.appID.rawValue
        return switch endpoint {
        case GetAccessToken.endpoint:
            WireRequest(
                "GET", "\(endpoint.path)?grant_type=client_credential&appid=\(appID)&secret=\(account.secret)")
        case GetStableAccessToken.endpoint:
            request(
                endpoint,
                #"{"grant_type":"client_credential","appid":"\#(appID)","secret":"\#(account.secret)"}"#)
        default:
            request(endpoint, #"{"appid":"\#(appID)","appsecret":"\#(account.secret)"}"#)
        }
    }

    private static func request(_ endpoint: Endpoint, _ body: String) -> WireRequest {
        request(endpoint, token: nil, body)
    }

    @Test func `every call answers a wrong token with the same code`() async throws {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            for endpoint in Self.withToken {
                #expect(Self.code(try await run.send(Self.request(endpoint))) == 41001, "\(endpoint.name)")
                #expect(Self.code(try await run.send(Self.request(endpoint, token: ""))) == 41001, "\(endpoint.name)")
                let never = try await run.send(Self.request(endpoint, token: "never"))
                #expect(Self.code(never) == 40001, "\(endpoint.name)")
            }
            for endpoint in Self.withToken where endpoint.access == .certifiedAccount {
                let answer = try await run.send(Self.request(endpoint, token: "{uncertified}"))
                #expect(Self.code(answer) == 48001, "\(endpoint.name)")
                // The account can ask about the refused call by its rid.
                let rid = try #require(answer.text.firstMatch(of: /rid: ([0-9a-f-]+)/)).1
                let found = try await run.send(
                    Self.request(GetRIDInfo.endpoint, token: "{uncertified}", #"{"rid":"\#(rid)"}"#))
                #expect(Self.code(found) == 0, "\(endpoint.name): \(found.text)")
            }
            _ = try sandbox.clock.advance(bySeconds: 7200)
            for endpoint in Self.withToken {
                let expired = try await run.send(Self.request(endpoint, token: "{service}"))
                #expect(Self.code(expired) == 42001, "\(endpoint.name)")
            }
        }
    }

    @Test func `every call answers a wrong method or body with the same code`() async throws {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            let tooLarge = "{\"x\":\"" + String(repeating: "x", count: 1 << 20) + "\"}"
            for endpoint in Self.ofAccounts {
                let other = WireRequest(endpoint.method == .post ? "GET" : "POST", endpoint.path)
                #expect(
                    Self.code(try await run.send(other)) == (endpoint.method == .post ? 43002 : 43001),
                    "\(endpoint.name)")
                guard endpoint.method == .post else { continue }
                let token = endpoint.access == .credentials ? nil : "{service}"
                for body in ["[]", "{", "{,}", "nul", "null null", "\u{FEFF}"] {
                    let answer = try await run.send(Self.request(endpoint, token: token, body))
                    #expect(Self.code(answer) == 47001, "\(endpoint.name) \(body): \(answer.text)")
                }
                let large = try await run.send(Self.request(endpoint, token: token, tooLarge))
                #expect(Self.code(large) == 45002, "\(endpoint.name)")
                let empty = Self.code(try await run.send(Self.request(endpoint, token: token, "")))
                let mayBeEmpty = Self.bodyMayBeEmpty.contains(endpoint)
                if !mayBeEmpty { #expect(empty == 44002, "\(endpoint.name)") }
                for null in ["null", " null\r\n\t"] {
                    let answer = try await run.send(Self.request(endpoint, token: token, null))
                    #expect(Self.code(answer) == (mayBeEmpty ? empty : 47001), "\(endpoint.name): \(answer.text)")
                }
            }
        }
    }

    @Test func `every call tells a frozen account that it is frozen`() async throws {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            var frozen = AccountChange()
            frozen.isFrozen = true
            try await sandbox.store.updateAccount(DemoWorld.service.appID, frozen)
            for endpoint in Self.withToken {
                let answer = try await run.send(Self.request(endpoint, token: "{service}"))
                #expect(Self.code(answer) == 50002, "\(endpoint.name)")
            }
            for endpoint in Self.tokenCalls + [ClearQuotaByAppSecret.endpoint] {
                let answer = try await run.send(Self.credentialed(endpoint, DemoWorld.service))
                #expect(Self.code(answer) == 50002, "\(endpoint.name)")
            }
            frozen.isFrozen = false
            frozen.isSecretFrozen = true
            try await sandbox.store.updateAccount(DemoWorld.service.appID, frozen)
            for endpoint in Self.tokenCalls + [ClearQuotaByAppSecret.endpoint] {
                let answer = try await run.send(Self.credentialed(endpoint, DemoWorld.service))
                #expect(Self.code(answer) == 40243, "\(endpoint.name)")
            }
        }
    }

    @Test(arguments: [(45009, CallQuota(perDay: 0)), (45011, CallQuota(perMinute: 0))])
    func `every call tells an account that its quota is used up`(code: Int, quota: CallQuota) async throws {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            var change = AccountChange()
            change.quotas = Dictionary(uniqueKeysWithValues: Self.ofAccounts.map { ($0.path, quota) })
            try await sandbox.store.updateAccount(DemoWorld.service.appID, change)
            for endpoint in Self.ofAccounts {
                let answer =
                    if endpoint.access == .credentials {
                        try await run.send(Self.credentialed(endpoint, DemoWorld.service))
                    } else {
                        try await run.send(Self.request(endpoint, token: "{service}"))
                    }
                #expect(Self.code(answer) == code, "\(endpoint.name): \(answer.text)")
            }
        }
    }

    @Test func `an account can reset all call counts ten times a month, and single counts fifty times a month`()
        async throws
    {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            let all = Self.request(ClearQuota.endpoint, token: "{service}", #"{"appid":"\#(DemoWorld.service.appID)"}"#)
            for _ in 0..<5 {
                #expect(Self.code(try await run.send(all)) == 0)
                let bySecret = try await run.send(Self.credentialed(ClearQuotaByAppSecret.endpoint, DemoWorld.service))
                #expect(Self.code(bySecret) == 0)
            }
            #expect(Self.code(try await run.send(all)) == 48006)
            let bySecret = try await run.send(Self.credentialed(ClearQuotaByAppSecret.endpoint, DemoWorld.service))
            #expect(Self.code(bySecret) == 48006)
            let one = Self.request(ClearAPIQuota.endpoint, token: "{service}", #"{"cgi_path":"/cgi-bin/tags/get"}"#)
            for _ in 0..<50 { #expect(Self.code(try await run.send(one)) == 0) }
            #expect(Self.code(try await run.send(one)) == 48006)
        }
    }
}
