/// The explanation of an error code: its documented text, its meaning and its remedy.
public struct ErrorExplanation: Sendable, Hashable {
    /// The part of the platform that raises the error.
    ///
    /// It decides the suffix of `errmsg`. The gateway adds ` rid: …`, and the service behind it adds
    /// ` hint: […] rid: …`.
    public enum Origin: Sendable, Hashable {
        /// The gateway, which judges path, method, token, rights and quotas.
        case gateway
        /// The service behind the gateway, which reads the body and carries the call out.
        case service
    }

    /// The meaning and the remedy of an error in one language.
    public struct Advice: Sendable, Hashable {
        /// The meaning, in a sentence or two of plain text.
        public let meaning: String
        /// The remedy, in a sentence or two of plain text.
        public let remedy: String
    }

    /// The code that this entry explains.
    public let code: ErrorCode
    /// The documented text that `errmsg` begins with, without a suffix.
    public let message: String
    /// The part of the platform that raises the error.
    public let origin: Origin
    /// The advice in English.
    public let english: Advice
    /// The same advice in Chinese.
    public let chinese: Advice

    /// The meaning in English.
    public var meaning: String { english.meaning }
    /// The remedy in English.
    public var remedy: String { english.remedy }

    fileprivate init(
        _ code: ErrorCode, _ message: String, from origin: Origin, meaning: String, remedy: String,
        chineseMeaning: String, chineseRemedy: String
    ) {
        self.code = code
        self.message = message
        self.origin = origin
        english = Advice(meaning: meaning, remedy: remedy)
        chinese = Advice(meaning: chineseMeaning, remedy: chineseRemedy)
    }
}

extension ErrorCode {
    /// The entry of this code in ``ErrorCatalogue``; nil for a code that the catalogue does not hold.
    ///
    /// Takes constant time.
    public var explanation: ErrorExplanation? { ErrorCatalogue.byCode[self] }
}

