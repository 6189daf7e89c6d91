extension ErrorCatalogue {
    /// What each code means and what to do about it, in Chinese, by code. The same as the English, sentence
    /// for sentence.
    static let chinese: [ErrorCode: (meaning: String, remedy: String)] = [
        .systemError: ("服务未能完成这次调用。", "请稍后重试；会修改数据的调用也可以放心重复执行。"),
        .invalidCredential: (
            "access_token 从未签发过、已被更新的 access_token 取代，或已被作废。",
            "获取新的 access_token 后重试一次；多个进程应共用同一个 access_token，或改用 stable_token。"
        ),
        .invalidGrantType: ("缺少 grant_type，或其值不是 client_credential。", "请传 grant_type=client_credential。"),
        .invalidOpenID: (
            "有 openid 格式不对、不是本公众号的用户，或该用户已取消关注。",
            "去掉这个 openid；同一次调用中的其他 openid 均未改动，可以重新提交。"
        ),
        .invalidAppID: ("没有账号使用这个 appid。注意区分大小写。", "请检查 appid。"),
        .invalidOpenIDListSize: ("缺少 openid_list、列表为空，或超过 50 个。", "每次调用传 1 到 50 个 openid。"),
        .invalidURL: ("这个路径下没有接口。", "请检查路径；它以 /cgi-bin/ 开头，末尾没有斜杠。"),
        .invalidAppSecret: ("secret 与该账号的不一致。", "请检查 secret。"),
        .accessTokenMissing: (
            "查询参数中没有 access_token，或其值为空。",
            "在 URL 后加上 ?access_token=…；放在请求头或请求体里不会被读取。"
        ),
        .appIDMissing: (
            "在这个接口读取 appid 的位置没有找到它。",
            "GET token 从查询参数读取，POST stable_token 从 JSON 请求体读取。"
        ),
        .appSecretMissing: (
            "在这个接口读取 secret 的位置没有找到它。",
            "字段名是 secret：GET token 放在查询参数中，POST stable_token 放在 JSON 请求体中。"
        ),
        .accessTokenExpired: ("access_token 已超过 7200 秒的有效期。", "获取新的 access_token 后重试一次。"),
        .requireGET: ("这个接口要用 GET 调用。", "请改用 GET。"),
        .requirePOST: ("这个接口要用 POST 调用。", "请改用 POST，参数以 JSON 放在请求体中。"),
        .emptyPostData: ("请求没有请求体。", "把参数以 JSON 放在请求体中。"),
        .contentSizeOutOfLimit: ("请求体超过 1 MiB。", "减少每次提交的数据量；50 个 openid 不到 2 KiB。"),
        .dailyQuotaReached: (
            "该账号当天调用这个接口的次数已达上限。",
            "等到 UTC+8 时区的零点，或用 clear_quota 清零调用次数。"
        ),
        .minuteQuotaReached: ("该账号这一分钟内调用这个接口的次数已达上限。", "下一分钟再继续，并放慢调用频率。"),
        .clearQuotaLimitReached: (
            "本月清零调用次数的机会已用完：全部接口一起清零为 10 次，单个接口清零为 50 次。",
            "等到第二天，或等到下个月。"
        ),
        .quotaPathNotFound: (
            "没有与这个 cgi_path 对应的接口。",
            "路径要带开头的斜杠，不带域名：/cgi-bin/tags/members/batchtagging。"
        ),
        .invalidComponentType: (
            "本应是第三方平台的 appid，传来的却是公众号的 appid。",
            "改传第三方平台的 component_appid。"
        ),
        .componentNotAuthorized: (
            "该账号没有授权给这个第三方平台，或已取消授权。",
            "请账号管理员重新授权给该第三方平台。"
        ),
        .componentAddressNotAllowed: (
            "第三方平台只允许登记过的 IP 地址调用，调用方的地址不在其中。",
            "把该地址加入第三方平台的 IP 白名单。"
        ),
        .componentTicketExpired: (
            "component_verify_ticket 已超过十二小时。",
            "使用最近一次推送的 ticket。"
        ),
        .componentTicketInvalid: (
            "component_verify_ticket 不是推送给该第三方平台的。",
            "使用推送给本平台的最近一个 ticket。"
        ),
        .apiNotGranted: (
            "账号授权给了该第三方平台，但没有授予此接口所属的权限集。",
            "请账号管理员重新授权并勾选用户管理（权限集 2）。"
        ),
        .authorizationCodeInvalid: (
            "authorization_code 不是发给该第三方平台的，或已经用过。",
            "每个授权码只能用一次；请重新授权以取得新的。"
        ),
        .authorizationCodeExpired: (
            "authorization_code 已过期。",
            "请重新授权。"
        ),
        .invalidComponent: (
            "没有这个 component_appid 的第三方平台。",
            "逐字检查 component_appid。"
        ),
        .componentTokenRequired: (
            "这是第三方平台自己的接口，传来的却是账号的 token。",
            "改用 component_access_token。"
        ),
        .accountTokenRequired: (
            "这个接口代表账号调用，传来的却是第三方平台自己的 token。",
            "改用该账号的 authorizer_access_token。"
        ),
        .categoryNeedsConfirmation: (
            "第三方平台代未认证的订阅号调用，而该账号本身没有此接口的权限。",
            "请先完成账号认证；授权不能代替认证。"
        ),
        .categoryNotAuthorized: (
            "第三方平台自己没有此接口所属的权限集。",
            "先为第三方平台开通用户管理（权限集 2），再请账号重新授权。"
        ),
        .refreshTokenInvalid: (
            "authorizer_refresh_token 不是最近一次授权所给的。",
            "使用最近一次授权的 refresh_token，可用 api_get_authorizer_list 查回。"
        ),
        .componentAppIDMissing: (
            "请求体中没有 component_appid。",
            "在 JSON 请求体中加上 component_appid。"
        ),
        .pathNotOnList: (
            "云网关只放行名单中的路径，这个路径不在其中。",
            "把路径加入名单（不带域名和参数），然后重新启动。"
        ),
        ErrorCode(40014): (
            "access_token 不合法。Tagline 与平台现在的行为一致，此时返回 40001。",
            "重新获取 access_token，再试一次。"
        ),
        ErrorCode(43003): (
            "要求使用 HTTPS。Tagline 也接受 HTTP。",
            "改用 HTTPS。"
        ),
        ErrorCode(43019): (
            "该用户在公众号的黑名单中。Tagline 允许给黑名单用户打标签。",
            "把该用户移出黑名单，或从列表中去掉。"
        ),
        ErrorCode(45171): (
            "部分 openid 处理失败，其余已生效；fail_openid_list 列出失败的 openid。",
            "只用 fail_openid_list 中的 openid 重试。"
        ),
        ErrorCode(50004): (
            "禁止使用该 token 接口。",
            "联系平台客服了解原因。"
        ),
        ErrorCode(50005): (
            "用户已取消关注。Tagline 对此返回 40003。",
            "从列表中去掉该 openid。"
        ),
        ErrorCode(50007): (
            "账号已被冻结。",
            "请账号管理员处理。"
        ),
        ErrorCode(89501): (
            "该 IP 的调用请求正在等待管理员确认。",
            "等待管理员确认，或把该 IP 加入白名单。"
        ),
        ErrorCode(89503): (
            "该 IP 的调用需要管理员确认。",
            "请管理员确认，或把该 IP 加入白名单。"
        ),
        ErrorCode(89506): (
            "该 IP 的调用请求已被管理员拒绝两次，24 小时内不能再用。",
            "把该 IP 加入白名单。"
        ),
        ErrorCode(89507): (
            "该 IP 的调用请求已被管理员拒绝，1 小时内不能再用。",
            "把该 IP 加入白名单。"
        ),
        .blacklistBusy: (
            "系统繁忙。",
            "稍后重试。"
        ),
        .followerListBusy: (
            "系统繁忙。",
            "稍后重试。"
        ),
        .quotaPathNotAllowed: (
            "该账号没有调用这个 cgi_path 的权限，不能查询或清空它的额度。",
            "用有该接口权限的账号的 access_token 查询。"
        ),
        .addressNotAllowed: (
            "该账号只允许部分 IP 地址获取 access_token，调用方的地址不在其中。",
            "把该地址加入账号的 IP 白名单。"
        ),
        .secretFrozen: ("该账号的 secret 已被冻结。", "解冻或重置 secret。"),
        .userLimited: ("该账号已被冻结或注销。", "请先解冻该账号。"),
        .ridNotFound: (
            "该账号的报错中没有这个 rid，或相关记录已不再保留。",
            "使用 errmsg 中的 rid，并在报错后尽快查询。"
        ),
        .ridIsError: ("rid 由三组 8 位十六进制数组成，中间以短横线连接。", "从 errmsg 末尾复制 rid。"),
        .ridOfAnotherAccount: ("这个 rid 属于其他账号的调用。", "用发起该次调用的账号的 access_token 查询。"),
        .ridExpired: ("这次调用已超过七天。", "请在七天内查询。"),
        .invalidRemark: ("备注名的 UTF-8 编码超过 30 字节。", "换一个更短的备注名。"),
        .requireSubscribe: ("该用户已取消关注公众号。", "在其重新关注之前，不要再传这个 openid。"),
        .tagHasTooManyFans: (
            "该标签下的粉丝超过 100,000 人。",
            "先为粉丝取消该标签，每次调用 50 个，直到剩下 100,000 人；然后再删除标签。"
        ),
        .reservedTag: (
            "标签 0、1、2 由平台保留，不能改名，也不能删除。",
            "请使用自己创建的标签；其 id 不小于 100。"
        ),
        .tooManyTags: ("该账号已有 100 个标签。", "删除一个不再需要的标签。"),
        .tooManyTagsOnUser: (
            "其中某个用户的标签将超过 20 个。",
            "为该用户取消一个标签，或不传这个用户；这次调用没有改动任何用户。"
        ),
        .invalidTagName: ("标签名为空、全是空白、含控制字符，或与该账号的另一个标签重名。", "换一个标签名，或直接使用那个同名标签。"),
        .tagNameTooLong: ("标签名的 UTF-8 编码超过 30 字节（十个汉字）。", "换一个更短的标签名。"),
        .invalidTagID: ("缺少 tagid（字段名必须一字不差），或该账号没有这个标签。", "用 tags/get 查询标签。"),
        .concurrentChange: (
            "另一个尚未完成的调用也在修改其中某个用户。",
            "稍等片刻再重试；不要让同一个用户同时出现在两个并发的调用中。"
        ),
        .dataFormatError: (
            "请求体不是 JSON，或有字段类型不对。",
            "请求体应为一个 UTF-8 编码的 JSON 对象，字段类型与文档一致。"
        ),
        .apiUnauthorized: ("该账号没有这个接口的权限；标签接口需要认证账号。", "为该账号完成认证，或改用已认证的账号。"),
        .openIDOfAnotherAccount: (
            "有 openid 属于另一个公众号。",
            "openid 因公众号而异：请使用该用户在本公众号下的 openid。"
        ),
    ]
}
