extension ErrorCatalogue {
    /// The codes from 76001 on, with which the platform refuses calls about quotas and rids.
    static let quotasAndRIDs: [ErrorExplanation] = [
        .init(
            .ridNotFound, "rid not found", from: .gateway,
            meaning: "No error of this account has this rid, or the platform has forgotten the error.",
            remedy: "Use the rid from an errmsg, and ask soon after the error.",
            chineseMeaning: "该账号的报错中没有这个 rid，或相关记录已不再保留。",
            chineseRemedy: "使用 errmsg 中的 rid，并在报错后尽快查询。"),
        .init(
            .ridIsError, "rid is error", from: .gateway,
            meaning: "A rid is three groups of eight hexadecimal digits, separated by dashes.",
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
            meaning: "The request names the quota of a call that the account may not make.",
            remedy: "Ask with the token of an account that may make that call.",
            chineseMeaning: "该账号没有调用这个 cgi_path 的权限，不能查询或清空它的额度。",
            chineseRemedy: "用有该接口权限的账号的 access_token 查询。"),
    ]
}
