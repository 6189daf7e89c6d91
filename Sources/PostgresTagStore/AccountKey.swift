import OfficialAccount
import TagStore

/// The key of an account, or of a platform, in the database: the ``AccountHash`` of its appid.
///
/// The store computes it without a query, and it spreads accounts evenly over machines. Two appids with the same number
/// are less likely than a broken machine. The store refuses the second of them.
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
