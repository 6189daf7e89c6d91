import OfficialAccount
import TagStore

/// The account that the gateway has identified as the caller. A third-party platform can make a call on behalf of this
/// account.
///
/// It is a class, because the gateway passes it on many times in a call. A copy of an account would copy about 300
/// bytes, and retain objects that the calls on all event loops share.
final class Caller: Sendable {
    let account: Account

    init(account: Account) {
        self.account = account
    }

    var appID: AppID { account.appID }
}
