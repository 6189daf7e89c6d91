extension ErrorCatalogue {
    /// The codes from 41001 on, which say that a value of the request is missing.
    static let missingValues: [ErrorExplanation] = [
        .init(
            .accessTokenMissing, "access_token missing", from: .gateway,
            meaning: "The query has no access_token, or an empty one.",
            remedy: "Add ?access_token=… to the URL; the server does not read it from a header or the body.",
            chineseMeaning: "查询参数中没有 access_token，或其值为空。",
            chineseRemedy: "在 URL 后加上 ?access_token=…；放在请求头或请求体里不会被读取。"),
        .init(
            .appIDMissing, "appid missing", from: .gateway,
            meaning: "There is no appid where this call looks for it.",
            remedy: "GET token reads it from the query, and POST stable_token from the JSON body.",
            chineseMeaning: "在这个接口读取 appid 的位置没有找到它。",
            chineseRemedy: "GET token 从查询参数读取，POST stable_token 从 JSON 请求体读取。"),
        .init(
            .appSecretMissing, "appsecret missing", from: .gateway,
            meaning: "There is no secret where this call looks for it.",
            remedy: "Send the field secret, in the query for GET token or in the JSON body for POST stable_token.",
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
    ]
}
