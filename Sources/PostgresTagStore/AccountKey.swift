import OfficialAccount
import TagStore

/// The key of an account, or of a third-party platform, in the database: the ``AccountHash`` of its appid.
///
/// The store computes the key without a query, and the key spreads accounts evenly over machines. Two appids have the
/// same key with a probability of 1 in 2^64. The store refuses the second of two such appids.
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
