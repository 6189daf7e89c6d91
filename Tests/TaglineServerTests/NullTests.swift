import Foundation
import OfficialAccount
import Testing
import WireTable

@testable import TaglineServer

/// Checks that the server reads a JSON null as an absent field in every request.
@Suite struct NullTests {
    /// A body for each call, with every field that the call reads.
    private static let bodies: [(Endpoint, String)] = [
        (
            GetStableAccessToken.endpoint,
            #"{"grant_type":"client_credential","appid":"APPID","secret":"SECRET","force_refresh":false}"#
        ),
        (CreateTag.endpoint, #"{"tag":{"id":100,"name":"new"}}"#),
        (UpdateTag.endpoint, #"{"tag":{"id":134,"name":"other"}}"#),
        (DeleteTag.endpoint, #"{"tag":{"id":119,"name":"other"}}"#),
        (BatchTagging.endpoint, #"{"openid_list":["OPENID"],"tagid":134}"#),
        (BatchUntagging.endpoint, #"{"openid_list":["OPENID"],"tagid":134}"#),
        (GetTagIDList.endpoint, #"{"openid":"OPENID"}"#),
        (GetTagFans.endpoint, #"{"tagid":134,"next_openid":""}"#), (GetBlacklist.endpoint, #"{"begin_openid":""}"#),
        (BatchBlacklist.endpoint, #"{"openid_list":["OPENID"]}"#),
        (BatchUnblacklist.endpoint, #"{"openid_list":["OPENID"]}"#),
        (BatchUserInfo.endpoint, #"{"user_list":[{"openid":"OPENID"}]}"#),
        (UpdateRemark.endpoint, #"{"openid":"OPENID","remark":"x"}"#),
        (GetAPIQuota.endpoint, #"{"cgi_path":"/cgi-bin/tags/get"}"#),
        (ClearQuota.endpoint, #"{"appid":"APPID"}"#),
        (ClearQuotaByAppSecret.endpoint, #"{"appid":"APPID","appsecret":"SECRET"}"#),
        (ClearAPIQuota.endpoint, #"{"cgi_path":"/cgi-bin/tags/get"}"#),
        (GetRIDInfo.endpoint, #"{"rid":"617682e0-09059ac5-34a8e2ea"}"#),
        (StartPushTicket.endpoint, #"{"component_appid":"COMPONENT","component_secret":"CSECRET"}"#),
        (
            GetComponentAccessToken.endpoint,
            #"{"component_appid":"COMPONENT","component_appsecret":"CSECRET","component_verify_ticket":"x"}"#
        ),
        (GetPreAuthCode.endpoint, #"{"component_appid":"COMPONENT"}"#),
        (QueryAuth.endpoint, #"{"component_appid":"COMPONENT","authorization_code":"x"}"#),
        (
            GetAuthorizerAccessToken.endpoint,
            #"{"component_appid":"COMPONENT","authorizer_appid":"APPID","authorizer_refresh_token":"x"}"#
        ),
        (GetAuthorizerInfo.endpoint, #"{"component_appid":"COMPONENT","authorizer_appid":"APPID"}"#),
        (GetAuthorizerList.endpoint, #"{"component_appid":"COMPONENT","offset":0,"count":10}"#),
        (
            SetAuthorizerOptionAtOlderPath.endpoint,
            #"{"component_appid":"COMPONENT","authorizer_appid":"APPID","option_name":"voice_recognize","option_value":"1"}"#
        ),
        (
            GetAuthorizerOptionAtOlderPath.endpoint,
            #"{"component_appid":"COMPONENT","authorizer_appid":"APPID","option_name":"voice_recognize","option_value":"1"}"#
        ),
        (ClearComponentQuota.endpoint, #"{"component_appid":"COMPONENT","appid":"APPID"}"#),
        (
            ClearComponentQuotaByAppSecret.endpoint,
            #"{"component_appid":"COMPONENT","appsecret":"CSECRET","appid":"APPID"}"#
        ),
        (
            SetAuthorizerOption.endpoint,
            #"{"component_appid":"COMPONENT","authorizer_appid":"APPID","option_name":"voice_recognize","option_value":"1"}"#
        ),
        (
            GetAuthorizerOption.endpoint,
            #"{"component_appid":"COMPONENT","authorizer_appid":"APPID","option_name":"voice_recognize","option_value":"1"}"#
        ),
    ]

    @Test func `this suite has a body for every call that takes a body, with every field that the call reads`() throws {
        for api in APICalls.all where api.endpoint.method == .post {
            let body = try #require(Self.bodies.first { $0.0 == api.endpoint }?.1, "\(api.endpoint.path)")
            let fields = try Self.variants(body).map(\.name)
            #expect(Set(fields) == Set(Self.fields(of: api)), "\(api.endpoint.path)")
        }
    }

    private static func fields<Call: APICall>(of call: Call.Type) -> [String] {
        (Call.Request.self as? any Decodable.Type).map { FieldNames.read(by: $0) } ?? []
    }

    /// Returns two bodies for each member of `body`: one without the member, and one in which it is null.
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

    @Test(arguments: bodies.indices) func `null fields get the same answers as missing fields`(index: Int) async throws
    {
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
                    case .account, .certifiedAccount, .accountOrComponent: "?access_token={service}"
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
            WireRequest("POST", GetComponentAccessToken.endpoint.path, body: Array(body.utf8)))
        return String(
            try #require(answer.text.firstMatch(of: /"component_access_token":"([^"]+)"/), "\(answer.text)").1)
    }
}
