import EmbeddedTagStore
import Foundation
import Logging
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

/// Tests a third-party platform from its ticket to a tagged follower, and every refusal on this way.
@Suite struct ThirdPartyTests {
    private static let component = DemoWorld.platform.appID.rawValue
    private static let ok = #"{"errcode":0,"errmsg":"ok"}"#

    /// Calls the server as a platform does.
    private struct Client {
        let sandbox: SandboxInProcess
        var token = ""

        func post(_ path: String, _ body: [String: Any], token: String? = nil) async throws -> [String: Any] {
            let query = token.map { "?component_access_token=\($0)" } ?? ""
            let answer = try await sandbox.host.send(
                WireRequest(
                    "POST", "/cgi-bin/component/\(path)\(query)",
                    body: Array(try JSONSerialization.data(withJSONObject: body))))
            return try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any] ?? [:]
        }

        /// Makes a call with the platform's own token and component_appid.
        func call(_ path: String, _ body: [String: Any] = [:]) async throws -> [String: Any] {
            try await post(path, body.merging(["component_appid": component]) { own, _ in own }, token: token)
        }

        /// Returns the ticket, which the admin plane shows.
        func ticket() async throws -> String {
            let answer = try await sandbox.admin.send(WireRequest("GET", "/platforms/\(component)/ticket"))
            return String(try #require(answer.text.firstMatch(of: /"component_verify_ticket":"([^"]+)"/)).1)
        }

        func fetchToken(
            secret: String = DemoWorld.platform.secret, ticket: String? = nil, component: String = component
        ) async throws -> [String: Any] {
            let current = if let ticket { ticket } else { try await self.ticket() }
            return try await post(
                "api_component_token",
                [
                    "component_appid": component, "component_appsecret": secret, "component_verify_ticket": current,
                ])
        }

        mutating func start() async throws {
            await sandbox.events.tick()
            token = try #require(try await fetchToken()["component_access_token"] as? String)
        }

        /// Makes an account authorise the platform through the admin plane, and returns the code.
        func authorize(_ account: AppID, sets: [Int]) async throws -> String {
            let answer = try await sandbox.admin.send(
                WireRequest(
                    "POST", "/platforms/\(component)/authorizations",
                    body: Array(#"{"appid":"\#(account)","permission_sets":\#(sets)}"#.utf8)))
            return String(try #require(answer.text.firstMatch(of: /"auth_code":"([^"]+)","expires_in":3600/)).1)
        }

        /// Exchanges a code for an access token and a refresh token.
        func exchange(_ code: String) async throws -> (access: String, refresh: String) {
            let answer = try await call("api_query_auth", ["authorization_code": code])
            let info = try #require(answer["authorization_info"] as? [String: Any], "\(answer)")
            return (
                try #require(info["authorizer_access_token"] as? String),
                try #require(info["authorizer_refresh_token"] as? String)
            )
        }

        func tag(_ token: String, _ openID: String = "ocYxcuDemoFollower0000000001") async throws -> String {
            let body = #"{"openid_list":["\#(openID)"],"tagid":134}"#
            return try await sandbox.host.send(
                WireRequest(
                    "POST", "/cgi-bin/tags/members/batchtagging?access_token=\(token)", body: Array(body.utf8))
            ).text
        }
    }

    private func withClient(_ body: @Sendable (inout Client) async throws -> Void) async throws {
        try await withSandbox { sandbox in
            var client = Client(sandbox: sandbox)
            try await client.start()
            try await body(&client)
        }
    }

    private static func code(_ answer: [String: Any]) -> Int? { answer["errcode"] as? Int }

    private static func code(_ text: String) -> Int? {
        text.firstMatch(of: /^{"errcode":(-?[0-9]+),/).flatMap { Int($0.1) }
    }

    @Test func `a platform goes from its ticket to a tagged follower`() async throws {
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

    @Test func `an empty appid counts as a missing one, with either kind of token`() async throws {
        try await withClient { client in
            let granted = try await client.exchange(try await client.authorize(DemoWorld.service.appID, sets: [2]))
            let option: [String: Any] = ["option_name": "voice_recognize", "option_value": "1"]
            let nothing: [Any] = ["", NSNull()]
            let (component, account) = (Self.component, DemoWorld.service.appID.rawValue)
            for call in ["get_authorizer_option", "set_authorizer_option"] {
                var bodies = nothing.map { option.merging(["component_appid": $0, "authorizer_appid": $0]) { $1 } }
                bodies += nothing.map { option.merging(["component_appid": $0, "authorizer_appid": account]) { $1 } }
                bodies += nothing.map { option.merging(["component_appid": component, "authorizer_appid": $0]) { $1 } }
                for body in bodies {
                    let answer = try await client.post(call, body, token: granted.access)
                    #expect(Self.code(answer) ?? 0 == 0, "\(call) \(body): \(answer)")
                }
                for value in nothing {
                    let body = option.merging(["component_appid": value, "authorizer_appid": value]) { $1 }
                    #expect(Self.code(try await client.post(call, body, token: client.token)) == 41018, "\(call)")
                }
            }
        }
    }

    private static let eventAddresses = [
        ("http://my_app:8080/e", true), ("http://[::1]:9000/e", true), ("HTTP://x", true), ("hTTps://x/?a=b", true),
        ("http://[2001:db8::7]", true), ("http://127.0.0.1:65535/", true), ("http://_app.svc_1/", true), ("", true),
        ("http://x/#f", false), ("http://x#f", false), ("http://x?a=b#", false), ("http://127.0.0.1:65536/", false),
        ("http://127.0.0.1:99999/", false), ("http://[::1", false), ("http://::1/", false), ("http://[x]/", false),
        ("http://a b/", false), ("httpx://a/", false), ("http://é.example/", false),
    ]

    @Test(arguments: eventAddresses)
    func `an address for pushes is accepted if pushes can use it`(address: String, isTaken: Bool) async throws {
        try await withSandbox { sandbox in
            let body = #"{"event_url":"\#(address)"}"#
            let answer = try await sandbox.admin.send(
                WireRequest("PATCH", "/platforms/\(Self.component)", body: Array(body.utf8)))
            #expect(answer.status == (isTaken ? 200 : 400), "\(answer.text)")
            let expected = isTaken ? String(body.dropFirst().dropLast()) : "event_url must be"
            #expect(answer.text.contains(expected), "\(answer.text)")
            guard isTaken, !address.isEmpty else { return }
            _ = try sandbox.clock.advance(bySeconds: 600)
            await sandbox.events.tick()
            let letter = try #require(await sandbox.mailbox.letters.first)
            #expect(letter.url.hasPrefix(address + (address.contains("?") ? "&" : "?") + "signature="))
        }
    }

    @Test func `the server does not push to an unusable address that an earlier version accepted`() async throws {
        try await withSandbox { sandbox in
            for address in ["http://127.0.0.1:99999/", "http://x/#f"] {
                try await sandbox.store.changePlatform(DemoWorld.platform.appID, account: nil) { platform, _ in
                    platform.settings.eventURL = address
                }
                _ = try sandbox.clock.advance(bySeconds: 600)
                await sandbox.events.tick()
                #expect(await sandbox.mailbox.letters.isEmpty, "\(address)")
            }
        }
    }

    @Test(arguments: [
        ("my_app", "http://my_app:8080/back", true), ("[::1]", "http://[::1]:9000/back", true),
        ("::1", "http://[0:0:0:0:0:0:0:1]/back", true), ("[2001:DB8::7]", "http://[2001:db8::7]/", true),
        ("Back.Example", "HTTPS://back.example/", true), ("my_app", "http://my-app/back", false),
        ("[::1]", "http://[::2]/", false), ("::1", "http://back.example/", false),
    ])
    func `a redirect is accepted for the hosts of the platform, in every spelling of them`(
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
    func `a redirect host that is not a host is refused`(host: String) async throws {
        try await withSandbox { sandbox in
            let body = Array(#"{"redirect_hosts":["\#(host)"]}"#.utf8)
            let answer = try await sandbox.admin.send(
                WireRequest("PATCH", "/platforms/\(Self.component)", body: body))
            #expect(answer.status == 400, "\(answer.text)")
        }
    }

    @Test(arguments: ["/cgi-bin/getcallbackip", "/cgi-bin/get_api_domain_ip"])
    func `every valid token gets the addresses of the platform`(path: String) async throws {
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

    @Test func `a key like those of the WeChat console is accepted, and its last two bits do not matter`() throws {
        let keys = ["abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE"]
        let sealed = try keys.map { key in
            try EncryptedEnvelope(encodingKey: key, token: "token", receiver: "wx1")
                .seal("message", timestamp: "1", nonce: "2", random: [UInt8](repeating: 1, count: 16))
        }
        #expect(sealed[0].encrypted == sealed[1].encrypted)
        for wrong in [
            "", String(keys[0].dropLast()), keys[0] + "A", keys[0].dropLast() + "=", keys[0].dropLast() + "-",
        ] {
            #expect(throws: EncryptedEnvelope.Failure.badKey) {
                try EncryptedEnvelope(encodingKey: wrong, token: "token", receiver: "wx1")
            }
        }
    }

    @Test func `each mistake in the credentials of a platform has its own code`() async throws {
        try await withClient { client in
            let service = DemoWorld.service.appID.rawValue
            #expect(Self.code(try await client.post("api_component_token", [:])) == 41018)
            #expect(Self.code(try await client.fetchToken(component: "wxnobody")) == 61011)
            #expect(Self.code(try await client.fetchToken(component: service)) == 61000)
            #expect(Self.code(try await client.fetchToken(secret: "")) == 41004)
            #expect(Self.code(try await client.fetchToken(secret: "wrong")) == 40125)
            #expect(Self.code(try await client.fetchToken(ticket: "")) == 61006)
            #expect(Self.code(try await client.fetchToken(ticket: "ticket@@@forged")) == 61006)
            let old = try await client.ticket()
            _ = try client.sandbox.clock.advance(bySeconds: 12 * 3600)
            #expect(Self.code(try await client.fetchToken(ticket: old)) == 61005)
            await client.sandbox.events.tick()
            #expect(try await client.ticket() != old)
            #expect(Self.code(try await client.fetchToken(ticket: old)) == 61005, "a later ticket does not renew it")
            #expect(try await client.fetchToken()["expires_in"] as? Int == 7200)
            #expect(Self.code(try await client.call("api_create_preauthcode")) == 42001, "the token of this morning")

            _ = try await client.sandbox.admin.send(
                WireRequest(
                    "PATCH", "/platforms/\(Self.component)", body: Array(#"{"allowed_addresses":["192.0.2.7"]}"#.utf8)))
            #expect(
                try await client.fetchToken()["component_access_token"] != nil,
                "a call in process has no address to check")
            let started = try await client.post(
                "api_start_push_ticket",
                ["component_appid": Self.component, "component_secret": DemoWorld.platform.secret])
            #expect(started["errmsg"] as? String == "in a normal state")
            _ = try await client.sandbox.admin.send(
                WireRequest("PATCH", "/platforms/\(Self.component)", body: Array(#"{"pushing":false}"#.utf8)))
            let again = try await client.post(
                "api_start_push_ticket",
                ["component_appid": Self.component, "component_secret": DemoWorld.platform.secret])
            #expect(again["errmsg"] as? String == "ok")
        }
    }

    @Test func `each kind of token works only for its own calls`() async throws {
        try await withClient { client in
            let run = try await WireRun(host: client.sandbox.host)
            let own = try await run.send(
                WireRequest(
                    "POST", "/cgi-bin/component/api_create_preauthcode?access_token={service}", body: Array("{}".utf8)))
            #expect(Self.code(own.text) == 61014)
            let access = try await client.exchange(try await client.authorize(DemoWorld.service.appID, sets: [2]))
                .access
            let acting = try await client.post(
                "api_create_preauthcode", ["component_appid": Self.component], token: access)
            #expect(Self.code(acting) == 61014)
            #expect(Self.code(try await client.tag(client.token)) == 61015)
            #expect(Self.code(try await client.post("api_create_preauthcode", [:], token: client.token)) == 41018)
            #expect(Self.code(try await client.post("api_create_preauthcode", [:], token: "never")) == 40001)
            #expect(Self.code(try await client.post("api_create_preauthcode", [:])) == 41001)
            #expect(
                Self.code(try await client.call("api_create_preauthcode", ["component_appid": "wxnobody"])) == 61011)
        }
    }

    @Test func `every call of a platform answers a wrong body with the code of the mistake`() async throws {
        try await withClient { client in
            for endpoint in Endpoint.all where endpoint.path.hasPrefix("/cgi-bin/component/") {
                let query = endpoint.access != .credentials ? "?component_access_token=\(client.token)" : ""
                // This call reads the fields that its body lacks from the query.
                let ofNothing = endpoint == ClearComponentQuotaByAppSecret.endpoint ? 41018 : 44002
                for (body, code) in [
                    ("", ofNothing), ("[]", 47001), ("{", 47001), (#"{"component_appid":1}"#, 47001), ("{}", 41018),
                    (#"{"component_appid":"wxnobody"}"#, 61011),
                    ("\"" + String(repeating: "x", count: 1 << 20) + "\"", 45002),
                ] {
                    let answer = try await client.sandbox.host.send(
                        WireRequest("POST", endpoint.path + query, body: Array(body.utf8)))
                    #expect(Self.code(answer.text) == code, "\(endpoint.name) \(body.prefix(40)): \(answer.text)")
                }
                let get = try await client.sandbox.host.send(WireRequest("GET", endpoint.path + query))
                #expect(Self.code(get.text) == 43002, "\(endpoint.name)")
            }
        }
    }

    @Test func `every call that names an account answers a wrong one with the code of the cause`() async throws {
        try await withClient { client in
            let service = DemoWorld.service.appID.rawValue
            for (body, code) in [
                (["component_appid": service, "component_secret": "x"], 61000),
                (["component_appid": Self.component], 41004),
                (["component_appid": Self.component, "component_secret": "wrong"], 40125),
            ] {
                #expect(Self.code(try await client.post("api_start_push_ticket", body)) == code, "\(body)")
            }
            let calls = [
                "api_get_authorizer_info", "api_authorizer_token", "api_get_authorizer_option",
                "api_set_authorizer_option",
            ]
            let option = ["option_name": "voice_recognize", "option_value": "1"]
            for call in calls {
                for account in ["wxnobody", "", DemoWorld.uncertified.appID.rawValue] {
                    let answer = try await client.call(call, option.merging(["authorizer_appid": account]) { $1 })
                    #expect(Self.code(answer) == 40013, "\(call) \(account)")
                }
            }
            for call in calls.suffix(2) {
                let wrong = ["authorizer_appid": service, "option_name": "nothing", "option_value": "1"]
                #expect(Self.code(try await client.call(call, wrong)) == 47001)
            }
            let code = try await client.authorize(DemoWorld.service.appID, sets: [2])
            _ = try await client.sandbox.admin.send(
                WireRequest("DELETE", "/platforms/\(Self.component)/authorizations/\(service)"))
            #expect(Self.code(try await client.call("api_query_auth", ["authorization_code": code])) == 61003)
            for call in calls {
                let answer = try await client.call(call, option.merging(["authorizer_appid": service]) { $1 })
                #expect(Self.code(answer) == 61003, "\(call)")
            }
            let list = try await client.call("api_get_authorizer_list")
            #expect(list["total_count"] as? Int == 1)
        }
    }

    @Test func `a slow receiver does not delay pushes to others`() async throws {
        try await withSandbox { sandbox in
            for name in ["slow", "quick"] {
                let body = #"{"appid":"wx\#(name)","event_url":"http://\#(name).example/"}"#
                _ = try await sandbox.admin.send(WireRequest("POST", "/platforms", body: Array(body.utf8)))
            }
            let (taken, take) = AsyncStream.makeStream(of: String.self)
            let (nothing, end) = AsyncStream.makeStream(of: Void.self)
            let events = ComponentEvents(
                store: sandbox.store, surroundings: Surroundings(now: { sandbox.clock.now }),
                post: { url, _ in
                    // This receiver does not answer before the test ends.
                    if url.contains("slow") { for await _ in nothing {} }
                    take.yield(url)
                    return "success"
                }, logger: .init(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
            let running = Task { try await events.run() }
            var urls = taken.makeAsyncIterator()
            #expect(await urls.next()?.contains("quick") == true)
            _ = try sandbox.clock.advance(bySeconds: 600)
            #expect(
                await urls.next()?.contains("quick") == true,
                "the next ticket is pushed before the slow receiver answers")
            running.cancel()
            _ = await running.result
            end.finish()
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
            #expect(try await exchange(early) == 61009, "the code is of an earlier authorisation")
            func refresh(_ token: Any) async throws -> Int? {
                Self.code(
                    try await client.call(
                        "api_authorizer_token",
                        ["authorizer_appid": DemoWorld.service.appID.rawValue, "authorizer_refresh_token": token]))
            }
            #expect(try await refresh(first.refresh) == 61023, "the refresh token is of the authorisation before")
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
            // The account has not authorised this other platform.
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

    @Test func `granted sets decide which calls work from the next authorisation on`() async throws {
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
                Self.code(try await client.tag(only7.access, theirs)) == 40001, "the token ends with its authorisation")
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

            // A new authorisation does not revive the tokens of an earlier one.
            _ = try await client.authorize(DemoWorld.service.appID, sets: [2])
            #expect(Self.code(try await client.tag(service.access)) == 40001)

            // An account cannot grant a set that the platform does not have.
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

    @Test func `a new secret of a platform ends its tokens and replaces the old secret`() async throws {
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

    @Test func `the quota of a call is shown only to those who may make the call`() async throws {
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

    @Test func `tickets and events are pushed in an envelope until the receiver accepts them`() async throws {
        try await withSandbox { sandbox in
            func tick(after seconds: Int64 = 0) async throws -> [String] {
                if seconds > 0 { _ = try sandbox.clock.advance(bySeconds: seconds) }
                let before = await sandbox.mailbox.letters.count
                await sandbox.events.tick()
                return try await sandbox.mailbox.letters.dropFirst(before).map { try Self.open($0.url, $0.body) }
            }
            #expect(try await tick() == [], "the platform has no address for pushes")
            for nowhere in ["http://[", "https://a b/", "http://", "ftp://a", "http://a:123456/"] {
                let refused = try await sandbox.admin.send(
                    WireRequest(
                        "PATCH", "/platforms/\(Self.component)", body: Array(#"{"event_url":"\#(nowhere)"}"#.utf8)))
                #expect(refused.status == 400, "\(nowhere)")
            }
            _ = try await sandbox.admin.send(
                WireRequest(
                    "PATCH", "/platforms/\(Self.component)",
                    body: Array(#"{"event_url":"http://platform.example/events?x=1"}"#.utf8)))
            #expect(try await tick() == [], "the next ticket is due in ten minutes")
            await sandbox.mailbox.answer("error", "Success")
            let first = try await tick(after: 600)
            #expect(first.count == 1 && first[0].contains("<InfoType><![CDATA[component_verify_ticket]]></InfoType>"))
            #expect(try await tick() == [])
            #expect(try await tick(after: 5) == first, "the receiver answered error")
            #expect(try await tick(after: 10) == first, "the answer Success is not the answer success")
            #expect(try await tick(after: 60) == [])

            let code = try await Client(sandbox: sandbox).authorize(DemoWorld.uncertified.appID, sets: [2])
            let authorized = try await tick()
            #expect(authorized.first?.contains("<InfoType><![CDATA[authorized]]></InfoType>") == true)
            #expect(authorized.first?.contains("<AuthorizationCode><![CDATA[\(code)]]></AuthorizationCode>") == true)
            _ = try await Client(sandbox: sandbox).authorize(DemoWorld.uncertified.appID, sets: [2])
            #expect(try await tick().first?.contains("[updateauthorized]") == true)
            _ = try await sandbox.admin.send(
                WireRequest("DELETE", "/platforms/\(Self.component)/authorizations/\(DemoWorld.uncertified.appID)"))
            #expect(try await tick().first?.contains("[unauthorized]") == true)
        }
    }

    private static func envelope() throws -> EncryptedEnvelope {
        try EncryptedEnvelope(
            encodingKey: DemoWorld.platformEncodingKey, token: DemoWorld.platformMessageToken,
            receiver: DemoWorld.platform.appID)
    }

    private static func open(_ url: String, _ body: String) throws -> String {
        let items = try #require(URLComponents(string: url)?.queryItems)
        func item(_ name: String) -> String { items.first { $0.name == name }?.value ?? "" }
        #expect(item("x") == "1" && item("encrypt_type") == "aes")
        #expect(
            item("signature")
                == EncryptedEnvelope.signature(DemoWorld.platformMessageToken, item("timestamp"), item("nonce")))
        let encrypted = String(try #require(body.firstMatch(of: /<Encrypt><!\[CDATA\[([^\]]+)\]\]>/)).1)
        return try envelope().open(
            .init(
                encrypted: encrypted, timestamp: item("timestamp"), nonce: item("nonce"),
                signature: item("msg_signature")))
    }

    @Test func `an envelope that was tampered with is not opened`() throws {
        let envelope = try Self.envelope()
        for message in ["", "x", String(repeating: "票", count: 1000)] {
            let sealed = try envelope.seal(
                message, timestamp: "1", nonce: "2", random: [UInt8](repeating: 7, count: 16))
            #expect(try envelope.open(sealed) == message)
            func failure(_ encrypted: String, signed: Bool) -> EncryptedEnvelope.Failure? {
                let signature =
                    signed
                    ? EncryptedEnvelope.signature(DemoWorld.platformMessageToken, "1", "2", encrypted)
                    : sealed.signature
                do throws(EncryptedEnvelope.Failure) {
                    _ = try envelope.open(.init(encrypted: encrypted, timestamp: "1", nonce: "2", signature: signature))
                    return nil
                } catch {
                    return error
                }
            }
            let flipped = try #require(Data(base64Encoded: sealed.encrypted)).enumerated().map {
                $0 == 17 ? $1 ^ 1 : $1
            }
            let other = Data(flipped).base64EncodedString()
            #expect(failure(other, signed: false) == .badSignature)
            #expect(failure(other, signed: true) != nil)
            for nonsense in [
                "", "x", "AAAA", Data(count: 16).base64EncodedString(), Data(count: 64).base64EncodedString(),
            ] {
                #expect(failure(nonsense, signed: true) == .badContent, "\(nonsense)")
            }
        }
        let others = try EncryptedEnvelope(
            encodingKey: DemoWorld.platformEncodingKey, token: DemoWorld.platformMessageToken,
            receiver: AppID("wxother"))
        let sealed = try others.seal("x", timestamp: "1", nonce: "2", random: [UInt8](repeating: 7, count: 16))
        #expect(throws: EncryptedEnvelope.Failure.anotherReceiver) { try envelope.open(sealed) }
        for key in ["", "short", String(repeating: "!", count: 43)] {
            #expect(throws: EncryptedEnvelope.Failure.badKey) {
                try EncryptedEnvelope(encodingKey: key, token: "x", receiver: AppID("wx"))
            }
        }
    }
}
