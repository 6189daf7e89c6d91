import OfficialAccount
import TagStore

/// The number of an account within one store, from 0, in the order of creation.
typealias AccountNumber = UInt32

/// One account in memory.
final class AccountImage {
    /// Given once, before the account is seen by anyone.
    var number: AccountNumber
    var account: Account {
        didSet { limits = account.limits.applied(to: storeLimits) }
    }
    /// What holds for this account.
    private(set) var limits: Limits
    private let storeLimits: Limits
    var tags = TagTable()
    var followers: FollowerTable
    /// The few remarks there are.
    var remarks: [Ordinal: String] = [:]
    /// The tokens that may still be presented, oldest first, by kind.
    var tokens: [TokenKind: [TokenRecord]] = [:]

    init(number: AccountNumber, account: Account, limits: Limits, seed: UInt64) {
        self.number = number
        self.account = account
        storeLimits = limits
        self.limits = account.limits.applied(to: limits)
        followers = FollowerTable(seed: seed)
    }
}
