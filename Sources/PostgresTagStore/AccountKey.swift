import OfficialAccount
import TagStore

/// The key of an account, or of a third-party platform, in the database: the ``AccountHash`` of its appid.
///
/// The store computes it without a query, and it spreads accounts evenly over machines. It is less likely that two
/// appids have the same number than that a machine breaks. The store refuses the second of them.
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
