import EmbeddedTagStore
import Foundation
import Logging
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

extension ThirdPartyTests {
    /// Makes the calls of a third-party platform.
    struct Client {
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

        /// Returns the platform's ticket from the admin plane.
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

        /// Makes `account` authorise the platform through the admin plane, and returns the authorisation code.
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

    func withClient(_ body: @Sendable (inout Client) async throws -> Void) async throws {
        try await withSandbox { sandbox in
            var client = Client(sandbox: sandbox)
            try await client.start()
            try await body(&client)
        }
    }

    static func code(_ answer: [String: Any]) -> Int? { answer["errcode"] as? Int }

    static func code(_ text: String) -> Int? {
        text.firstMatch(of: /^{"errcode":(-?[0-9]+),/).flatMap { Int($0.1) }
    }
}
