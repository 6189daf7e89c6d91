/// One API of the platform: where it is, how it is called and who may call it.
public struct Endpoint: Sendable, Hashable {
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    /// Who may call.
    public enum Access: Sendable {
        /// Anyone: the call itself brings the appid and the secret.
        case credentials
        /// A certified account, by access_token. Others are answered 48001.
        case certifiedAccount
    }

    /// The API's own name in the documentation, such as `batchTagging`.
    public let name: String
    public let method: Method
    /// From the leading slash, with no query: `/cgi-bin/tags/members/batchtagging`.
    public let path: String
    public let access: Access
    /// The page of the platform's documentation, below `developers.weixin.qq.com/`.
    public let documentation: String
}

extension Endpoint {
    public static let getAccessToken = Endpoint(
        name: "getAccessToken", method: .get, path: "/cgi-bin/token", access: .credentials,
        documentation: "doc/service/api/base/api_getaccesstoken")

    public static let getStableAccessToken = Endpoint(
        name: "getStableAccessToken", method: .post, path: "/cgi-bin/stable_token", access: .credentials,
        documentation: "doc/service/api/base/api_getstableaccesstoken")

    public static let getTags = Endpoint(
        name: "getTags", method: .get, path: "/cgi-bin/tags/get", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/tag/api_gettags")

    public static let batchTagging = Endpoint(
        name: "batchTagging", method: .post, path: "/cgi-bin/tags/members/batchtagging", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/tag/api_batchtagging")

    public static let getTagIDList = Endpoint(
        name: "getTagidList", method: .post, path: "/cgi-bin/tags/getidlist", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/tag/api_gettagidlist")

    public static let getTagFans = Endpoint(
        name: "getTagFans", method: .post, path: "/cgi-bin/user/tag/get", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/tag/api_gettagfans")

    /// Every API that this package knows.
    public static let all = [getAccessToken, getStableAccessToken, getTags, batchTagging, getTagIDList, getTagFans]
}
