import Foundation
import TagStore
import TaglineServer
import Testing
import WireTable

/// Tests how long tokens work and when a caller gets a new token. The tests advance the clock through the admin plane.
@Suite struct TokenLifeTests {
    private func advance(_ seconds: Int, in sandbox: SandboxInProcess) async throws {
        let body = Array(#"{"advance_seconds":\#(seconds)}"#.utf8)
        let answer = try await sandbox.admin.send(WireRequest("POST", "/sandbox/clock", body: body))
        #expect(answer.status == 200)
    }

    private func errcode(_ token: String, in sandbox: SandboxInProcess) async throws -> Int {
        let answer = try await sandbox.host.send(WireRequest("GET", "/cgi-bin/tags/get?access_token=\(token)"))
        let object = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
        return object?["errcode"] as? Int ?? 0
    }

    private struct Token: Decodable, Equatable {
        let access_token: String
        let expires_in: Int
    }

    private func stable(force: Bool? = nil, in sandbox: SandboxInProcess) async throws -> Token {
        let account = DemoWorld.service
        let refresh = force.map { ",\"force_refresh\":\($0)" } ?? ""
        let body =
            #"{"grant_type":"client_credential","appid":"\#(account.appID)","secret":"\#(account.secret)"\#(refresh)}"#
        let answer = try await sandbox.host.send(
            WireRequest("POST", "/cgi-bin/stable_token", body: Array(body.utf8)))
        return try JSONDecoder().decode(Token.self, from: Data(answer.body))
    }

    @Test func `an ordinary token works for 7200 seconds, and is then refused as expired`() async throws {
        try await withSandbox { sandbox in
            let token = try await WireRun.token(of: DemoWorld.service, from: sandbox.host)
            try await advance(7199, in: sandbox)
            #expect(try await errcode(token, in: sandbox) == 0)
            try await advance(1, in: sandbox)
            #expect(try await errcode(token, in: sandbox) == 42001)
        }
    }

    @Test func `the previous ordinary token works for five more minutes after a caller gets a new token`()
        async throws
    {
        try await withSandbox { sandbox in
            let first = try await WireRun.token(of: DemoWorld.service, from: sandbox.host)
            let second = try await WireRun.token(of: DemoWorld.service, from: sandbox.host)
            #expect(first != second)
            try await advance(299, in: sandbox)
            #expect(try await errcode(first, in: sandbox) == 0)
            try await advance(1, in: sandbox)
            #expect(try await errcode(first, in: sandbox) == 40001)
            #expect(try await errcode(second, in: sandbox) == 0)
        }
    }

    @Test func `all callers get the same stable token, and the number of seconds until it expires`() async throws {
        try await withSandbox { sandbox in
            let first = try await stable(in: sandbox)
            #expect(first.expires_in == 7200)
            try await advance(6899, in: sandbox)
            #expect(try await stable(in: sandbox) == Token(access_token: first.access_token, expires_in: 301))
            try await advance(1, in: sandbox)
            let next = try await stable(in: sandbox)
            #expect(next.access_token != first.access_token)
            #expect(next.expires_in == 7200)
            #expect(try await errcode(first.access_token, in: sandbox) == 0)
            try await advance(300, in: sandbox)
            #expect(try await errcode(first.access_token, in: sandbox) != 0)
            #expect(try await errcode(next.access_token, in: sandbox) == 0)
        }
    }

    @Test func `a forced refresh revokes the previous token, but a second refresh within 30 seconds changes nothing`()
        async throws
    {
        try await withSandbox { sandbox in
            let first = try await stable(in: sandbox)
            let second = try await stable(force: true, in: sandbox)
            #expect(second.access_token != first.access_token)
            #expect(try await errcode(first.access_token, in: sandbox) == 40001)
            try await advance(29, in: sandbox)
            #expect(try await stable(force: true, in: sandbox).access_token == second.access_token)
            try await advance(1, in: sandbox)
            #expect(try await stable(force: true, in: sandbox).access_token != second.access_token)
        }
    }

    @Test func `an ordinary and a stable token work at the same time`() async throws {
        try await withSandbox { sandbox in
            let stableToken = try await stable(in: sandbox).access_token
            let ordinary = try await WireRun.token(of: DemoWorld.service, from: sandbox.host)
            _ = try await stable(force: true, in: sandbox)
            try await advance(1000, in: sandbox)
            #expect(try await errcode(stableToken, in: sandbox) == 40001)
            #expect(try await errcode(ordinary, in: sandbox) == 0)
        }
    }

    @Test func `tokens have the form of the platform's tokens, and no token is issued twice`() async throws {
        try await withSandbox { sandbox in
            var seen = Set<String>()
            for _ in 0..<50 {
                let token = try await WireRun.token(of: DemoWorld.service, from: sandbox.host)
                #expect(try /[1-9][0-9]_[A-Za-z0-9_-]+/.wholeMatch(in: token) != nil)
                #expect(136...157 ~= token.count)
                seen.insert(token)
            }
            #expect(seen.count == 50)
            #expect(136...157 ~= (try await stable(in: sandbox)).access_token.count)
        }
    }
}
