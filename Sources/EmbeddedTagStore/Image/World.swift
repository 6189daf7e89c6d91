import OfficialAccount
import TagStore

/// The whole state of the store, in memory. It contains only changes that have reached the disk.
struct World {
    private(set) var accounts: [AccountImage] = []
    private var byAppID: [AppID: AccountNumber] = [:]
    private var tokens: [Fingerprint: TokenRecord] = [:]
    var components = ComponentTable()
    /// The counters of calls: first by the appid of an account or third-party platform, then by the name of the
    /// counter.
    private(set) var counters: [AppID: [String: CallCounter]] = [:]
    let limits: Limits
    private let seed: UInt64

    /// - Parameters:
    ///   - limits: the limits of accounts without limits of their own.
    ///   - seed: the key of the hash by which an account finds its followers.
    init(limits: Limits, seed: UInt64) {
        self.limits = limits
        self.seed = seed
    }

    subscript(appID: AppID) -> AccountImage? {
        byAppID[appID].map { accounts[Int($0)] }
    }

    func existing(_ appID: AppID) throws(Refusal) -> AccountImage {
        guard let account = self[appID] else { throw .unknownAccount(appID) }
        return account
    }

    func token(_ fingerprint: Fingerprint) -> TokenRecord? {
        tokens[fingerprint]
    }

    @discardableResult
    mutating func insert(_ account: Account) -> AccountImage {
        let image = AccountImage(number: AccountNumber(accounts.count), account: account, limits: limits, seed: seed)
        byAppID[account.appID] = image.number
        accounts.append(image)
        return image
    }

    /// Adds an account that an import has built outside the world. The account must have the next free number.
    mutating func adopt(_ image: AccountImage) {
        byAppID[image.account.appID] = image.number
        accounts.append(image)
        for record in image.tokens.values.joined() { tokens[record.fingerprint] = record }
        for chunk in image.followers.chunks { chunk.markSaved() }
    }

    /// Removes an account and all its data except its grants to third-party platforms. No later account gets its
    /// number.
    mutating func remove(_ appID: AppID) {
        guard let number = byAppID.removeValue(forKey: appID) else { return }
        for record in accounts[Int(number)].tokens.values.joined() { tokens[record.fingerprint] = nil }
        accounts[Int(number)] = .gone(number, limits: limits)
        counters[appID] = nil
    }

    /// Adds a placeholder for a removed account, so that no later account gets the same number.
    mutating func insertGone() {
        accounts.append(.gone(AccountNumber(accounts.count), limits: limits))
    }

    /// Replaces the settings of an account. A new secret ends the account's tokens.
    mutating func update(_ number: AccountNumber, to updated: Account) {
        let account = accounts[Int(number)]
        if updated.secret != account.account.secret {
            for record in account.tokens.values.joined() { tokens[record.fingerprint] = nil }
            account.tokens = [:]
        }
        account.account = updated
    }

    /// Adds a new token to an account, and changes or drops earlier tokens of the same kind. Removes an earlier record
    /// with the fingerprint of the new token, of either kind.
    mutating func apply(_ change: TokenChange, to number: AccountNumber) {
        let account = accounts[Int(number)]
        if let earlier = tokens[change.issued.fingerprint] {
            self[earlier.appID]?.tokens[earlier.kind]?.removeAll { $0.fingerprint == earlier.fingerprint }
        }
        var present = account.tokens[change.issued.kind] ?? []
        let dropped = Set(change.dropped)
        for fingerprint in dropped { tokens[fingerprint] = nil }
        present.removeAll { dropped.contains($0.fingerprint) }
        for record in change.superseded {
            tokens[record.fingerprint] = record
            if let place = present.lastIndex(where: { $0.fingerprint == record.fingerprint }) {
                present[place] = record
            }
        }
        present.append(change.issued)
        tokens[change.issued.fingerprint] = change.issued
        account.tokens[change.issued.kind] = present
    }

    mutating func apply(_ changed: [CallCounter]) {
        for counter in changed { counters[counter.appID, default: [:]][counter.name] = counter }
    }

    /// Adds a token that the store has read from disk. After the last token, the caller calls ``sortTokens()``.
    mutating func restore(_ record: TokenRecord) {
        tokens[record.fingerprint] = record
        self[record.appID]?.tokens[record.kind, default: []].append(record)
    }

    /// Sorts the tokens of each account, oldest first, as ``TokenRules`` expects them.
    func sortTokens() {
        for account in accounts {
            account.tokens = account.tokens.mapValues { $0.sorted { $0.issuedAt < $1.issuedAt } }
        }
    }

    /// Returns the refusal for an openid that does not follow `account`: 40003, or 49003 if the openid follows another
    /// account of this store.
    ///
    /// Only refused calls need this function, so a slow search through all accounts does no harm.
    func whyNotFollowing(_ openID: OpenID, _ account: AccountImage) -> Refusal {
        if account.followers.ordinal(of: openID) != nil { return .left(openID) }
        let isAnothers = accounts.contains { other in
            other !== account
                && other.followers.ordinal(of: openID).map { other.followers.flags(at: $0).contains(.following) }
                    == true
        }
        return isAnothers ? .anotherAccounts(openID) : .neverSeen(openID)
    }

    /// Returns the ordinal at which the page after `cursor` begins; 0 if `cursor` is nil.
    func start(after cursor: OpenID?, _ account: AccountImage) throws(Refusal) -> Int {
        guard let cursor else { return 0 }
        guard let ordinal = account.followers.ordinal(of: cursor) else { throw whyNotFollowing(cursor, account) }
        return Int(ordinal) + 1
    }

    func profile(of openID: OpenID, _ account: AccountImage) throws(Refusal) -> FollowerProfile {
        guard let ordinal = account.followers.ordinal(of: openID) else { throw whyNotFollowing(openID, account) }
        guard account.followers.flags(at: ordinal).contains(.following) else {
            return FollowerProfile(openID: openID, following: nil)
        }
        let word = account.followers.word(at: ordinal)
        return FollowerProfile(
            openID: openID,
            following: .init(
                since: Int64(account.followers.since(at: ordinal)), remark: account.remarks[ordinal] ?? "",
                tagIDs: account.tags.carried(in: word)))
    }

    func following(_ openID: OpenID, _ account: AccountImage) throws(Refusal) -> Ordinal {
        guard let ordinal = account.followers.ordinal(of: openID),
            account.followers.flags(at: ordinal).contains(.following)
        else { throw whyNotFollowing(openID, account) }
        return ordinal
    }
}