/// The documented codes that this package's calls can give, with their texts.
///
/// Source: the error tables of the tag and token pages and the global code list of the platform's documentation
/// (`doc/oplatform/developers/errCode`).
public enum ErrorCatalogue {
    /// Every entry of the catalogue, in numeric order of the codes.
    public static let entries: [ErrorExplanation] = [
        .init(
            .systemError, "system error", from: .service,
            meaning: "The service could not carry out the call.",
            remedy:
                "Try again later. Tagging and untagging are safe to repeat. Before creating a tag again, look whether "
                + "it is there.",
            chineseMeaning: "服务未能完成这次调用。",
            chineseRemedy: "请稍后重试。打标签和取消标签可以放心重复执行；重新创建标签前，请先查看它是否已经存在。"),
        .init(
            .invalidCredential,
            "invalid credential, access_token is invalid or not latest, could get access_token by "
                + "getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r",
            from: .gateway,
            meaning: "The token was never issued, was replaced by a newer one, or was revoked.",
            remedy: "Fetch a token and repeat the call once; share one token between processes, or use stable_token.",
            chineseMeaning: "access_token 从未签发过、已被更新的 access_token 取代，或已被作废。",
            chineseRemedy: "获取新的 access_token 后重试一次；多个进程应共用同一个 access_token，或改用 stable_token。"
        ),
        .init(
            .invalidGrantType, "invalid grant_type", from: .gateway,
            meaning: "grant_type is missing or is not client_credential.",
            remedy: "Send grant_type=client_credential.",
            chineseMeaning: "缺少 grant_type，或其值不是 client_credential。",
            chineseRemedy: "请传 grant_type=client_credential。"),
        .init(
            .invalidOpenID, "invalid openid", from: .service,
            meaning: "An openid is malformed, unknown to this account, or has stopped following it.",
            remedy: "Leave that openid out and send the others again. Tagline changed none of them.",
            chineseMeaning: "有 openid 格式不对、不是本公众号的用户，或该用户已取消关注。",
            chineseRemedy: "去掉这个 openid，重新提交其他 openid。Tagline 没有改动其中任何一个。"),
        .init(
            .invalidAppID, "invalid appid", from: .gateway,
            meaning: "No account has this appid. Letter case counts.",
            remedy: "Check the appid.",
            chineseMeaning: "没有账号使用这个 appid。注意区分大小写。",
            chineseRemedy: "请检查 appid。"),
        .init(
            ErrorCode(40014), "invalid access_token", from: .gateway,
            meaning: "The access_token is not one the platform accepts. Tagline answers 40001 instead, as the "
                + "platform does today.",
            remedy: "Fetch a new token and repeat the call once.",
            chineseMeaning: "access_token 不合法。Tagline 与平台现在的行为一致，此时返回 40001。",
            chineseRemedy: "重新获取 access_token，再试一次。"),
        .init(
            .invalidOpenIDList, "invalid openid list", from: .service,
            meaning: "The platform does not accept the list of openids. Tagline answers 40003 or 40032 instead.",
            remedy: "Look for an openid that is malformed or of another account, and leave it out.",
            chineseMeaning: "平台不接受这个 openid 列表。Tagline 此时返回 40003 或 40032。",
            chineseRemedy: "找出格式不对或属于其他公众号的 openid，将其去掉。"),
        .init(
            .invalidOpenIDListSize, "invalid openid list size", from: .service,
            meaning: "openid_list is missing, empty or longer than \(limits.openIDsPerCall).",
            remedy: "Send between 1 and \(limits.openIDsPerCall) openids a call.",
            chineseMeaning: "缺少 openid_list、列表为空，或超过 \(limits.openIDsPerCall) 个。",
            chineseRemedy: "每次调用传 1 到 \(limits.openIDsPerCall) 个 openid。"),
        .init(
            ErrorCode(40033), "invalid charset. please check your request, if include \\uxxxx will create fail!",
            from: .service,
            meaning: "The request holds escapes such as \\u4e2d where the platform wants the characters themselves.",
            remedy: "Send the text as UTF-8, without escapes. Tagline takes both.",
            chineseMeaning: "请求中含有 \\u4e2d 这样的转义，而平台要求直接使用字符本身。",
            chineseRemedy: "以 UTF-8 直接传文字，不要转义。Tagline 两种写法都接受。"),
        .init(
            ErrorCode(40035), "invalid args size", from: .service,
            meaning: "The parameters are too long, or there are too many of them.",
            remedy: "Compare the parameters with the page of the call.",
            chineseMeaning: "参数过长或过多。",
            chineseRemedy: "对照接口文档检查参数。"),
        .init(
            ErrorCode(40038), "invalid packaging type", from: .service,
            meaning: "The request has a format that the call does not take.",
            remedy: "Send the parameters as JSON, with the documented types.",
            chineseMeaning: "请求的格式不是该接口所要求的。",
            chineseRemedy: "以 JSON 传参，字段类型与文档一致。"),
        .init(
            .invalidURL, "invalid url", from: .gateway,
            meaning: "There is no API at this path.",
            remedy: "Check the path; it begins with /cgi-bin/ and has no slash at its end.",
            chineseMeaning: "这个路径下没有接口。",
            chineseRemedy: "请检查路径；它以 /cgi-bin/ 开头，末尾没有斜杠。"),
        .init(
            .invalidRemark, "invalid remark name", from: .service,
            meaning: "The remark takes more than \(limits.remarkBytes) bytes of UTF-8.",
            remedy: "Choose a shorter remark.",
            chineseMeaning: "备注名的 UTF-8 编码超过 \(limits.remarkBytes) 字节。",
            chineseRemedy: "换一个更短的备注名。"),
        .init(
            ErrorCode(40097), "invalid args", from: .service,
            meaning: "A parameter is missing or has a wrong value.",
            remedy: "Compare the parameters with the page of the call.",
            chineseMeaning: "缺少参数，或参数的值不对。",
            chineseRemedy: "对照接口文档检查参数。"),
        .init(
            .invalidAppSecret, "invalid appsecret", from: .gateway,
            meaning: "The secret is not the account's.",
            remedy: "Check the secret.",
            chineseMeaning: "secret 与该账号的不一致。",
            chineseRemedy: "请检查 secret。"),
        .init(
            ErrorCode(40152), "invalid group id", from: .service,
            meaning: "A mass message was sent to a tag that the account does not have.",
            remedy: "Look the tag up with tags/get. Tagline sends no messages.",
            chineseMeaning: "群发消息时指定的标签不存在。",
            chineseRemedy: "用 tags/get 查询标签。Tagline 不发送消息。"),
        .init(
            .addressNotAllowed, "invalid ip, not in whitelist", from: .gateway,
            meaning: "The account lets only some addresses fetch tokens, and the caller's is not among them.",
            remedy: "Add the address to the account's list.",
            chineseMeaning: "该账号只允许部分 IP 地址获取 access_token，调用方的地址不在其中。",
            chineseRemedy: "把该地址加入账号的 IP 白名单。"),
        .init(
            .secretFrozen, "secret frozen", from: .gateway,
            meaning: "The account's secret has been frozen.",
            remedy: "Unfreeze it, or rotate it.",
            chineseMeaning: "该账号的 secret 已被冻结。",
            chineseRemedy: "解冻或重置 secret。"),
        .init(
            .accessTokenMissing, "access_token missing", from: .gateway,
            meaning: "The query has no access_token, or an empty one.",
            remedy: "Add ?access_token=… to the URL; a header or the body is not looked at.",
            chineseMeaning: "查询参数中没有 access_token，或其值为空。",
            chineseRemedy: "在 URL 后加上 ?access_token=…；放在请求头或请求体里不会被读取。"),
        .init(
            .appIDMissing, "appid missing", from: .gateway,
            meaning: "There is no appid where this call looks for it.",
            remedy: "GET token takes it from the query, POST stable_token from the JSON body.",
            chineseMeaning: "在这个接口读取 appid 的位置没有找到它。",
            chineseRemedy: "GET token 从查询参数读取，POST stable_token 从 JSON 请求体读取。"),
        .init(
            .appSecretMissing, "appsecret missing", from: .gateway,
            meaning: "There is no secret where this call looks for it.",
            remedy: "The field is called secret: in the query for GET token, in the JSON body for POST stable_token.",
            chineseMeaning: "在这个接口读取 secret 的位置没有找到它。",
            chineseRemedy: "字段名是 secret：GET token 放在查询参数中，POST stable_token 放在 JSON 请求体中。"),
        .init(
            ErrorCode(41009), "missing openid", from: .service,
            meaning: "The request has no openid, or an empty one.",
            remedy: "Send the openid under its documented name. Tagline answers 40003 instead.",
            chineseMeaning: "请求中没有 openid，或其值为空。",
            chineseRemedy: "按文档中的字段名传 openid。Tagline 此时返回 40003。"),
        .init(
            .componentAppIDMissing, "missing component_appid", from: .gateway,
            meaning: "The body has no component_appid.",
            remedy: "Send component_appid in the JSON body.",
            chineseMeaning: "请求体中没有 component_appid。",
            chineseRemedy: "在 JSON 请求体中加上 component_appid。"),
        .init(
            .accessTokenExpired, "access_token expired", from: .gateway,
            meaning: "The token is past its lifetime of \(Limits.tokenSeconds) seconds.",
            remedy: "Fetch a new token and repeat the call once.",
            chineseMeaning: "access_token 已超过 \(Limits.tokenSeconds) 秒的有效期。",
            chineseRemedy: "获取新的 access_token 后重试一次。"),
        .init(
            ErrorCode(42007), "access_token and refresh_token exception", from: .gateway,
            meaning: "The user changed the password, so access_token and refresh_token no longer work.",
            remedy: "Have the user or the account authorise again.",
            chineseMeaning: "用户修改了密码，access_token 和 refresh_token 已失效。",
            chineseRemedy: "请重新授权。"),
        .init(
            .requireGET, "require GET method", from: .gateway,
            meaning: "This API is called with GET.",
            remedy: "Use GET.",
            chineseMeaning: "这个接口要用 GET 调用。",
            chineseRemedy: "请改用 GET。"),
        .init(
            .requirePOST, "require POST method", from: .gateway,
            meaning: "This API is called with POST.",
            remedy: "Use POST, with the parameters as JSON in the body.",
            chineseMeaning: "这个接口要用 POST 调用。",
            chineseRemedy: "请改用 POST，参数以 JSON 放在请求体中。"),
        .init(
            ErrorCode(43003), "require https", from: .gateway,
            meaning: "The call was made over plain HTTP where HTTPS is required. Tagline answers HTTP as well.",
            remedy: "Use HTTPS.",
            chineseMeaning: "要求使用 HTTPS。Tagline 也接受 HTTP。",
            chineseRemedy: "改用 HTTPS。"),
        .init(
            .requireSubscribe, "require subscribe", from: .service,
            meaning: "The follower has stopped following the account.",
            remedy: "Leave that openid out until it follows again.",
            chineseMeaning: "该用户已取消关注公众号。",
            chineseRemedy: "在其重新关注之前，不要再传这个 openid。"),
        .init(
            ErrorCode(43019), "user is in blacklist", from: .service,
            meaning: "The follower is on the account's blacklist. Tagline lets blacklisted followers be tagged.",
            remedy: "Take the follower off the blacklist, or leave them out.",
            chineseMeaning: "该用户在公众号的黑名单中。Tagline 允许给黑名单用户打标签。",
            chineseRemedy: "把该用户移出黑名单，或从列表中去掉。"),
        .init(
            .emptyPostData, "empty post data", from: .service,
            meaning: "The request has no body.",
            remedy: "Send the parameters as JSON in the body.",
            chineseMeaning: "请求没有请求体。",
            chineseRemedy: "把参数以 JSON 放在请求体中。"),
        .init(
            .contentSizeOutOfLimit, "content size out of limit", from: .service,
            meaning: "The body is larger than \(Limits.bodyBytes >> 20) MiB.",
            remedy: "Send less at a time; \(limits.openIDsPerCall) openids take under 2 KiB.",
            chineseMeaning: "请求体超过 \(Limits.bodyBytes >> 20) MiB。",
            chineseRemedy: "减少每次提交的数据量；\(limits.openIDsPerCall) 个 openid 不到 2 KiB。"),
        .init(
            .dailyQuotaReached, "reach max api daily quota limit", from: .gateway,
            meaning: "The account has made this call as often as it may in a day.",
            remedy: "Wait for midnight in UTC+8, or reset the counts with clear_quota.",
            chineseMeaning: "该账号当天调用这个接口的次数已达上限。",
            chineseRemedy: "等到 UTC+8 时区的零点，或用 clear_quota 清零调用次数。"),
        .init(
            .minuteQuotaReached, "api minute-quota reach limit, must slower, retry next minute", from: .gateway,
            meaning: "The account has made this call as often as it may in a minute.",
            remedy: "Go on in the next minute, more slowly.",
            chineseMeaning: "该账号这一分钟内调用这个接口的次数已达上限。",
            chineseRemedy: "下一分钟再继续，并放慢调用频率。"),
        .init(
            .tooManyTags, "too many tag now, no need to add new", from: .service,
            meaning: "The account has \(limits.tagsPerAccount) tags already.",
            remedy: "Delete a tag that is no longer needed.",
            chineseMeaning: "该账号已有 \(limits.tagsPerAccount) 个标签。",
            chineseRemedy: "删除一个不再需要的标签。"),
        .init(
            .tagHasTooManyFans, "can't delete the tag that has too many fans", from: .service,
            meaning: "More than \(grouped(limits.followersOfDeletableTag)) followers carry the tag.",
            remedy: "Untag followers, \(limits.openIDsPerCall) a call, until "
                + "\(grouped(limits.followersOfDeletableTag)) are left; then delete the tag.",
            chineseMeaning: "该标签下的粉丝超过 \(grouped(limits.followersOfDeletableTag)) 人。",
            chineseRemedy: "先为粉丝取消该标签，每次调用 \(limits.openIDsPerCall) 个，直到剩下 "
                + "\(grouped(limits.followersOfDeletableTag)) 人；然后再删除标签。"),
        .init(
            .reservedTag, "can't modify sys tag", from: .service,
            meaning: "Tags 0, 1 and 2 belong to the platform and cannot be renamed or deleted.",
            remedy: "Use a tag of your own; its id is \(TagID.firstCreated) or more.",
            chineseMeaning: "标签 0、1、2 由平台保留，不能改名，也不能删除。",
            chineseRemedy: "请使用自己创建的标签；其 id 不小于 \(TagID.firstCreated)。"),
        .init(
            .tooManyTagsOnUser, "can not tagging one user too much", from: .service,
            meaning: "One of the followers would carry more than \(limits.tagsPerFollower) tags.",
            remedy: "Take a tag off that follower, or leave it out; the call changed no follower.",
            chineseMeaning: "其中某个用户的标签将超过 \(limits.tagsPerFollower) 个。",
            chineseRemedy: "为该用户取消一个标签，或不传这个用户；这次调用没有改动任何用户。"),
        .init(
            .invalidTagName, "invalid tag name", from: .service,
            meaning: "The name is empty, blank, has control characters, or is that of another tag of the account.",
            remedy: "Choose another name, or use the tag that has it.",
            chineseMeaning: "标签名为空、全是空白、含控制字符，或与该账号的另一个标签重名。",
            chineseRemedy: "换一个标签名，或直接使用那个同名标签。"),
        .init(
            .tagNameTooLong, "tag name too long", from: .service,
            meaning: "The name takes more than \(limits.tagNameBytes) bytes of UTF-8: \(limits.tagNameBytes / 3) "
                + "Chinese characters.",
            remedy: "Choose a shorter name.",
            chineseMeaning: "标签名的 UTF-8 编码超过 \(limits.tagNameBytes) 字节（\(limits.tagNameBytes / 3) 个汉字）。",
            chineseRemedy: "换一个更短的标签名。"),
        .init(
            .invalidTagID, "invalid tag id", from: .service,
            meaning: "tagid is missing (it must be spelt exactly so) or the account has no such tag.",
            remedy: "Look the tag up with tags/get.",
            chineseMeaning: "缺少 tagid（字段名必须一字不差），或该账号没有这个标签。",
            chineseRemedy: "用 tags/get 查询标签。"),
        .init(
            .concurrentChange, "openid much req", from: .service,
            meaning: "Another call in flight is changing one of the same followers.",
            remedy: "Wait a moment and repeat the call; keep one follower out of two calls at once.",
            chineseMeaning: "另一个尚未完成的调用也在修改其中某个用户。",
            chineseRemedy: "稍等片刻再重试；不要让同一个用户同时出现在两个并发的调用中。"),
        .init(
            .someOpenIDsFailed, "some openid fail", from: .service,
            meaning: "Some of the openids could not be changed; the others were. The answer lists the failed ones in "
                + "fail_openid_list.",
            remedy: "Repeat the call with the openids of fail_openid_list alone.",
            chineseMeaning: "部分 openid 处理失败，其余已生效；fail_openid_list 列出失败的 openid。",
            chineseRemedy: "只用 fail_openid_list 中的 openid 重试。"),
        .init(
            .dataFormatError, "data format error", from: .service,
            meaning: "The body is not JSON, or a field has the wrong type.",
            remedy: "Send one JSON object, UTF-8, with the documented types.",
            chineseMeaning: "请求体不是 JSON，或有字段类型不对。",
            chineseRemedy: "请求体应为一个 UTF-8 编码的 JSON 对象，字段类型与文档一致。"),
        .init(
            .apiUnauthorized, "api unauthorized", from: .gateway,
            meaning: "The account is not entitled to this API; tags need a certified account.",
            remedy: "Get the account certified, or use one that is.",
            chineseMeaning: "该账号没有这个接口的权限；标签接口需要认证账号。",
            chineseRemedy: "为该账号完成认证，或改用已认证的账号。"),
        .init(
            ErrorCode(48004), "api forbidden for irregularities, view detail on mp.weixin.qq.com", from: .gateway,
            meaning: "The platform has taken this API from the account because of a violation of its rules.",
            remedy: "Read the notice on mp.weixin.qq.com.",
            chineseMeaning: "该账号因违规被封禁了此接口。",
            chineseRemedy: "登录 mp.weixin.qq.com 查看详情。"),
        .init(
            .clearQuotaLimitReached, "forbid to clear quota because of reaching the limit", from: .gateway,
            meaning: "The counts have been reset as often as they may be in a month: "
                + "\(Limits.resetsOfAllPerMonth) times all of them, \(Limits.resetsOfOnePerMonth) times one.",
            remedy: "Wait for the next day or the next month.",
            chineseMeaning: "本月清零调用次数的机会已用完：全部接口一起清零为 \(Limits.resetsOfAllPerMonth) 次，"
                + "单个接口清零为 \(Limits.resetsOfOnePerMonth) 次。",
            chineseRemedy: "等到第二天，或等到下个月。"),
        .init(
            .openIDOfAnotherAccount, "not match openid with appid", from: .service,
            meaning: "An openid belongs to another official account.",
            remedy: "openids are per account: use the one the follower has towards this account.",
            chineseMeaning: "有 openid 属于另一个公众号。",
            chineseRemedy: "openid 因公众号而异：请使用该用户在本公众号下的 openid。"),
        .init(
            ErrorCode(50001), "api unauthorized or user unauthorized", from: .gateway,
            meaning: "The account or the user has not authorised this API.",
            remedy: "Have it authorised, and repeat the call.",
            chineseMeaning: "账号或用户未授权该接口。",
            chineseRemedy: "取得授权后再试。"),
        .init(
            .userLimited, "user limited", from: .gateway,
            meaning: "The account has been frozen or closed.",
            remedy: "Have the account unfrozen.",
            chineseMeaning: "该账号已被冻结或注销。",
            chineseRemedy: "请先解冻该账号。"),
        .init(
            ErrorCode(50004), "forbidden to use the token api", from: .gateway,
            meaning: "The account may not use this token call.",
            remedy: "Ask the platform's support why.",
            chineseMeaning: "禁止使用该 token 接口。",
            chineseRemedy: "联系平台客服了解原因。"),
        .init(
            .unsubscribed, "user is unsubscribed", from: .service,
            meaning: "The user does not follow the account any more. Tagline answers 40003 for that.",
            remedy: "Leave this openid out.",
            chineseMeaning: "用户已取消关注。Tagline 对此返回 40003。",
            chineseRemedy: "从列表中去掉该 openid。"),
        .init(
            ErrorCode(50007), "account is frozen", from: .gateway,
            meaning: "The account has been frozen.",
            remedy: "Have the account's administrator see to it.",
            chineseMeaning: "账号已被冻结。",
            chineseRemedy: "请账号管理员处理。"),
        .init(
            .invalidComponentType, "invalid component type", from: .gateway,
            meaning: "An appid that belongs to an official account was sent where a third-party platform's is "
                + "expected.",
            remedy: "Send the component_appid of the platform.",
            chineseMeaning: "本应是第三方平台的 appid，传来的却是公众号的 appid。",
            chineseRemedy: "改传第三方平台的 component_appid。"),
        .init(
            .componentNotAuthorized, "component is not authorized by this account", from: .gateway,
            meaning: "The account has never authorised the platform, or has withdrawn its authorisation.",
            remedy: "Have the account's administrator authorise the platform again.",
            chineseMeaning: "该账号没有授权给这个第三方平台，或已取消授权。",
            chineseRemedy: "请账号管理员重新授权给该第三方平台。"),
        .init(
            .componentAddressNotAllowed, "access clientip is not registered", from: .gateway,
            meaning: "The platform lets only some addresses call, and the caller's is not among them.",
            remedy: "Add the address to the platform's list.",
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
            meaning: "The component_verify_ticket is none that was pushed to this platform.",
            remedy: "Use the ticket that was pushed last, and of this platform.",
            chineseMeaning: "component_verify_ticket 不是推送给该第三方平台的。",
            chineseRemedy: "使用推送给本平台的最近一个 ticket。"),
        .init(
            .apiNotGranted, "api is unauthorized to component", from: .gateway,
            meaning: "The account has authorised the platform, but has not granted the permission set of this API.",
            remedy: "Have the account grant set 2, user management, and authorise again.",
            chineseMeaning: "账号授权给了该第三方平台，但没有授予此接口所属的权限集。",
            chineseRemedy: "请账号管理员重新授权并勾选用户管理（权限集 2）。"),
        .init(
            .authorizationCodeInvalid, "code is invalid", from: .gateway,
            meaning: "The authorization_code was never issued to this platform, or has been used.",
            remedy: "Each code works once; have the account authorise again for another.",
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
            meaning: "The call is a platform's own, but the token is an account's.",
            remedy: "Use the component_access_token.",
            chineseMeaning: "这是第三方平台自己的接口，传来的却是账号的 token。",
            chineseRemedy: "改用 component_access_token。"),
        .init(
            .accountTokenRequired, "must use biz account token for not component api", from: .gateway,
            meaning: "The call acts for an account, but the token is the platform's own.",
            remedy: "Use the authorizer_access_token of the account.",
            chineseMeaning: "这个接口代表账号调用，传来的却是第三方平台自己的 token。",
            chineseRemedy: "改用该账号的 authorizer_access_token。"),
        .init(
            .categoryNeedsConfirmation, "function category of API need be confirmed by component", from: .gateway,
            meaning: "A platform calls for a subscription account that is not certified and may not make the call "
                + "itself.",
            remedy: "Have the account certified; a grant does not replace that.",
            chineseMeaning: "第三方平台代未认证的订阅号调用，而该账号本身没有此接口的权限。",
            chineseRemedy: "请先完成账号认证；授权不能代替认证。"),
        .init(
            .categoryNotAuthorized, "function category is not authorized", from: .gateway,
            meaning: "The platform itself does not have the permission set of this API.",
            remedy: "Give the platform set 2, user management, and have accounts authorise again.",
            chineseMeaning: "第三方平台自己没有此接口所属的权限集。",
            chineseRemedy: "先为第三方平台开通用户管理（权限集 2），再请账号重新授权。"),
        .init(
            .refreshTokenInvalid, "refresh_token is invalid", from: .gateway,
            meaning: "The authorizer_refresh_token is not the one of the last authorisation.",
            remedy: "Use the one of the last authorisation; api_get_authorizer_list tells it again.",
            chineseMeaning: "authorizer_refresh_token 不是最近一次授权所给的。",
            chineseRemedy: "使用最近一次授权的 refresh_token，可用 api_get_authorizer_list 查回。"),
        .init(
            .ridNotFound, "rid not found", from: .gateway,
            meaning: "No error of this account has this rid, or it is forgotten.",
            remedy: "Use the rid of an errmsg, soon after it came.",
            chineseMeaning: "该账号的报错中没有这个 rid，或相关记录已不再保留。",
            chineseRemedy: "使用 errmsg 中的 rid，并在报错后尽快查询。"),
        .init(
            .ridIsError, "rid is error", from: .gateway,
            meaning: "A rid is three groups of eight hexadecimal digits with dashes between.",
            remedy: "Copy the rid from the end of an errmsg.",
            chineseMeaning: "rid 由三组 8 位十六进制数组成，中间以短横线连接。",
            chineseRemedy: "从 errmsg 末尾复制 rid。"),
        .init(
            .ridOfAnotherAccount, "could not query this rid,no permission", from: .gateway,
            meaning: "The rid belongs to a call of another account.",
            remedy: "Ask with a token of the account that made the call.",
            chineseMeaning: "这个 rid 属于其他账号的调用。",
            chineseRemedy: "用发起该次调用的账号的 access_token 查询。"),
        .init(
            .ridExpired, "rid is expired", from: .gateway,
            meaning: "The call was made more than seven days ago.",
            remedy: "Ask within seven days.",
            chineseMeaning: "这次调用已超过七天。",
            chineseRemedy: "请在七天内查询。"),
        .init(
            .quotaPathNotFound, "cgi_path not found, please check", from: .gateway,
            meaning: "There is no API with this cgi_path.",
            remedy: "Give the path with its leading slash and without a host: /cgi-bin/tags/members/batchtagging.",
            chineseMeaning: "没有与这个 cgi_path 对应的接口。",
            chineseRemedy: "路径要带开头的斜杠，不带域名：/cgi-bin/tags/members/batchtagging。"),
        .init(
            .quotaPathNotAllowed, "could not use this cgi_path,no permission", from: .gateway,
            meaning: "The account may not make the call whose quota was asked for.",
            remedy: "Ask with the token of an account that may make that call.",
            chineseMeaning: "该账号没有调用这个 cgi_path 的权限，不能查询或清空它的额度。",
            chineseRemedy: "用有该接口权限的账号的 access_token 查询。"),
        .init(
            .pathNotOnList, "api not in whitelist", from: .gateway,
            meaning: "The cloud gateway lets only some paths through, and this is not one of them.",
            remedy: "Add the path to the list, without host and query, and start anew.",
            chineseMeaning: "云网关只放行名单中的路径，这个路径不在其中。",
            chineseRemedy: "把路径加入名单（不带域名和参数），然后重新启动。"),
        .init(
            ErrorCode(85112), "cloudbase_secret not found", from: .gateway,
            meaning: "The cloud environment has no secret for calls without a token.",
            remedy: "Switch the open API service on, and publish a new version.",
            chineseMeaning: "云环境没有免 token 调用所需的密钥。",
            chineseRemedy: "开启开放接口服务，然后发布新版本。"),
        .init(
            ErrorCode(85113), "cloudbase_token is not ready yet, please try again later", from: .gateway,
            meaning: "The cloud environment does not have its token yet.",
            remedy: "Repeat the call a little later.",
            chineseMeaning: "云环境的 token 尚未就绪。",
            chineseRemedy: "稍后重试。"),
        .init(
            ErrorCode(89501), "the address needs confirmation", from: .gateway,
            meaning: "The call came from an address that the account's administrator must confirm, and has not yet.",
            remedy: "Wait for the administrator, or put the address on the list of allowed ones.",
            chineseMeaning: "该 IP 的调用请求正在等待管理员确认。",
            chineseRemedy: "等待管理员确认，或把该 IP 加入白名单。"),
        .init(
            ErrorCode(89503), "the address needs confirmation by the administrator", from: .gateway,
            meaning: "The call came from an address that the account's administrator must confirm.",
            remedy: "Ask the administrator to confirm, or put the address on the list of allowed ones.",
            chineseMeaning: "该 IP 的调用需要管理员确认。",
            chineseRemedy: "请管理员确认，或把该 IP 加入白名单。"),
        .init(
            ErrorCode(89506), "the address was refused", from: .gateway,
            meaning: "The administrator refused this address twice; it can ask again after 24 hours.",
            remedy: "Put the address on the list of allowed ones.",
            chineseMeaning: "该 IP 的调用请求已被管理员拒绝两次，24 小时内不能再用。",
            chineseRemedy: "把该 IP 加入白名单。"),
        .init(
            ErrorCode(89507), "the address was refused", from: .gateway,
            meaning: "The administrator refused this address; it can ask again after an hour.",
            remedy: "Put the address on the list of allowed ones.",
            chineseMeaning: "该 IP 的调用请求已被管理员拒绝，1 小时内不能再用。",
            chineseRemedy: "把该 IP 加入白名单。"),
        .init(
            .blacklistBusy, "system busy", from: .service,
            meaning: "The platform was busy with the blacklist.",
            remedy: "Repeat the call a little later.",
            chineseMeaning: "系统繁忙。",
            chineseRemedy: "稍后重试。"),
        .init(
            .followerListBusy, "system busy", from: .service,
            meaning: "The platform was busy with the follower list.",
            remedy: "Repeat the call a little later.",
            chineseMeaning: "系统繁忙。",
            chineseRemedy: "稍后重试。"),
    ]

    static let byCode = Dictionary(uniqueKeysWithValues: entries.map { ($0.code, $0) })

    private static let limits = Limits()

    /// The number with a comma between groups of three digits.
    private static func grouped(_ number: Int) -> String {
        number < 1000 ? "\(number)" : grouped(number / 1000) + "," + String("\(number % 1000 + 1000)".dropFirst())
    }
}
