extension ErrorCatalogue {
    /// The codes from 43001 on, 44002 and 47001, which say that the request does not have the form that the call
    /// requires.
    static let requirements: [ErrorExplanation] = [
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
            remedy: "Leave that openid out until the user follows again.",
            chineseMeaning: "该用户已取消关注公众号。",
            chineseRemedy: "在其重新关注之前，不要再传这个 openid。"),
        .init(
            ErrorCode(43019), "user is in blacklist", from: .service,
            meaning: "The follower is on the account's blacklist. Tagline lets blacklisted followers be tagged.",
            remedy: "Take the follower off the blacklist, or omit the follower.",
            chineseMeaning: "该用户在公众号的黑名单中。Tagline 允许给黑名单用户打标签。",
            chineseRemedy: "把该用户移出黑名单，或从列表中去掉。"),
        .init(
            .emptyPostData, "empty post data", from: .service,
            meaning: "The request has no body.",
            remedy: "Send the parameters as JSON in the body.",
            chineseMeaning: "请求没有请求体。",
            chineseRemedy: "把参数以 JSON 放在请求体中。"),
        .init(
            .dataFormatError, "data format error", from: .service,
            meaning: "The body is not JSON, or a field has the wrong type.",
            remedy: "Send one JSON object, UTF-8, with the documented types.",
            chineseMeaning: "请求体不是 JSON，或有字段类型不对。",
            chineseRemedy: "请求体应为一个 UTF-8 编码的 JSON 对象，字段类型与文档一致。"),
    ]
}
