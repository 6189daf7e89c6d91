import OfficialAccount
import TagStore

/// The account on whose behalf a call is made, after the gateway has judged the token.
struct Caller: Sendable {
    let account: Account

    var appID: AppID { account.appID }
}
