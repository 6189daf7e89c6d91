import OfficialAccount
import TagStore

/// What an account, or a platform, is known by in the database: the ``AccountHash`` of its appid.
///
/// No table has to be asked for it, and it spreads accounts evenly over machines. Two appids with the same number are
/// less likely than a broken machine; the second of them is refused.
struct AccountKey: Hashable, Sendable {
    let value: Int64

    init(_ appID: AppID) {
        self.init(AccountHash(appID))
    }

    init(_ hash: AccountHash) {
        value = hash.value
    }

    var parameter: Parameter { .int(value) }
}
