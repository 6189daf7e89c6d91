import Foundation
import OfficialAccount
import Testing

/// Writes a request and an answer of every call, reads them again, and checks that they are still the same.
@Suite struct CallShapeTests {
    private static let openIDs = ["ocYxcuAEy30bX0NXmGn4ypqx3tI0", "ocYxcuBt0mRugKZ7tGAHPnUaOW7Y"].compactMap {
        OpenID($0)
    }

    /// Tells whether a request and an answer of a call are the same after writing and reading.
    private struct Shape: Sendable {
        let endpoint: Endpoint
        let isRequestKept: @Sendable () throws -> Bool
        let isAnswerKept: @Sendable () throws -> Bool

        init<Call: APICall>(
            _ call: Call.Type, _ request: Call.Request, _ answer: Call.Response
        ) where Call.Response: Equatable {
            endpoint = Call.endpoint
            isRequestKept = {
                let query = Dictionary(request.query.map { ($0.name, $0.value) }) { first, _ in first }
                return try Call.Request(query: { query[$0] }, body: Sent(bytes: request.body)) == request
            }
            isAnswerKept = {
                var json = JSONText()
                answer.write(to: &json)
                return try JSONDecoder().decode(Call.Response.self, from: Data(json.bytes)) == answer
            }
        }
    }

    private struct Sent: RequestBody {
        let bytes: [UInt8]

        var isEmpty: Bool { bytes.isEmpty }

        func decode<Fields: Decodable>(_ type: Fields.Type) throws -> Fields {
            try JSONDecoder().decode(type, from: Data(bytes))
        }

        func withBytes<Result>(_ read: (UnsafeRawBufferPointer) -> Result) -> Result {
            bytes.withUnsafeBytes(read)
        }
    }

    private static let token = AuthorizerToken(token: "t", expiresIn: 7200, refreshToken: "r")
    private static let tagging = TaggingRequest(openIDs, tagID: 134)
    private static let page = OpenIDPage(total: 23, openIDs: openIDs)
    private static let profile = FollowerProfile(
        openID: openIDs[0], following: .init(since: 1_700_000_000, remark: "\"备注\\", tagIDs: [2, 134]))
    private static let info = AuthorizationInfo(
        authorizer: "wxa", token: token, refreshToken: "r", permissionSets: [1, 2])

