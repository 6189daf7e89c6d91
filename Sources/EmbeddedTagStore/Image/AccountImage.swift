import OfficialAccount
import TagStore

/// The number of an account within one store, from 0, in the order of creation.
typealias AccountNumber = UInt32

/// One account in memory.
final class AccountImage {
    let number: AccountNumber
    var account: Account
    var tags = TagTable()
    var followers: FollowerTable
    /// The few remarks there are.
    var remarks: [Ordinal: String] = [:]
    /// The tokens that may still be presented, oldest first, by kind.
    var tokens: [TokenKind: [TokenRecord]] = [:]

    init(number: AccountNumber, account: Account, seed: UInt64) {
        self.number = number
        self.account = account
        followers = FollowerTable(seed: seed)
    }
}
