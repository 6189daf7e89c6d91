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
        /// Any account, by access_token.
        case account
        /// A certified account, by access_token. Others are answered 48001.
        case certifiedAccount
        /// A third-party platform, by component_access_token.
        case component
        /// A third-party platform, by component_access_token, or by the authorizer_access_token of the account that the call is about.
        case componentOrAuthorizer
    }

    /// The API's own name in the documentation, such as `batchTagging`.
    public let name: String
    public let method: Method
    /// From the leading slash, with no query: `/cgi-bin/tags/members/batchtagging`.
    public let path: String
    public let access: Access
    /// The page of the platform's documentation, below `developers.weixin.qq.com/`.
    public let documentation: String

    /// Whether calls of an account are counted against a quota: all but those of third-party platforms on their own behalf.
    public var isCounted: Bool { !path.hasPrefix("/cgi-bin/component/") }
}

extension Endpoint {
    public static let getAccessToken = Endpoint(
        name: "getAccessToken", method: .get, path: "/cgi-bin/token", access: .credentials,
        documentation: "doc/service/api/base/api_getaccesstoken")

    public static let getStableAccessToken = Endpoint(
        name: "getStableAccessToken", method: .post, path: "/cgi-bin/stable_token", access: .credentials,
        documentation: "doc/service/api/base/api_getstableaccesstoken")