    private static let shapes: [Shape] = [
        .init(GetAccessToken.self, .init(appID: "wxa", secret: "s&="), .init(token: "t", expiresIn: 7200)),
        .init(
            GetStableAccessToken.self, .init(appID: "wxa", secret: "s", forceRefresh: true),
            .init(token: "t", expiresIn: 7200)),
        .init(GetCallbackIP.self, .init(), .init(addresses: ["192.0.2.1", "2001:db8::1"])),
        .init(GetAPIDomainIP.self, .init(), .init(addresses: [])),
        .init(CreateTag.self, .init(name: "a\u{301}"), .init(id: 100, name: "a\u{301}")),
        .init(GetTags.self, .init(), .init(tags: [Tag(id: 2, name: "星标组", count: 0)])),
        .init(UpdateTag.self, .init(id: 100, name: "b"), .init()),
        .init(DeleteTag.self, .init(id: 100), .init()),
        .init(BatchTagging.self, tagging, .init()), .init(BatchUntagging.self, tagging, .init()),
        .init(GetTagIDList.self, .init(openID: openIDs[0]), .init(tagIDs: [134, 2])),
        .init(GetTagFans.self, .init(tagID: 134, after: openIDs[1]), .init(openIDs: openIDs)),
        .init(GetBlacklist.self, .init(after: openIDs[1]), page),
        .init(BatchBlacklist.self, .init(openIDs), .init()), .init(BatchUnblacklist.self, .init(openIDs), .init()),
        .init(GetFans.self, .init(after: openIDs[0]), page), .init(UserInfo.self, .init(openID: openIDs[0]), profile),
        .init(
            BatchUserInfo.self, .init(openIDs: openIDs),
            .init(profiles: [profile, FollowerProfile(openID: openIDs[1], following: nil)])),
        .init(UpdateRemark.self, .init(openID: openIDs[0], remark: ""), .init()),
        .init(GetAPIQuota.self, .init(of: GetTags.endpoint), .init(perDay: 10, used: 12, perMinute: 3)),
        .init(ClearQuota.self, .init(appID: "wxa"), .init()),
        .init(ClearQuotaByAppSecret.self, .init(appID: "wxa", secret: "s"), .init()),
        .init(ClearAPIQuota.self, .init(of: GetTags.endpoint), .init()),
        .init(
            GetRIDInfo.self, .init(rid: "61d83095-78ad0299-734421cf"),
            .init(
                time: 1, milliseconds: 2, query: "a=b", requestBody: "{}", responseBody: "{\"errcode\":1}",
                clientAddress: "192.0.2.1")),
        .init(StartPushTicket.self, .init(componentAppID: "wxc", secret: "s"), .init(wasOn: true)),
        .init(
            GetComponentAccessToken.self, .init(componentAppID: "wxc", secret: "s", ticket: "t"),
            .init(.accessToken, secret: "t", expiresIn: 7200)),
        .init(GetPreAuthCode.self, .init(componentAppID: "wxc"), .init(.preAuthCode, secret: "p", expiresIn: 1800)),
        .init(QueryAuth.self, .init(componentAppID: "wxc", authorizationCode: "c"), info),
        .init(
            GetAuthorizerAccessToken.self,
            .init(componentAppID: "wxc", authorizerAppID: "wxa", refreshToken: "r"), token),
        .init(
            GetAuthorizerInfo.self, .init(componentAppID: "wxc", authorizerAppID: "wxa"),
            .init(
                authorization: .init(authorizer: "wxa", token: nil, refreshToken: "r", permissionSets: []), name: "n",
                serviceType: 2, verifyType: -1, status: 19)),
        .init(
            GetAuthorizerList.self, .init(componentAppID: "wxc", offset: 0, count: 10),
            .init(total: 3, entries: [.init(authorizer: "wxa", refreshToken: "r", time: 5)])),
        .init(SetAuthorizerOption.self, option, .init()), .init(GetAuthorizerOption.self, option, optionValue),
        .init(SetAuthorizerOptionAtOlderPath.self, option, .init()),
        .init(GetAuthorizerOptionAtOlderPath.self, option, optionValue),
        .init(ClearComponentQuota.self, .init(componentAppID: "wxc", appID: "wxa"), .init()),
        .init(ClearComponentQuotaByAppSecret.self, .init(componentAppID: "wxc", secret: "s"), .init()),
    ]

    private static let option = OptionRequest(
        componentAppID: "wxc", authorizerAppID: "wxa", name: "voice_recognize", value: "1")
    private static let optionValue = AuthorizerOption(authorizer: "wxa", name: "voice_recognize", value: "1")

    @Test func `the list of shapes has every call`() {
        #expect(Self.shapes.map(\.endpoint.name).sorted() == Endpoint.all.map(\.name).sorted())
    }

    @Test(arguments: shapes.indices) func `a request and an answer are the same after they are written and read`(
        index: Int
    ) throws {
        let shape = Self.shapes[index]
        #expect(try shape.isRequestKept(), "\(shape.endpoint.name)")
        #expect(try shape.isAnswerKept(), "\(shape.endpoint.name)")
    }

    @Test func `a refusal is the same after it is written and read`() throws {
        let refusal = CommandFailed(code: ErrorCode(45171), message: "some failed", failedOpenIDs: [Self.openIDs[1]])
        var json = JSONText()
        refusal.write(to: &json)
        #expect(try JSONDecoder().decode(CommandFailed.self, from: Data(json.bytes)) == refusal)
    }

    @Test func `only the calls that need a certified account need a permission set`() {
        for endpoint in Endpoint.all {
            #expect(endpoint.permissionSets.isEmpty == (endpoint.access != .certifiedAccount), "\(endpoint.name)")
        }
    }
}
