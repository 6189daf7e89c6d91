import Foundation
import OfficialAccount
import Testing
import WireTable

@testable import TaglineServer

/// A JSON null is an absent field, in every request.
@Suite struct NullTests {
    /// For each call a body with every field that it reads.
    private static let bodies: [(Endpoint, String)] = [
        (
            .getStableAccessToken,
            #"{"grant_type":"client_credential","appid":"APPID","secret":"SECRET","force_refresh":false}"#
        ),
        (.createTag, #"{"tag":{"name":"new"}}"#), (.updateTag, #"{"tag":{"id":134,"name":"other"}}"#),
        (.deleteTag, #"{"tag":{"id":119}}"#), (.batchTagging, #"{"openid_list":["OPENID"],"tagid":134}"#),
        (.batchUntagging, #"{"openid_list":["OPENID"],"tagid":134}"#), (.getTagIDList, #"{"openid":"OPENID"}"#),
        (.getTagFans, #"{"tagid":134,"next_openid":""}"#), (.getBlacklist, #"{"begin_openid":""}"#),
        (.batchBlacklist, #"{"openid_list":["OPENID"]}"#), (.batchUnblacklist, #"{"openid_list":["OPENID"]}"#),
        (.batchUserInfo, #"{"user_list":[{"openid":"OPENID","lang":"zh_CN"}]}"#),
        (.updateRemark, #"{"openid":"OPENID","remark":"x"}"#), (.getAPIQuota, #"{"cgi_path":"/cgi-bin/tags/get"}"#),
        (.clearQuota, #"{"appid":"APPID"}"#), (.clearQuotaByAppSecret, #"{"appid":"APPID","appsecret":"SECRET"}"#),
        (.clearAPIQuota, #"{"cgi_path":"/cgi-bin/tags/get"}"#),
        (.getRIDInfo, #"{"rid":"617682e0-09059ac5-34a8e2ea"}"#),
        (.startPushTicket, #"{"component_appid":"COMPONENT","component_secret":"CSECRET"}"#),
        (
            .getComponentAccessToken,
            #"{"component_appid":"COMPONENT","component_appsecret":"CSECRET","component_verify_ticket":"x"}"#
        ),
        (.createPreAuthCode, #"{"component_appid":"COMPONENT"}"#),
        (.queryAuth, #"{"component_appid":"COMPONENT","authorization_code":"x"}"#),
        (
            .getAuthorizerAccessToken,
            #"{"component_appid":"COMPONENT","authorizer_appid":"APPID","authorizer_refresh_token":"x"}"#
        ),
        (.getAuthorizerInfo, #"{"component_appid":"COMPONENT","authorizer_appid":"APPID"}"#),
        (.getAuthorizerList, #"{"component_appid":"COMPONENT","offset":0,"count":10}"#),
        (
            .setAuthorizerOption,
            #"{"component_appid":"COMPONENT","authorizer_appid":"APPID","option_name":"voice_recognize","option_value":"1"}"#
        ),
        (
            .getAuthorizerOption,
            #"{"component_appid":"COMPONENT","authorizer_appid":"APPID","option_name":"voice_recognize"}"#
        ),
        (
            .setAuthorizerOptionToday,
            #"{"component_appid":"COMPONENT","authorizer_appid":"APPID","option_name":"voice_recognize","option_value":"1"}"#
        ),
        (
            .getAuthorizerOptionToday,
            #"{"component_appid":"COMPONENT","authorizer_appid":"APPID","option_name":"voice_recognize"}"#
        ),
    ]

    @Test func `every call that takes a body is in this list`() {
        #expect(Set(Self.bodies.map(\.0)) == Set(Endpoint.all.filter { $0.method == .post }))
    }

    /// The body with the member at each place left out, and with null in it.
    private static func variants(_ body: String) throws -> [(name: String, absent: String, null: String)] {
        let whole = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
        func text(_ object: [String: Any]) throws -> String {
            String(decoding: try JSONSerialization.data(withJSONObject: object, options: .sortedKeys), as: UTF8.self)
        }
        var variants: [(String, String, String)] = []
        for key in whole.keys.sorted() {
            var (absent, null) = (whole, whole)
            absent[key] = nil
            null[key] = NSNull()
            variants.append((key, try text(absent), try text(null)))
            guard let inner = whole[key] as? [String: Any] else { continue }
            for innerKey in inner.keys.sorted() {
                var (innerAbsent, innerNull) = (inner, inner)
                innerAbsent[innerKey] = nil
                innerNull[innerKey] = NSNull()
                (absent, null) = (whole, whole)
                absent[key] = innerAbsent
                null[key] = innerNull
                variants.append(("\(key).\(innerKey)", try text(absent), try text(null)))
            }
        }
        return variants
    }

    @Test(arguments: bodies.indices) func `null gets the answer of absence`(index: Int) async throws {
        let (endpoint, template) = Self.bodies[index]
        let body =
            template.replacing("APPID", with: DemoWorld.service.appID.rawValue)
            .replacing("CSECRET", with: DemoWorld.platform.secret).replacing("SECRET", with: DemoWorld.service.secret)
            .replacing("OPENID", with: "ocYxcuAEy30bX0NXmGn4ypqx3tI0")
            .replacing("COMPONENT", with: DemoWorld.platform.appID.rawValue)
        func errcode(_ body: String, name: String) async throws -> String {
            try await withSandbox { sandbox in
                let run = try await WireRun(host: sandbox.host)
                let token: String =
                    switch endpoint.access {
                    case .credentials: ""
                    case .account, .certifiedAccount: "?access_token={service}"
                    case .component, .componentOrAuthorizer:
                        "?component_access_token=" + (try await Self.componentToken(sandbox))
                    }
                let answer = try await run.send(WireRequest("POST", endpoint.path + token, body: Array(body.utf8)))
                return answer.text.firstMatch(of: /^{"errcode":(-?[0-9]+)/).map { String($0.1) } ?? "data"
            }
        }
        for variant in try Self.variants(body) {
            let (absent, null) = (
                try await errcode(variant.absent, name: variant.name),
                try await errcode(variant.null, name: variant.name)
            )
            #expect(absent == null, "\(endpoint.path), \(variant.name)")
        }
    }

    private static func componentToken(_ sandbox: SandboxInProcess) async throws -> String {
        await sandbox.events.prepare()
        let ticket = try #require(sandbox.events.ticket(of: DemoWorld.platform.appID))
        let body =
            #"{"component_appid":"\#(DemoWorld.platform.appID)","component_appsecret":"\#(DemoWorld.platform.secret)","component_verify_ticket":"\#(ticket)"}"#
        let answer = try await sandbox.host.send(
            WireRequest("POST", Endpoint.getComponentAccessToken.path, body: Array(body.utf8)))
        return String(
            try #require(answer.text.firstMatch(of: /"component_access_token":"([^"]+)"/), "\(answer.text)").1)
    }
}
