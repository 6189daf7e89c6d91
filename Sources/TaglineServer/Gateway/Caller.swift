import OfficialAccount
import TagStore

/// The account that the gateway has identified as the caller. A third-party platform can make a call on behalf of this
/// account.
struct Caller: Sendable {
    let account: Account

    var appID: AppID { account.appID }
}
