import OfficialAccount
import TagStore

/// On whose behalf a call is made, once the token has been judged.
struct Caller: Sendable {
    let account: Account

    var appID: AppID { account.appID }
}
