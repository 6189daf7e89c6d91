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

    /// Whether only the number is left of an account that was removed. Numbers are not given out again: the journal may
    /// still tell of what was done to the account.
    let isGone: Bool

    /// What is left of an account that was removed.
    static func gone(_ number: AccountNumber, limits: Limits) -> AccountImage {
        AccountImage(
            number: number,
            account: Account(
                appID: goneAppID(number), kind: .subscription, isCertified: false, secret: .zero),
            limits: limits, seed: 0, isGone: true)
    }

    /// The appid under which its row stays. No account can have one with a slash.
    static func goneAppID(_ number: AccountNumber) -> AppID { AppID("/\(number)") }

    init(number: AccountNumber, account: Account, limits: Limits, seed: UInt64, isGone: Bool = false) {
        self.isGone = isGone
        self.number = number
        self.account = account
        storeLimits = limits
        self.limits = account.limits.applied(to: limits)
        followers = FollowerTable(seed: seed)
    }
}
