import OfficialAccount
import Synchronization
import TagStore

// Creates, reads and changes accounts.
extension PostgresTagStore {
    public func createAccount(_ account: Account) async throws(Refusal) {
        let number = AccountKey(account.appID)
        try await change(number) { connection in
            try connection.insert(account, number, nextTagID: .firstCreated, nextKey: 1)
        }
    }

    public func account(_ appID: AppID) async throws(Refusal) -> Account? {
        let number = AccountKey(appID)
        return try await read(.account(number)) { try $0.account(appID, number)?.account }
    }

    public func accounts() async throws(Refusal) -> [AccountSummary] {
        try await read(.every) { connection in
            let rows = try connection.run(Statements.accounts)
            return try (0..<rows.count).map { try Self.summary(rows, $0) }
        }
    }

    public func summary(of appID: AppID) async throws(Refusal) -> AccountSummary? {
        let number = AccountKey(appID)
        return try await read(.account(number)) { connection in
            let rows = try connection.run(Statements.summary, [number.parameter])
            guard rows.count == 1, rows.text(0, 0) == appID.rawValue else { return nil }
            return try Self.summary(rows, 0)
        }
    }

    private static func summary(_ rows: ResultRows, _ row: Int) throws(DatabaseError) -> AccountSummary {
        AccountSummary(
            account: try Account(AppID(rows.text(row, 0)), stored: rows, row, 1), followers: try rows.int(row, 2),
            tags: try rows.int(row, 3))
    }

    @discardableResult
    public func updateAccount(_ appID: AppID, _ change: AccountChange) async throws(Refusal) -> Account {
        let number = AccountKey(appID)
        let updated = try await self.change(number) { connection in
            let known = try connection.lock(appID, number)
            let updated = change.applied(to: known.account)
            try connection.run(Statements.updateAccount, [number.parameter, updated.stored])
            if updated.secret != known.account.secret { try connection.run(Statements.dropTokens, [number.parameter]) }
            return updated
        }
        forget(appID)
        return updated
    }

    /// Returns the account from this node's cache, or reads it from the database if the cache does not hold it.
    func known(_ appID: AppID, _ number: AccountKey) async throws(Refusal) -> KnownAccount {
        if let known = accountCache.withLock({ $0[appID] }) { return known }
        let limits = limits
        let fresh = try await read(.account(number)) { connection -> KnownAccount? in
            try connection.account(appID, number).map {
                KnownAccount(account: $0.account, version: $0.version, limits: $0.account.limits.applied(to: limits))
            }
        }
        guard let fresh else { throw .unknownAccount(appID) }
        accountCache.withLock { cache in
            // This limits the size of the cache. The next call for an account adds the account to the cache again.
            if cache.count >= 100_000 { cache.removeAll() }
            cache[appID] = fresh
        }
        return fresh
    }

    /// Removes the account, and the tokens of all accounts, from this node's caches.
    func forget(_ appID: AppID) {
        accountCache.withLock { $0[appID] = nil }
        credentials.forgetAll()
    }
}

extension Connection {
    func account(_ appID: AppID, _ number: AccountKey) throws(DatabaseError) -> (account: Account, version: Int)? {
        let rows = try run(Statements.account, [number.parameter])
        guard rows.count == 1, rows.text(0, 0) == appID.rawValue else { return nil }
        return (try Account(appID, stored: rows, 0, 1), try rows.int(0, 2))
    }

    /// Locks the account until the transaction ends. Until then, no other transaction changes the account or its tags,
    /// or adds or removes its followers. Throws 40013 if there is no such account.
    func lock(
        _ appID: AppID, _ number: AccountKey
    ) throws -> (account: Account, nextTagID: TagID, nextKey: Int, nextOrdinal: Int) {
        let rows = try run(Statements.lockAccount, [number.parameter])
        guard rows.count == 1, rows.text(0, 0) == appID.rawValue else { throw Refusal.unknownAccount(appID) }
        return (
            try Account(appID, stored: rows, 0, 1), TagID(try rows.int(0, 2)), try rows.int(0, 3), try rows.int(0, 4)
        )
    }

    /// Adds an account with its starred tag. Throws 40013 if the appid is taken.
    func insert(_ account: Account, _ number: AccountKey, nextTagID: TagID, nextKey: Int) throws {
        guard try run(Statements.takeAppID, [number.parameter, .text(account.appID.rawValue)]).affected == 1 else {
            throw Refusal.appIDTaken(account.appID)
        }
        try run(
            Statements.insertAccount,
            [
                number.parameter, .text(account.appID.rawValue), account.stored, .int(nextTagID.rawValue),
                .int(nextKey),
            ])
        try run(
            Statements.insertTag,
            [number.parameter, .int(TagID.starred.rawValue), .int(0), .text(TagID.starredName), .int(0)])
    }
}
