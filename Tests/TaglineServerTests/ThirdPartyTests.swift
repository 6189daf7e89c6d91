import EmbeddedTagStore
import Foundation
import Logging
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

/// Tests the steps of a third-party platform from its ticket to a tagged follower, and the refusals of these steps.
@Suite struct ThirdPartyTests {
    static let component = DemoWorld.platform.appID.rawValue
    static let ok = #"{"errcode":0,"errmsg":"ok"}"#

    @Test func `a platform uses its ticket to get tokens, and tags a follower with these tokens`() async throws {
        try await withClient { client in
            let preAuth = try await client.call("api_create_preauthcode")
            #expect((preAuth["pre_auth_code"] as? String)?.hasPrefix("preauthcode@@@") == true)
            #expect(preAuth["expires_in"] as? Int == 1800)
            let first = try await client.exchange(try await client.authorize(DemoWorld.service.appID, sets: [2, 1]))
            #expect(try await client.tag(first.access) == Self.ok)
            let renewed = try await client.call(
                "api_authorizer_token",
                ["authorizer_appid": DemoWorld.service.appID.rawValue, "authorizer_refresh_token": first.refresh])
            let access = try #require(renewed["authorizer_access_token"] as? String)
            #expect(renewed["expires_in"] as? Int == 7200)
            #expect(renewed["authorizer_refresh_token"] as? String == first.refresh)
            #expect(try await client.tag(access) == Self.ok)
            #expect(try await client.tag(first.access) == Self.ok, "the earlier token still works for a while")

            let info = try await client.call(
                "api_get_authorizer_info", ["authorizer_appid": DemoWorld.service.appID.rawValue])
            let authorizer = try #require(info["authorizer_info"] as? [String: Any])
            #expect((authorizer["service_type_info"] as? [String: Int])?["id"] == 2)
            #expect((authorizer["verify_type_info"] as? [String: Int])?["id"] == 0)
            let authorization = try #require(info["authorization_info"] as? [String: Any])
            let sets = (authorization["func_info"] as? [[String: [String: Int]]])?.compactMap {
                $0["funcscope_category"]?["id"]
            }
            #expect(sets == [1, 2])
            let list = try await client.call("api_get_authorizer_list", ["offset": 1, "count": 500])
            #expect(list["total_count"] as? Int == 2)
            #expect((list["list"] as? [[String: Any]])?.count == 1)

            let option = ["authorizer_appid": DemoWorld.service.appID.rawValue, "option_name": "voice_recognize"]
            #expect(try await client.call("api_get_authorizer_option", option)["option_value"] as? String == "0")
            let set = try await client.call("api_set_authorizer_option", option.merging(["option_value": "1"]) { $1 })
            #expect(Self.code(set) == 0)
            #expect(try await client.call("api_get_authorizer_option", option)["option_value"] as? String == "1")
            let wrong = try await client.call("api_set_authorizer_option", option.merging(["option_value": "7"]) { $1 })
            #expect(Self.code(wrong) == 47001)
        }
    }

    @Test func `a platform reads and sets options with either kind of token`() async throws {
        try await withClient { client in
            let account = DemoWorld.service.appID.rawValue
            let granted = try await client.exchange(try await client.authorize(DemoWorld.service.appID, sets: [2]))
            let option = ["option_name": "voice_recognize"]
            let named = option.merging(["component_appid": Self.component, "authorizer_appid": account]) { $1 }
            for (token, body) in [(client.token, named), (granted.access, named), (granted.access, option)] {
                let set = try await client.post(
                    "set_authorizer_option", body.merging(["option_value": "1"]) { $1 }, token: token)
                #expect(Self.code(set) == 0, "\(set)")
                let got = try await client.post("get_authorizer_option", body, token: token)
                #expect(got["option_value"] as? String == "1", "\(got)")
            }
            for (body, code) in [
                (named.merging(["component_appid": "wxnobody"]) { $1 }, 61011),
                (named.merging(["authorizer_appid": "wxnobody"]) { $1 }, 40013), (["option_name": "nothing"], 47001),
            ] {
                let answer = try await client.post("get_authorizer_option", body, token: granted.access)
                #expect(Self.code(answer) == code, "\(body)")
            }
            #expect(Self.code(try await client.post("get_authorizer_option", option, token: client.token)) == 41018)
        }
    }