    public static let createTag = Endpoint(
        name: "createTag", method: .post, path: "/cgi-bin/tags/create", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/tag/api_createtag")

    public static let getTags = Endpoint(
        name: "getTags", method: .get, path: "/cgi-bin/tags/get", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/tag/api_gettags")

    public static let updateTag = Endpoint(
        name: "updateTag", method: .post, path: "/cgi-bin/tags/update", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/tag/api_updatetag")

    public static let deleteTag = Endpoint(
        name: "deleteTag", method: .post, path: "/cgi-bin/tags/delete", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/tag/api_deletetag")

    public static let batchTagging = Endpoint(
        name: "batchTagging", method: .post, path: "/cgi-bin/tags/members/batchtagging", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/tag/api_batchtagging")

    public static let batchUntagging = Endpoint(
        name: "batchUntagging", method: .post, path: "/cgi-bin/tags/members/batchuntagging", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/tag/api_batchuntagging")

    public static let getTagIDList = Endpoint(
        name: "getTagidList", method: .post, path: "/cgi-bin/tags/getidlist", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/tag/api_gettagidlist")

    public static let getTagFans = Endpoint(
        name: "getTagFans", method: .post, path: "/cgi-bin/user/tag/get", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/tag/api_gettagfans")

    public static let getBlacklist = Endpoint(
        name: "getBlacklist", method: .post, path: "/cgi-bin/tags/members/getblacklist", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/userinfo/api_getblacklist")

    public static let batchBlacklist = Endpoint(
        name: "batchBlacklist", method: .post, path: "/cgi-bin/tags/members/batchblacklist", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/userinfo/api_batchblacklist")

    public static let batchUnblacklist = Endpoint(
        name: "batchUnblacklist", method: .post, path: "/cgi-bin/tags/members/batchunblacklist",
        access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/userinfo/api_batchunblacklist")

    public static let getFans = Endpoint(
        name: "getFans", method: .get, path: "/cgi-bin/user/get", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/userinfo/api_getfans")

    public static let userInfo = Endpoint(
        name: "userInfo", method: .get, path: "/cgi-bin/user/info", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/userinfo/api_userinfo")

    public static let batchUserInfo = Endpoint(
        name: "batchUserInfo", method: .post, path: "/cgi-bin/user/info/batchget", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/userinfo/api_batchuserinfo")

    public static let updateRemark = Endpoint(
        name: "updateRemark", method: .post, path: "/cgi-bin/user/info/updateremark", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/userinfo/api_updateremark")

    public static let getAPIQuota = Endpoint(
        name: "getApiQuota", method: .post, path: "/cgi-bin/openapi/quota/get", access: .account,
        documentation: "doc/service/api/apimanage/api_getapiquota")

    public static let clearQuota = Endpoint(
        name: "clearQuota", method: .post, path: "/cgi-bin/clear_quota", access: .account,
        documentation: "doc/service/api/apimanage/api_clearquota")

    public static let clearQuotaByAppSecret = Endpoint(
        name: "clearQuotaByAppSecret", method: .post, path: "/cgi-bin/clear_quota/v2", access: .credentials,
        documentation: "doc/service/api/apimanage/api_clearquotabyappsecret")

    public static let clearAPIQuota = Endpoint(
        name: "clearApiQuota", method: .post, path: "/cgi-bin/openapi/quota/clear", access: .account,
        documentation: "doc/service/api/apimanage/api_clearapiquota")

    public static let getRIDInfo = Endpoint(
        name: "getRidInfo", method: .post, path: "/cgi-bin/openapi/rid/get", access: .account,
        documentation: "doc/service/api/apimanage/api_getridinfo")

    public static let startPushTicket = Endpoint(
        name: "startPushTicket", method: .post, path: "/cgi-bin/component/api_start_push_ticket", access: .credentials,
        documentation: "doc/oplatform/openApi/ticket-token/api_startpushticket")

    public static let getComponentAccessToken = Endpoint(
        name: "getComponentAccessToken", method: .post, path: "/cgi-bin/component/api_component_token",
        access: .credentials,
        documentation: "doc/oplatform/openApi/ticket-token/api_getcomponentaccesstoken")

    public static let createPreAuthCode = Endpoint(
        name: "getPreAuthCode", method: .post, path: "/cgi-bin/component/api_create_preauthcode", access: .component,
        documentation: "doc/oplatform/openApi/ticket-token/api_getpreauthcode")

    public static let queryAuth = Endpoint(
        name: "getAuthorizerRefreshToken", method: .post, path: "/cgi-bin/component/api_query_auth", access: .component,
        documentation: "doc/oplatform/openApi/ticket-token/api_getauthorizerrefreshtoken")

    public static let getAuthorizerAccessToken = Endpoint(
        name: "getAuthorizerAccessToken", method: .post, path: "/cgi-bin/component/api_authorizer_token",
        access: .component,
        documentation: "doc/oplatform/openApi/ticket-token/api_getauthorizeraccesstoken")

    public static let getAuthorizerInfo = Endpoint(
        name: "getAuthorizerInfo", method: .post, path: "/cgi-bin/component/api_get_authorizer_info",
        access: .component,
        documentation: "doc/oplatform/openApi/authorization-management/api_getauthorizerinfo")

    public static let getAuthorizerList = Endpoint(
        name: "getAuthorizerList", method: .post, path: "/cgi-bin/component/api_get_authorizer_list",
        access: .component,
        documentation: "doc/oplatform/openApi/authorization-management/api_getauthorizerlist")

    public static let setAuthorizerOption = Endpoint(
        name: "setAuthorizerOptionInfo", method: .post, path: "/cgi-bin/component/api_set_authorizer_option",
        access: .component,
        documentation: "doc/oplatform/openApi/authorization-management/api_setauthorizeroptioninfo")

    public static let getAuthorizerOption = Endpoint(
        name: "getAuthorizerOptionInfo", method: .post, path: "/cgi-bin/component/api_get_authorizer_option",
        access: .component,
        documentation: "doc/oplatform/openApi/authorization-management/api_getauthorizeroptioninfo")

    public static let setAuthorizerOptionToday = Endpoint(
        name: "setAuthorizerOption", method: .post, path: "/cgi-bin/component/set_authorizer_option",
        access: .componentOrAuthorizer,
        documentation: "doc/oplatform/openApi/authorization-management/api_setauthorizeroptioninfo")

    public static let getAuthorizerOptionToday = Endpoint(
        name: "getAuthorizerOption", method: .post, path: "/cgi-bin/component/get_authorizer_option",
        access: .componentOrAuthorizer,
        documentation: "doc/oplatform/openApi/authorization-management/api_getauthorizeroptioninfo")

    public static let getCallbackIP = Endpoint(
        name: "getCallbackIp", method: .get, path: "/cgi-bin/getcallbackip", access: .account,
        documentation: "doc/service/api/base/api_getcallbackip")

    public static let getAPIDomainIP = Endpoint(
        name: "getApiDomainIp", method: .get, path: "/cgi-bin/get_api_domain_ip", access: .account,
        documentation: "doc/service/api/base/api_getapidomainip")

    /// Every API that this package knows.
    public static let all = [
        getAccessToken, getStableAccessToken, createTag, getTags, updateTag, deleteTag, batchTagging, batchUntagging,
        getTagIDList, getTagFans, getBlacklist, batchBlacklist, batchUnblacklist, getFans, userInfo, batchUserInfo,
        updateRemark, getAPIQuota, clearQuota, clearQuotaByAppSecret, clearAPIQuota, getRIDInfo,
        startPushTicket, getComponentAccessToken, createPreAuthCode, queryAuth, getAuthorizerAccessToken,
        getAuthorizerInfo, getAuthorizerList, setAuthorizerOption, getAuthorizerOption, setAuthorizerOptionToday,
        getAuthorizerOptionToday, getCallbackIP, getAPIDomainIP,
    ]
}
