import OfficialAccount
import TagStore

enum ComponentStatements {
    static let insert = Statement(
        "insert platform",
        """
        INSERT INTO platform (component, place, record) VALUES ($1, $2, $3)
        """)
    static let nextPlace = Statement("next platform", "SELECT coalesce(max(place), 0) + 1 FROM platform")
    static let one = Statement("platform", "SELECT record FROM platform WHERE component = $1")
    static let all = Statement("platforms", "SELECT record FROM platform ORDER BY place, component")
    static let lock = Statement("lock platform", "SELECT record FROM platform WHERE component = $1 FOR UPDATE")
    static let update = Statement("update platform", "UPDATE platform SET record = $2 WHERE component = $1")

    static let grant = Statement(
        "grant", "SELECT record FROM component_grant WHERE account = $1 AND component = $2")
    static let grants = Statement("grants", "SELECT record FROM component_grant ORDER BY place, component, account")
    static let grantsOfAccount = Statement(
        "grants of an account", "SELECT record FROM component_grant WHERE account = $1 ORDER BY place, component")
    static let putGrant = Statement(
        "put grant",
        """
        INSERT INTO component_grant (account, component, place, record) VALUES ($1, $2, \(Statements.place), $3)
        ON CONFLICT (account, component) DO UPDATE SET record = excluded.record
        """)
    static let grantOfAccount = Statement(
        "grant with its account",
        """
        SELECT component_grant.record, account.appid, account.settings
        FROM component_grant JOIN account ON account.account = component_grant.account
        WHERE component_grant.account = $1 AND component_grant.component = $2
        """)

    static let putToken = Statement(
        "put platform token",
        "INSERT INTO platform_token (fingerprint, component, account) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
    static let dropToken = Statement("drop platform token", "DELETE FROM platform_token WHERE fingerprint = $1")
    /// Finds which tokens of a list belong to platforms, or to grants of other accounts than those of another list.
    static let heldTokens = Statement(
        "held platform tokens",
        """
        SELECT fingerprint FROM platform_token
        WHERE fingerprint = ANY ($1::bytea[]) AND (account IS NULL OR account <> ALL ($2::bigint[]))
        """)
    static let holder = Statement(
        "holder of a platform token",
        """
        SELECT platform.record, platform_token.account
        FROM platform_token JOIN platform ON platform.component = platform_token.component
        WHERE platform_token.fingerprint = $1
        """)
}

// Creates, reads and changes third-party platforms and grants.
extension PostgresTagStore {
    public func createComponent(_ component: Component) async throws(Refusal) {
        let number = AccountKey(component.appID)
        try await change(number, in: .every) { connection in
            guard
                try connection.run(Statements.takeAppID, [number.parameter, .text(component.appID.rawValue)]).affected
                    == 1
            else { throw Refusal.appIDTaken(component.appID) }
            let place = try connection.run(ComponentStatements.nextPlace).int(0, 0)
            try connection.run(
                ComponentStatements.insert, [number.parameter, .int(place), .text(StoredJSON.of(component))])
            try connection.replace([], by: component.tokens, number, account: nil)
        }
    }

    public func component(_ appID: AppID) async throws(Refusal) -> Component? {
        let number = AccountKey(appID)
        return try await read(.copies) { try $0.component(ComponentStatements.one, number) }
    }

    public func components() async throws(Refusal) -> [Component] {
        try await read(.copies) { connection in
            let rows = try connection.run(ComponentStatements.all)
            return try (0..<rows.count).map { try rows.json(Component.self, $0, 0) }
        }
    }

    public func grants(to component: AppID?, of account: AppID?) async throws(Refusal) -> [Grant] {
        try await read(account.map { .account(AccountKey($0)) } ?? .every) { connection in
            let rows =
                if let account {
                    try connection.run(ComponentStatements.grantsOfAccount, [AccountKey(account).parameter])
                } else {
                    try connection.run(ComponentStatements.grants)
                }
            return try (0..<rows.count).map { try rows.json(Grant.self, $0, 0) }
                .filter { component == nil || $0.component == component }
        }
    }

    public func changeComponent<Value: Sendable>(
        _ appID: AppID, account: AppID?,
        _ change: @escaping @Sendable (inout Component, inout Grant?) throws(Refusal) -> Value
    ) async throws(Refusal) -> Value {
        let number = AccountKey(appID)
        let value = try await self.change(number, in: .every) { connection -> Value in
            guard var component = try connection.component(ComponentStatements.lock, number) else {
                throw Refusal.unknownComponent(appID)
            }
            var grant: Grant?
            let account = try account.map { appID in
                let number = AccountKey(appID)
                guard try connection.account(appID, number) != nil else { throw Refusal.unknownAccount(appID) }
                return number
            }
            if let account {
                let rows = try connection.run(ComponentStatements.grant, [account.parameter, number.parameter])
                if rows.count > 0 { grant = try rows.json(Grant.self, 0, 0) }
            }
            let before = (component, grant)
            let value = try change(&component, &grant)
            if component != before.0 {
                try connection.run(ComponentStatements.update, [number.parameter, .text(StoredJSON.of(component))])
                try connection.replace(before.0.tokens, by: component.tokens, number, account: nil)
            }
            if let account, let grant, grant != before.1 {
                try connection.run(
                    ComponentStatements.putGrant,
                    [account.parameter, number.parameter, .text(StoredJSON.of(grant))])
                try connection.replace(before.1?.tokens ?? [], by: grant.tokens, number, account: account)
            }
            return value
        }
        credentials.forgetAll()
        return value
    }
}

extension Connection {
    fileprivate func component(_ statement: Statement, _ number: AccountKey) throws(DatabaseError) -> Component? {
        let rows = try run(statement, [number.parameter])
        return rows.count == 0 ? nil : try rows.json(Component.self, 0, 0)
    }

    /// In the table of platform tokens, deletes the tokens that are only in `old` and inserts those that are only in
    /// `new`.
    fileprivate func replace(
        _ old: [ReplaceableToken], by new: [ReplaceableToken], _ component: AccountKey, account: AccountKey?
    ) throws(DatabaseError) {
        let (old, new) = (Set(old.map(\.fingerprint)), Set(new.map(\.fingerprint)))
        var requests = old.subtracting(new).map { Request(ComponentStatements.dropToken, [.bytes($0.bytes)]) }
        requests += new.subtracting(old).map {
            Request(
                ComponentStatements.putToken, [.bytes($0.bytes), component.parameter, account?.parameter ?? .null])
        }
        for answer in try run(requests) { _ = try answer.get() }
    }
}