    @Test(arguments: [
        ("my_app", "http://my_app:8080/back", true), ("[::1]", "http://[::1]:9000/back", true),
        ("::1", "http://[0:0:0:0:0:0:0:1]/back", true), ("[2001:DB8::7]", "http://[2001:db8::7]/", true),
        ("Back.Example", "HTTPS://back.example/", true), ("my_app", "http://my-app/back", false),
        ("[::1]", "http://[::2]/", false), ("::1", "http://back.example/", false),
    ])
    func `the server accepts a redirect to a host of the platform, in every spelling of the host`(
        host: String, redirect: String, isTaken: Bool
    ) async throws {
        try await withClient { client in
            let hosts = Array(#"{"redirect_hosts":["\#(host)"]}"#.utf8)
            let changed = try await client.sandbox.admin.send(
                WireRequest("PATCH", "/platforms/\(Self.component)", body: hosts))
            #expect(changed.status == 200, "\(changed.text)")
            let code = try #require(try await client.call("api_create_preauthcode")["pre_auth_code"] as? String)
            let query = FormFields.query([
                ("component_appid", Self.component), ("pre_auth_code", code), ("redirect_uri", redirect),
            ])
            let page = try await client.sandbox.host.send(WireRequest("GET", "\(AuthorizationPage.path)?\(query)"))
            #expect(page.status == (isTaken ? 200 : 400), "\(page.text)")
        }
    }

    @Test(arguments: ["a b", "x/y", "a#", "http://a", "[::1", "é.example", ""])
    func `the server refuses a redirect host that is not the name or the address of a host`(host: String) async throws {
        try await withSandbox { sandbox in
            let body = Array(#"{"redirect_hosts":["\#(host)"]}"#.utf8)
            let answer = try await sandbox.admin.send(
                WireRequest("PATCH", "/platforms/\(Self.component)", body: body))
            #expect(answer.status == 400, "\(answer.text)")
        }
    }

    @Test(arguments: ["/cgi-bin/getcallbackip", "/cgi-bin/get_api_domain_ip"])
    func `every valid token can be used to read the addresses of the WeChat servers`(path: String) async throws {
        try await withClient { client in
            let run = try await WireRun(host: client.sandbox.host)
            let granted = try await client.exchange(try await client.authorize(DemoWorld.service.appID, sets: [7]))
            for token in ["{service}", "{uncertified}", granted.access] {
                let answer = try await run.send(WireRequest("GET", "\(path)?access_token=\(token)"))
                #expect(answer.text == #"{"ip_list":["127.0.0.1"]}"#)
            }
            #expect(Self.code(try await run.send(WireRequest("GET", "\(path)?access_token=never")).text) == 40001)
            #expect(Self.code(try await run.send(WireRequest("GET", path)).text) == 41001)
        }
    }

    @Test func `a code works once, and a refresh token works until the next authorisation`() async throws {
        try await withClient { client in
            func exchange(_ code: String) async throws -> Int? {
                Self.code(try await client.call("api_query_auth", ["authorization_code": code]))
            }
            let code = try await client.authorize(DemoWorld.service.appID, sets: [2])
            let first = try await client.exchange(code)
            #expect(try await exchange(code) == 61009, "used twice")
            #expect(try await exchange("queryauthcode@@@forged") == 61009)
            #expect(try await exchange("") == 61009)
            let early = try await client.authorize(DemoWorld.service.appID, sets: [2])
            let late = try await client.authorize(DemoWorld.service.appID, sets: [2])
            #expect(try await exchange(early) == 61009, "the code belongs to an earlier authorisation")
            func refresh(_ token: Any) async throws -> Int? {
                Self.code(
                    try await client.call(
                        "api_authorizer_token",
                        ["authorizer_appid": DemoWorld.service.appID.rawValue, "authorizer_refresh_token": token]))
            }
            #expect(
                try await refresh(first.refresh) == 61023, "the refresh token belongs to the previous authorisation")
            #expect(try await refresh(NSNull()) == 61023)
            #expect(try await refresh("") == 61023)
            _ = try client.sandbox.clock.advance(bySeconds: 3600)
            #expect(try await exchange(late) == 61010)
            for (account, expected) in [
                ("wxnobody", 40013), ("", 40013), (DemoWorld.uncertified.appID.rawValue, 40013),
            ] {
                let answer = try await client.call(
                    "api_authorizer_token", ["authorizer_appid": account, "authorizer_refresh_token": "x"])
                #expect(Self.code(answer) == expected, "\(account)")
            }
            // The service account has not authorised the platform `wxother`.
            let made = try await client.sandbox.admin.send(
                WireRequest("POST", "/platforms", body: Array(#"{"appid":"wxother"}"#.utf8)))
            #expect(made.status == 201)
            let secret = String(try #require(made.text.firstMatch(of: /"secret":"([0-9a-f]{32})"/)).1)
            await client.sandbox.events.tick()
            let ticket = try await client.sandbox.admin.send(WireRequest("GET", "/platforms/wxother/ticket")).text
            let other = try await client.post(
                "api_component_token",
                [
                    "component_appid": "wxother", "component_appsecret": secret,
                    "component_verify_ticket": String(try #require(ticket.firstMatch(of: /:"([^"]+)"/)).1),
                ])
            let token = try #require(other["component_access_token"] as? String)
            let stolen = try await client.authorize(DemoWorld.service.appID, sets: [2])
            for (path, body, expected) in [
                ("api_query_auth", ["authorization_code": stolen], 61009),
                ("api_get_authorizer_info", ["authorizer_appid": DemoWorld.service.appID.rawValue], 61003),
            ] {
                let answer = try await client.post(
                    path, body.merging(["component_appid": "wxother"]) { $1 }, token: token)
                #expect(Self.code(answer) == expected, "\(path)")
            }
        }
    }

    @Test func `the permission sets of an authorisation decide which calls work with its tokens`() async throws {
        try await withClient { client in
            let only7 = try await client.exchange(try await client.authorize(DemoWorld.subscription.appID, sets: [7]))
            let theirs = "ohK2suDemoFollower0000000001"
            #expect(Self.code(try await client.tag(only7.access, theirs)) == 61007)
            let quota = try await client.sandbox.host.send(
                WireRequest(
                    "POST", "/cgi-bin/openapi/quota/get?access_token=\(only7.access)",
                    body: Array(#"{"cgi_path":"/cgi-bin/tags/get"}"#.utf8)))
            #expect(Self.code(quota.text) == 0, "this call needs no permission set")
            let anew = try await client.exchange(try await client.authorize(DemoWorld.subscription.appID, sets: [2]))
            #expect(
                Self.code(try await client.tag(only7.access, theirs)) == 40001, "the new authorisation ended the token")
            #expect(
                Self.code(try await client.tag(anew.access, theirs)) == 45159,
                "the set is granted now, but the account has no tag 134")

            let unverified = try await client.exchange(
                try await client.authorize(DemoWorld.uncertified.appID, sets: [2]))
            #expect(Self.code(try await client.tag(unverified.access)) == 61016)
            var change = AccountChange()
            change.isCertified = false
            try await client.sandbox.store.updateAccount(DemoWorld.service.appID, change)
            let service = try await client.exchange(try await client.authorize(DemoWorld.service.appID, sets: [2]))
            #expect(Self.code(try await client.tag(service.access)) == 48001, "the service account is not certified")
            change.isCertified = true
            try await client.sandbox.store.updateAccount(DemoWorld.service.appID, change)
            #expect(try await client.tag(service.access) == Self.ok)

            let gone = try await client.sandbox.admin.send(
                WireRequest("DELETE", "/platforms/\(Self.component)/authorizations/\(DemoWorld.service.appID)"))
            #expect(gone.status == 200)
            #expect(Self.code(try await client.tag(service.access)) == 61003)
            let refused = try await client.call(
                "api_authorizer_token",
                ["authorizer_appid": DemoWorld.service.appID.rawValue, "authorizer_refresh_token": service.refresh])
            #expect(Self.code(refused) == 61003)

            // After a new authorisation, the tokens of the earlier authorisation still do not work.
            _ = try await client.authorize(DemoWorld.service.appID, sets: [2])
            #expect(Self.code(try await client.tag(service.access)) == 40001)

            // An account cannot grant a permission set that the platform does not have.
            _ = try await client.sandbox.admin.send(
                WireRequest("PATCH", "/platforms/\(Self.component)", body: Array(#"{"permission_sets":[7]}"#.utf8)))
            let wrong = try await client.sandbox.admin.send(
                WireRequest(
                    "POST", "/platforms/\(Self.component)/authorizations",
                    body: Array(#"{"appid":"\#(DemoWorld.service.appID)","permission_sets":[2,7]}"#.utf8)))
            #expect(wrong.status == 409 && wrong.text.contains("has the permission sets 7 and no others"))
            let none = try await client.exchange(try await client.authorize(DemoWorld.service.appID, sets: [7]))
            #expect(Self.code(try await client.tag(none.access)) == 61017)
        }
    }

    @Test func `a new secret replaces the old secret and ends the tokens of the platform`() async throws {
        try await withClient { client in
            let answer = try await client.sandbox.admin.send(WireRequest("POST", "/platforms/\(Self.component)/secret"))
            let secret = String(try #require(answer.text.firstMatch(of: /"secret":"([0-9a-f]{32})"/)).1)
            #expect(Self.code(try await client.call("api_create_preauthcode")) == 40001)
            #expect(Self.code(try await client.fetchToken()) == 40125)
            #expect(try await client.fetchToken(secret: secret)["component_access_token"] != nil)
            let unknown = try await client.sandbox.admin.send(WireRequest("POST", "/platforms/wxnobody/secret"))
            #expect(unknown.status == 404)
        }
    }
}
