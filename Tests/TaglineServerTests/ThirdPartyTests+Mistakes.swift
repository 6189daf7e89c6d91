import EmbeddedTagStore
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

// Tests which error codes the server returns for the mistakes of a third-party platform.
extension ThirdPartyTests {
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
            #expect(Self.code(try await client.fetchToken(ticket: old)) == 61005, "the old ticket stays expired")
            #expect(try await client.fetchToken()["expires_in"] as? Int == 7200)
            #expect(Self.code(try await client.call("api_create_preauthcode")) == 42001, "the token has expired")

            _ = try await client.sandbox.admin.send(
                WireRequest(
                    "PATCH", "/platforms/\(Self.component)", body: Array(#"{"allowed_addresses":["192.0.2.7"]}"#.utf8)))
            #expect(
                try await client.fetchToken()["component_access_token"] != nil,
                "a call without a socket has no address to check")
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

    @Test(arguments: [
        ("0:0:0:0:0:0:0:1", "::1"), ("2001:DB8::7", "2001:db8::7"), ("::ffff:127.0.0.1", "127.0.0.1"),
        ("192.0.2.7", "192.0.2.7"),
    ])
    func `the owner of a platform may write an allowed address in any form`(written: String, caller: String)
        async throws
    {
        try await withClient { client in
            let (sandbox, token) = (client.sandbox, client.token)
            func code(from address: String) async -> Int? {
                let answer = await sandbox.responder.respond(
                    to: APIRequest(
                        method: .POST, target: "/cgi-bin/component/clear_quota?component_access_token=\(token)",
                        body: ByteBuffer(string: #"{"component_appid":"\#(Self.component)"}"#)),
                    from: Peer(address: address))
                return Self.code(String(buffer: answer.body))
            }
            let settings = Array(#"{"allowed_addresses":["\#(written)"]}"#.utf8)
            let changed = try await sandbox.admin.send(
                WireRequest("PATCH", "/platforms/\(Self.component)", body: settings))
            #expect(changed.text.contains(#""allowed_addresses":["\#(caller)"]"#), "\(changed.text)")
            #expect(await code(from: caller) == 0)
            #expect(await code(from: "192.0.2.99") == 61004)
            // An earlier version kept the address as the owner wrote it.
            try await sandbox.store.changeComponent(DemoWorld.platform.appID, account: nil) { component, _ in
                component.settings.allowedAddresses = [written]
            }
            #expect(await code(from: caller) == 0)
            #expect(await code(from: "192.0.2.99") == 61004)
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

    @Test func `the server answers a wrong body of each platform call with the code of the mistake`() async throws {
        try await withClient { client in
            for endpoint in Endpoint.all where endpoint.path.hasPrefix("/cgi-bin/component/") {
                let query = endpoint.access != .credentials ? "?component_access_token=\(client.token)" : ""
                // For `ClearComponentQuotaByAppSecret`, the server looks in the query for the fields that are missing
                // in the body.
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

    @Test func `if a call names a wrong account, the server answers with the code of the cause`() async throws {
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

    @Test func `an empty appid counts as a missing appid, with either kind of token`() async throws {
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
}
