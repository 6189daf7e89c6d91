extension ErrorCatalogue {
    /// The codes from 61000 on, with which the calls of a third-party platform fail.
    static let thirdParty: [ErrorExplanation] = [
        .init(
            .invalidComponentType, "invalid component type", from: .gateway,
            meaning: "The call has the appid of an official account where it needs the appid of a third-party "
                + "platform.",
            remedy: "Send the component_appid of the third-party platform.",
            chineseMeaning: "本应是第三方平台的 appid，传来的却是公众号的 appid。",
            chineseRemedy: "改传第三方平台的 component_appid。"),
        .init(
            .componentNotAuthorized, "component is not authorized by this account", from: .gateway,
            meaning: "The account has never authorised the third-party platform, or has withdrawn its authorisation.",
            remedy: "Have the account's administrator authorise the third-party platform again.",
            chineseMeaning: "该账号没有授权给这个第三方平台，或已取消授权。",
            chineseRemedy: "请账号管理员重新授权给该第三方平台。"),
        .init(
            .componentAddressNotAllowed, "access clientip is not registered", from: .gateway,
            meaning: "The third-party platform allows calls from some addresses only, not from the caller's address.",
            remedy: "Add the address to the third-party platform's list of allowed addresses.",
            chineseMeaning: "第三方平台只允许登记过的 IP 地址调用，调用方的地址不在其中。",
            chineseRemedy: "把该地址加入第三方平台的 IP 白名单。"),
        .init(
            .componentTicketExpired, "component ticket is expired", from: .gateway,
            meaning: "The component_verify_ticket is more than twelve hours old.",
            remedy: "Use the ticket that was pushed last.",
            chineseMeaning: "component_verify_ticket 已超过十二小时。",
            chineseRemedy: "使用最近一次推送的 ticket。"),
        .init(
            .componentTicketInvalid, "component ticket is invalid", from: .gateway,
            meaning: "The component_verify_ticket was never pushed to this third-party platform.",
            remedy: "Use the ticket that was last pushed to this third-party platform.",
            chineseMeaning: "component_verify_ticket 不是推送给该第三方平台的。",
            chineseRemedy: "使用推送给本平台的最近一个 ticket。"),
        .init(
            .apiNotGranted, "api is unauthorized to component", from: .gateway,
            meaning: "The account has authorised the third-party platform, but has not granted the permission set "
                + "of this API.",
            remedy: "Have the account authorise again and grant permission set 2, user management.",
            chineseMeaning: "账号授权给了该第三方平台，但没有授予此接口所属的权限集。",
            chineseRemedy: "请账号管理员重新授权并勾选用户管理（权限集 2）。"),
        .init(
            .authorizationCodeInvalid, "code is invalid", from: .gateway,
            meaning: "The authorization_code was never issued to this third-party platform, or has been used.",
            remedy: "Each code works once; have the account authorise again to get a new code.",
            chineseMeaning: "authorization_code 不是发给该第三方平台的，或已经用过。",
            chineseRemedy: "每个授权码只能用一次；请重新授权以取得新的。"),
        .init(
            .authorizationCodeExpired, "code is expired", from: .gateway,
            meaning: "The authorization_code is too old.",
            remedy: "Have the account authorise again.",
            chineseMeaning: "authorization_code 已过期。",
            chineseRemedy: "请重新授权。"),
        .init(
            .invalidComponent, "invalid component", from: .gateway,
            meaning: "There is no third-party platform with this component_appid.",
            remedy: "Check the component_appid, letter by letter.",
            chineseMeaning: "没有这个 component_appid 的第三方平台。",
            chineseRemedy: "逐字检查 component_appid。"),
        .init(
            .componentTokenRequired, "must use component token for component api", from: .gateway,
            meaning: "The call needs the third-party platform's own token, but the token is an account's.",
            remedy: "Use the component_access_token.",
            chineseMeaning: "这是第三方平台自己的接口，传来的却是账号的 token。",
            chineseRemedy: "改用 component_access_token。"),
        .init(
            .accountTokenRequired, "must use biz account token for not component api", from: .gateway,
            meaning: "The call acts for an account, but the token is the third-party platform's own.",
            remedy: "Use the authorizer_access_token of the account.",
            chineseMeaning: "这个接口代表账号调用，传来的却是第三方平台自己的 token。",
            chineseRemedy: "改用该账号的 authorizer_access_token。"),
        .init(
            .categoryNeedsConfirmation, "function category of API need be confirmed by component", from: .gateway,
            meaning: "The third-party platform acts for a subscription account that is not certified. Such an account "
                + "may not make this call itself.",
            remedy: "Have the account certified; a grant does not replace the certification.",
            chineseMeaning: "第三方平台代未认证的订阅号调用，而该账号本身没有此接口的权限。",
            chineseRemedy: "请先完成账号认证；授权不能代替认证。"),
        .init(
            .categoryNotAuthorized, "function category is not authorized", from: .gateway,
            meaning: "The third-party platform itself does not have the permission set of this API.",
            remedy: "Give the third-party platform permission set 2, user management, and have its accounts "
                + "authorise again.",
            chineseMeaning: "第三方平台自己没有此接口所属的权限集。",
            chineseRemedy: "先为第三方平台开通用户管理（权限集 2），再请账号重新授权。"),
        .init(
            .refreshTokenInvalid, "refresh_token is invalid", from: .gateway,
            meaning: "The authorizer_refresh_token does not come from the last authorisation.",
            remedy: "Use the token of the last authorisation; api_get_authorizer_list returns it.",
            chineseMeaning: "authorizer_refresh_token 不是最近一次授权所给的。",
            chineseRemedy: "使用最近一次授权的 refresh_token，可用 api_get_authorizer_list 查回。"),
    ]
}
