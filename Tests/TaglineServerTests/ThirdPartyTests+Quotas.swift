import EmbeddedTagStore
import Foundation
import Logging
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

// Tests the quotas of the calls that a platform makes.
extension ThirdPartyTests {
    @Test func `a call on behalf of an account uses the account's quota`() async throws {
        try await withClient { client in
            var change = AccountChange()
            change.quotas = [BatchTagging.endpoint.path: CallQuota(perDay: 2)]
            try await client.sandbox.store.updateAccount(DemoWorld.service.appID, change)
            let run = try await WireRun(host: client.sandbox.host)
            let access = try await client.exchange(try await client.authorize(DemoWorld.service.appID, sets: [2]))
                .access
            #expect(try await client.tag(access) == Self.ok)
            let body = Array(#"{"openid_list":["ocYxcuDemoFollower0000000001"],"tagid":134}"#.utf8)
            let own = try await run.send(
                WireRequest("POST", "/cgi-bin/tags/members/batchtagging?access_token={service}", body: body))
            #expect(own.text == Self.ok)
            #expect(Self.code(try await client.tag(access)) == 45009)
        }
    }

    @Test func `the server counts a platform's own calls, reports the counts and resets them`() async throws {
        try await withClient { client in
            let path = "/cgi-bin/component/api_create_preauthcode"
            let change = #"{"quotas":{"\#(path)":{"per_day":2}}}"#
            let changed = try await client.sandbox.admin.send(
                WireRequest("PATCH", "/platforms/\(Self.component)", body: Array(change.utf8)))
            #expect(changed.text.contains(#""quotas":{"\#(path)":{"per_day":2}}"#), "\(changed.text)")
            func ask() async throws -> Int? { Self.code(try await client.call("api_create_preauthcode")) }
            func quota(_ api: String, _ body: String) async throws -> String {
                try await client.sandbox.host.send(
                    WireRequest("POST", "/cgi-bin/\(api)?access_token=\(client.token)", body: Array(body.utf8))
                ).text
            }
            #expect(try await [ask(), ask(), ask()] == [nil, nil, 45009])
            let told = try await quota("openapi/quota/get", #"{"cgi_path":"\#(path)"}"#)
            #expect(told.contains(#""quota":{"daily_limit":2,"used":2,"remain":0}"#), "\(told)")
            #expect(try await quota("openapi/quota/clear", #"{"cgi_path":"\#(path)"}"#) == Self.ok)
            #expect(try await [ask(), ask(), ask()] == [nil, nil, 45009])
            #expect(try await quota("clear_quota", #"{"appid":"\#(Self.component)"}"#) == Self.ok)
            #expect(try await [ask(), ask(), ask()] == [nil, nil, 45009])
            #expect(Self.code(try await client.call("clear_quota")) == 0)
            #expect(try await [ask(), ask(), ask()] == [nil, nil, 45009])
            let bySecret = ["component_appid": Self.component, "appsecret": DemoWorld.platform.secret]
            #expect(Self.code(try await client.post("clear_quota/v2", bySecret)) == 0)
            #expect(try await ask() == nil)
            for _ in 0..<7 { #expect(Self.code(try await client.call("clear_quota")) == 0) }
            #expect(Self.code(try await client.call("clear_quota")) == 48006)
            #expect(Self.code(try await client.post("clear_quota/v2", bySecret)) == 48006)
            #expect(Self.code(try await quota("clear_quota", #"{"appid":"\#(Self.component)"}"#)) == 48006)
        }
    }

    @Test func `the server counts each call that a platform makes with its secret`() async throws {
        try await withClient { client in
            let paths = [
                ClearComponentQuotaByAppSecret.endpoint.path, StartPushTicket.endpoint.path,
                GetComponentAccessToken.endpoint.path,
            ]
            let quotas = paths.map { #""\#($0)":{"per_day":1}"# }.joined(separator: ",")
            let changed = try await client.sandbox.admin.send(
                WireRequest("PATCH", "/platforms/\(Self.component)", body: Array(#"{"quotas":{\#(quotas)}}"#.utf8)))
            #expect(changed.status == 200, "\(changed.text)")
            func used(_ path: String) async throws -> String {
                try await client.sandbox.host.send(
                    WireRequest(
                        "POST", "/cgi-bin/openapi/quota/get?access_token=\(client.token)",
                        body: Array(#"{"cgi_path":"\#(path)"}"#.utf8))
                ).text
            }
            let secret = DemoWorld.platform.secret
            // A reset would set the count of `clear_quota/v2` to zero. So these calls name an account that has not
            // authorised the platform.
            let bySecret = ["component_appid": Self.component, "appsecret": secret, "appid": "wxnobody"]
            #expect(Self.code(try await client.post("clear_quota/v2", bySecret)) == 40013)
            #expect(Self.code(try await client.post("clear_quota/v2", bySecret)) == 45009)
            let start = ["component_appid": Self.component, "component_secret": secret]
            #expect(Self.code(try await client.post("api_start_push_ticket", start)) == 0)
            #expect(Self.code(try await client.post("api_start_push_ticket", start)) == 45009)
            let fetched = try await client.fetchToken()
            #expect(fetched["component_access_token"] is String)
            #expect(Self.code(try await client.fetchToken()) == 45009)
            for path in paths {
                let told = try await used(path)
                #expect(told.contains(#""daily_limit":1,"used":1,"#), "\(path) \(told)")
            }
        }
    }

    @Test func `the server shows the quota of a call only to a caller whose token is of the right kind`() async throws {
        try await withClient { client in
            let run = try await WireRun(host: client.sandbox.host)
            func ask(_ token: String, _ path: String) async throws -> Int? {
                let body = Array(#"{"cgi_path":"\#(path)"}"#.utf8)
                return Self.code(
                    try await run.send(
                        WireRequest("POST", "/cgi-bin/openapi/quota/get?access_token=\(token)", body: body)
                    ).text)
            }
            #expect(try await ask("{service}", "/cgi-bin/tags/get") == 0)
            #expect(try await ask("{service}", "/cgi-bin/component/api_query_auth") == 76022)
            #expect(try await ask(client.token, "/cgi-bin/component/api_query_auth") == 0)
            #expect(try await ask(client.token, "/cgi-bin/tags/get") == 76022)
            #expect(try await ask(client.token, "/cgi-bin/nothing") == 76021)
        }
    }

    @Test(arguments: ["component_access_token", "access_token"])
    func `in a call that accounts and platforms may make, both names of the token have the same effect`(name: String)
        async throws
    {
        try await withClient { client in
            let sandbox = client.sandbox
            let service = DemoWorld.service
            let own = try await WireRun.token(of: service, from: sandbox.host)
            let granted = try await client.exchange(try await client.authorize(service.appID, sets: [2])).access
            func codes(_ token: String, _ appID: AppID, _ path: String) async throws -> [Int?] {
                var codes: [Int?] = []
                for (api, body) in [
                    ("openapi/quota/get", #"{"cgi_path":"\#(path)"}"#),
                    ("openapi/quota/clear", #"{"cgi_path":"\#(path)"}"#), ("clear_quota", #"{"appid":"\#(appID)"}"#),
                ] {
                    let answer = try await sandbox.host.send(
                        WireRequest("POST", "/cgi-bin/\(api)?\(name)=\(token)", body: Array(body.utf8)))
                    codes.append(Self.code(answer.text))
                }
                return codes
            }
            let (platform, platformPath) = (DemoWorld.platform.appID, "/cgi-bin/component/api_query_auth")
            #expect(try await codes(client.token, platform, platformPath) == [0, 0, 0])
            #expect(try await codes(own, service.appID, "/cgi-bin/tags/get") == [0, 0, 0])
            #expect(try await codes(granted, service.appID, "/cgi-bin/tags/get") == [0, 0, 0])
            #expect(try await codes("never", platform, platformPath) == [40001, 40001, 40001])
            #expect(try await codes("", platform, platformPath) == [41001, 41001, 41001])
            _ = try sandbox.clock.advance(bySeconds: 7200)
            #expect(try await codes(client.token, platform, platformPath) == [42001, 42001, 42001])
            #expect(try await codes(own, service.appID, "/cgi-bin/tags/get") == [42001, 42001, 42001])
        }
    }

    @Test func `a platform can reset the counts only of accounts that have authorised it`() async throws {
        try await withClient { client in
            let (service, other) = (DemoWorld.service.appID, DemoWorld.uncertified.appID)
            var change = AccountChange()
            change.quotas = [BatchTagging.endpoint.path: CallQuota(perDay: 1)]
            try await client.sandbox.store.updateAccount(service, change)
            let access = try await client.exchange(try await client.authorize(service, sets: [2])).access
            #expect(try await client.tag(access) == Self.ok)
            #expect(Self.code(try await client.tag(access)) == 45009)
            #expect(Self.code(try await client.call("clear_quota", ["appid": service.rawValue])) == 0)
            #expect(try await client.tag(access) == Self.ok)
            let bySecret = ["component_appid": Self.component, "appsecret": DemoWorld.platform.secret]
            func reset(_ appID: String) async throws -> Int? {
                Self.code(try await client.post("clear_quota/v2", bySecret.merging(["appid": appID]) { $1 }))
            }
            #expect(try await reset(service.rawValue) == 0)
            #expect(try await client.tag(access) == Self.ok)
            #expect(try await reset(other.rawValue) == 40013)
            #expect(Self.code(try await client.post("clear_quota/v2", ["component_appid": Self.component])) == 41004)
        }
    }
}
