extension ErrorCatalogue {
    /// The codes from 40001 on, which say that a value of the request is wrong.
    static let invalidValues: [ErrorExplanation] = [
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
            meaning: "An openid is malformed or unknown to this account, or its user no longer follows the account.",
            remedy: "Leave that openid out and send the others again. Tagline changed no follower.",
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
            meaning: "The platform does not accept the access_token. Tagline answers 40001 instead, as the "
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
            remedy: "Send the text as UTF-8, without escapes. Tagline accepts both.",
            chineseMeaning: "请求中含有 \\u4e2d 这样的转义，而平台要求直接使用字符本身。",
            chineseRemedy: "以 UTF-8 直接传文字，不要转义。Tagline 两种写法都接受。"),
        .init(
            ErrorCode(40035), "invalid args size", from: .service,
            meaning: "The parameters are too long, or there are too many of them.",
            remedy: "Compare the parameters with the documentation of the call.",
            chineseMeaning: "参数过长或过多。",
            chineseRemedy: "对照接口文档检查参数。"),
        .init(
            ErrorCode(40038), "invalid packaging type", from: .service,
            meaning: "The request has a format that the call does not accept.",
            remedy: "Send the parameters as JSON, with the documented types.",
            chineseMeaning: "请求的格式不是该接口所要求的。",
            chineseRemedy: "以 JSON 传参，字段类型与文档一致。"),
        .init(
            .invalidURL, "invalid url", from: .gateway,
            meaning: "There is no API at this path.",
            remedy: "Check the path. The path of an API begins with /cgi-bin/ and has no slash at its end.",
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
            remedy: "Compare the parameters with the documentation of the call.",
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
            meaning: "The account lets only some addresses fetch tokens, and the caller's address is not one of these.",
            remedy: "Add the address to the account's list of allowed addresses.",
            chineseMeaning: "该账号只允许部分 IP 地址获取 access_token，调用方的地址不在其中。",
            chineseRemedy: "把该地址加入账号的 IP 白名单。"),
        .init(
            .secretFrozen, "secret frozen", from: .gateway,
            meaning: "The account's secret has been frozen.",
            remedy: "Unfreeze or rotate the secret.",
            chineseMeaning: "该账号的 secret 已被冻结。",
            chineseRemedy: "解冻或重置 secret。"),
    ]
}
