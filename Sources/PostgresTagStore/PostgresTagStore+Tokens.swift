import OfficialAccount
import TagStore

/// The part of a token that is stored as JSON. The account, fingerprint, kind and time of issue have columns of their
/// own.
private struct KeptToken: Codable {
    let salt: [UInt8]
    let expiresAt: UnixTime
    let worksUntil: UnixTime?
    let forcedRefreshes: ForcedRefreshes

    init(_ record: TokenRecord) {
        salt = record.salt
        expiresAt = record.expiresAt
        worksUntil = record.worksUntil
        forcedRefreshes = record.forcedRefreshes
    }
}

enum TokenStatements {
    static let ofKind = Statement(
        "tokens of a kind",
        """
        SELECT fingerprint, stable, issued_at, record FROM token WHERE account = $1 AND stable = $2
        ORDER BY issued_at, fingerprint
        """)
    static let all = Statement(
        "all tokens",
        "SELECT fingerprint, stable, issued_at, record FROM token WHERE account = $1 ORDER BY issued_at, fingerprint")
    static let put = Statement(
        "put token",
        """
        INSERT INTO token (account, fingerprint, stable, issued_at, record) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (account, fingerprint)
        DO UPDATE SET record = excluded.record, stable = excluded.stable, issued_at = excluded.issued_at
        """)
    static let drop = Statement(
        "drop token", "DELETE FROM token WHERE account = $1 AND fingerprint = ANY ($2::bytea[])")
    static let ofAccount = Statement(
        "token of an account",
        "SELECT fingerprint, stable, issued_at, record FROM token WHERE fingerprint = $1 AND account = $2")
    /// Finds which tokens of a list belong to other accounts than those of another list.
    static let held = Statement(
        "held tokens",
        "SELECT fingerprint FROM token WHERE fingerprint = ANY ($1::bytea[]) AND account <> ALL ($2::bigint[])")
    /// Finds the account of a token on any machine. The store runs this statement only if the text of the token names
    /// no account.
    static let one = Statement("token", "SELECT account FROM token WHERE fingerprint = $1")
}

extension Connection {
    func token(_ rows: ResultRows, _ row: Int, of appID: AppID) throws(DatabaseError) -> TokenRecord {
        let kept = try rows.json(KeptToken.self, row, 3)
        return TokenRecord(
            fingerprint: try rows.fingerprint(row, 0), appID: appID, kind: rows.bool(row, 1) ? .stable : .ordinary,
            salt: kept.salt, issuedAt: UnixTime(seconds: Int64(try rows.int(row, 2))), expiresAt: kept.expiresAt,
            worksUntil: kept.worksUntil, forcedRefreshes: kept.forcedRefreshes)
    }

    func tokens(_ rows: ResultRows, of appID: AppID) throws(DatabaseError) -> [TokenRecord] {
        var tokens: [TokenRecord] = []
        for row in 0..<rows.count { tokens.append(try token(rows, row, of: appID)) }
        return tokens
    }

    func put(_ record: TokenRecord, _ account: AccountKey) throws(DatabaseError) {
        try run(
            TokenStatements.put,
            [
                account.parameter, .bytes(record.fingerprint.bytes), .bool(record.kind == .stable),
                .int(record.issuedAt.seconds), .text(StoredJSON.of(KeptToken(record))),
            ])
    }

    fileprivate func apply(_ change: TokenChange, _ account: AccountKey) throws(DatabaseError) {
        if !change.dropped.isEmpty {
            try run(TokenStatements.drop, [account.parameter, .byteStrings(change.dropped.map(\.bytes))])
        }
        for record in change.superseded + [change.issued] { try put(record, account) }
    }
}

// Issues, reads and judges tokens.
extension PostgresTagStore {
    public func issueToken(
        _ token: NewToken, for appID: AppID, at now: UnixTime, rules: TokenRules
    ) async throws(Refusal) {
        let number = AccountKey(appID)
        try await change(number) { connection in
            try connection.lock(appID, number).account.allowToken(for: token.secret)
            let present = try connection.tokens(
                connection.run(TokenStatements.ofKind, [number.parameter, .bool(false)]), of: appID)
            try connection.apply(rules.issueOrdinary(token, for: appID, at: now, present: present), number)
        }
        credentials.forgetAll()
    }

    public func stableToken(
        for appID: AppID, at now: UnixTime, forceRefresh: Bool, candidate: NewToken, rules: TokenRules
    ) async throws(Refusal) -> TokenRecord {
        let number = AccountKey(appID)
        let token = try await change(number) { connection -> StableToken in
            try connection.lock(appID, number).account.allowToken(for: candidate.secret)
            let present = try connection.tokens(
                connection.run(TokenStatements.ofKind, [number.parameter, .bool(true)]), of: appID)
            let token = rules.issueStable(
                candidate, for: appID, at: now, forceRefresh: forceRefresh, present: present)
            if let change = token.change { try connection.apply(change, number) }
            return token
        }
        if token.change != nil { credentials.forgetAll() }
        return token.record
    }

