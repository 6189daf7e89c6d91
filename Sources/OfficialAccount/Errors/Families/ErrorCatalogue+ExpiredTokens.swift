extension ErrorCatalogue {
    /// The codes from 42001 on, which say that a token is no longer valid.
    static let expiredTokens: [ErrorExplanation] = [
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
    ]
}
