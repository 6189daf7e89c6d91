extension ErrorCatalogue {
    /// The codes from 48001 on, which say that the account or its follower does not allow the call.
    static let missingRights: [ErrorExplanation] = [
        .init(
            .apiUnauthorized, "api unauthorized", from: .gateway,
            meaning: "The account is not entitled to this API; tags need a certified account.",
            remedy: "Get the account certified, or use a certified account.",
            chineseMeaning: "该账号没有这个接口的权限；标签接口需要认证账号。",
            chineseRemedy: "为该账号完成认证，或改用已认证的账号。"),
        .init(
            ErrorCode(48004), "api forbidden for irregularities, view detail on mp.weixin.qq.com", from: .gateway,
            meaning: "The platform has taken this API from the account because the account broke the platform's rules.",
            remedy: "Read the notice on mp.weixin.qq.com.",
            chineseMeaning: "该账号因违规被封禁了此接口。",
            chineseRemedy: "登录 mp.weixin.qq.com 查看详情。"),
        .init(
            .clearQuotaLimitReached, "forbid to clear quota because of reaching the limit", from: .gateway,
            meaning: "The counts have been reset as often as allowed in a month: "
                + "\(Limits.resetsOfAllPerMonth) times for all counts together, \(Limits.resetsOfOnePerMonth) times for single counts.",
            remedy: "Wait for the next day, when new counts begin, or reset the counts in the next month.",
            chineseMeaning: "本月清零调用次数的机会已用完：全部接口一起清零为 \(Limits.resetsOfAllPerMonth) 次，"
                + "单个接口清零为 \(Limits.resetsOfOnePerMonth) 次。",
            chineseRemedy: "等到第二天，或等到下个月。"),
        .init(
            .openIDOfAnotherAccount, "not match openid with appid", from: .service,
            meaning: "An openid belongs to another official account.",
            remedy: "A follower has a different openid for each account: use the one for this account.",
            chineseMeaning: "有 openid 属于另一个公众号。",
            chineseRemedy: "openid 因公众号而异：请使用该用户在本公众号下的 openid。"),
        .init(
            ErrorCode(50001), "api unauthorized or user unauthorized", from: .gateway,
            meaning: "The account or the user has not authorised this API.",
            remedy: "Have the API authorised, and repeat the call.",
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
            meaning: "The user does not follow the account any more. Tagline answers 40003 instead.",
            remedy: "Leave this openid out.",
            chineseMeaning: "用户已取消关注。Tagline 对此返回 40003。",
            chineseRemedy: "从列表中去掉该 openid。"),
        .init(
            ErrorCode(50007), "account is frozen", from: .gateway,
            meaning: "The account has been frozen.",
            remedy: "Ask the account's administrator to have the account unfrozen.",
            chineseMeaning: "账号已被冻结。",
            chineseRemedy: "请账号管理员处理。"),
    ]
}