    public func tokens(of appID: AppID) async throws(Refusal) -> [TokenRecord] {
        let number = AccountKey(appID)
        return try await read(.account(number)) { connection in
            try connection.tokens(connection.run(TokenStatements.all, [number.parameter]), of: appID)
        }
    }

    public func verdict(on token: Fingerprint, at now: UnixTime) async throws(Refusal) -> TokenVerdict {
        try await verdict(on: token, at: now) { nil }
    }

    public func verdict(
        on token: Fingerprint, text: TokenText, at now: UnixTime
    ) async throws(Refusal) -> TokenVerdict {
        try await verdict(on: token, at: now) { text.account.map { AccountKey($0) } }
    }

    /// - Parameter named: returns the account that the token's text names; nil if the text names no account. The store
    ///   calls this function only if it has to ask the database.
    private func verdict(
        on token: Fingerprint, at now: UnixTime, named: () -> AccountKey?
    ) async throws(Refusal) -> TokenVerdict {
        switch credentials.find(token) {
        case .known(let holder): return holder.verdict(on: token, at: now)
        case .due(let holder):
            let account = named()
            Task { try? await ask(whoHolds: token, of: account) }
            return holder.verdict(on: token, at: now)
        case .unknown:
            return try await ask(whoHolds: token, of: named())?.verdict(on: token, at: now) ?? .unknown
        }
    }

    @discardableResult
    private func ask(
        whoHolds token: Fingerprint, of account: AccountKey?
    ) async throws(Refusal) -> CredentialCache.Holder? {
        let epoch = credentials.epoch
        let askedAt = options.now()
        let holder = try await holder(of: token, named: account)
        credentials.keep(holder, for: token, epoch: epoch, askedAt: askedAt)
        return holder
    }

    /// Returns the holder of a token; nil if the database does not have the token.
    ///
    /// If the token names its account, the store asks only the machine of that account. A token that names no account
    /// belongs to a third-party platform, or comes from an earlier version of Tagline. Every machine has a copy of the
    /// platforms' tokens, so the store looks for these first.
    private func holder(
        of token: Fingerprint, named: AccountKey?
    ) async throws(Refusal) -> CredentialCache.Holder? {
        if let named { return try await read(.account(named)) { try $0.account(holding: token, named) } }
        if let (component, account) = try await read(.copies, { try $0.component(holding: token) }) {
            guard let account else { return .component(component) }
            return try await read(.account(account)) { try $0.grant(of: account, to: component) }
        }
        let found = try await search(Request(TokenStatements.one, [.bytes(token.bytes)])) { rows in
            rows.count > 0 ? AccountKey(AccountHash(Int64(try rows.int(0, 0)))) : nil
        }
        guard let found else { throw .cannotRead("not all machines of the database have looked for the token") }
        guard let account = found else { return nil }
        return try await read(.account(account)) { try $0.account(holding: token, account) }
    }
}

extension Connection {
    fileprivate func account(
        holding token: Fingerprint, _ number: AccountKey
    ) throws(DatabaseError) -> CredentialCache.Holder? {
        let rows = try run(TokenStatements.ofAccount, [.bytes(token.bytes), number.parameter])
        guard rows.count > 0 else { return nil }
        let account = try run(Statements.account, [number.parameter])
        guard account.count == 1 else { throw .foreign("a token without an account") }
        let appID = AppID(account.text(0, 0))
        return .account(try self.token(rows, 0, of: appID), try Account(appID, stored: account, 0, 1))
    }

    /// Returns the third-party platform that has this token, and the account for which the token acts. Returns nil if
    /// no platform has the token. The account is nil if the token acts for the platform itself.
    fileprivate func component(
        holding token: Fingerprint
    ) throws(DatabaseError) -> (Component, account: AccountKey?)? {
        let rows = try run(ComponentStatements.holder, [.bytes(token.bytes)])
        guard rows.count > 0 else { return nil }
        let account = rows.isNull(0, 1) ? nil : AccountKey(AccountHash(Int64(try rows.int(0, 1))))
        return (try rows.json(Component.self, 0, 0), account)
    }

    fileprivate func grant(
        of account: AccountKey, to component: Component
    ) throws(DatabaseError) -> CredentialCache.Holder? {
        let rows = try run(
            ComponentStatements.grantOfAccount, [account.parameter, AccountKey(component.appID).parameter])
        guard rows.count > 0 else { return nil }
        let grant = try rows.json(Grant.self, 0, 0)
        return .grant(grant, try Account(AppID(rows.text(0, 1)), stored: rows, 0, 2), by: component)
    }
}
