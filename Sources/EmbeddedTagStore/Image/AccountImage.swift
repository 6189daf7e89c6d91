import OfficialAccount
import TagStore

/// The number of an account within one store, from 0, in the order of creation.
typealias AccountNumber = UInt32

/// One account in memory.
final class AccountImage {
    /// The number never changes after readers can see the account.
    var number: AccountNumber
    var account: Account {
        didSet { limits = account.limits.applied(to: storeLimits) }
    }
    /// The account's own limits, and the store's limits for everything that the account does not set.
    private(set) var limits: Limits
    private let storeLimits: Limits
    var tags = TagTable()
    var followers: FollowerTable
    /// The remarks about followers, by ordinal. Few followers have a remark.
    var remarks: [Ordinal: String] = [:]
    /// The tokens that callers may still present, by kind, oldest first.
    var tokens: [TokenKind: [TokenRecord]] = [:]

    /// Whether the account was removed and only its number is left. The store never reuses a number, because the
    /// journal may still hold changes to the removed account.
    let isGone: Bool

    var summary: AccountSummary {
        AccountSummary(account: account, followers: followers.following, tags: tags.entries.count - 1)
    }

    /// Returns a placeholder for a removed account.
    static func gone(_ number: AccountNumber, limits: Limits) -> AccountImage {
        AccountImage(
            number: number,
            account: Account(
                appID: goneAppID(number), kind: .subscription, isCertified: false, secret: .zero),
            limits: limits, seed: 0, isGone: true)
    }

    /// Returns the appid in the row of a removed account. This appid contains a slash, which no real appid contains.
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
