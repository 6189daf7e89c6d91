import OfficialAccount

/// An openid that never followed the account of the call.
struct UnseenOpenID: Error {
    let openID: OpenID
    let account: AccountKey
}
