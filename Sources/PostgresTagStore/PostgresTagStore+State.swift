import OfficialAccount
import TagStore

private enum ImportStatements {
    static let finish = Statement(
        "finish import",
        """
        UPDATE account SET next_ordinal = $2, following = $3, blacklisted = $4 WHERE account = $1
        """)
    static let lockVersion = Statement(
        "lock version", "SELECT version FROM account WHERE account = $1 FOR UPDATE")
    static let setVersion = Statement("set version", "UPDATE account SET version = $2 WHERE account = $1")
    static let removals = [
        "follower", "flip", "carriers", "remark", "tag", "token", "counter", "appid", "account",
    ].map(removal)
    static let grantRemoval = removal("component_grant")
    /// Every machine has a copy of the table `platform_token`, so this statement needs all machines.
    static let grantTokenRemoval = removal("platform_token")
    static let refusedCallRemoval = removal("refused_call")

    private static func removal(_ table: String) -> Statement {
        Statement("remove from \(table)", "DELETE FROM \(table) WHERE account = $1")
    }
}

// Exports and imports of whole accounts.
extension PostgresTagStore {
    public func exportState(of appID: AppID?) async throws(Refusal) -> AsyncThrowingStream<StateRecord, any Error> {
        // The export has its own connection, which sees one snapshot until the export ends.
        let export: StateExport
        do {
            let scope = appID.map { MachineScope.account(AccountKey($0)) } ?? .every
            if let machine = machines?.missing(for: scope) { throw DatabaseError.away(machine) }
            export = try await StateExport(of: appID, pool)
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(
                .systemError,
                "the state cannot be read: \((error as? DatabaseError).map(DatabaseSchema.explanation) ?? "\(error)")")
        }
        return AsyncThrowingStream {
            do {
                return try await export.next()
            } catch let error as DatabaseError {
                throw Refusal(.systemError, "the state cannot be read: \(DatabaseSchema.explanation(error))")
            }
        }
    }

    /// Imports accounts as ``TagStore/importState(_:_:)`` describes. Writes the records to temporary files first, then
    /// to the database in one transaction.
    public func importState(
        _ arrival: StateArrival, _ feed: (any StateSink) async throws -> Void
    ) async throws -> [AppID] {
        let arriving = ArrivingState()
        try await feed(arriving)
        let arrivals = try arriving.finish()
        let appIDs = arrivals.map(\.state.account.appID)
        let removed = try await present(arrivals, arrival)
        try await judgeTokens(of: arrivals, removing: removed)
        guard let first = appIDs.first ?? removed.first else { return [] }
        try await change(AccountKey(first), in: scope(appIDs + removed, arrival)) { connection in
            try connection.execute("SET LOCAL statement_timeout = 0")
            var versions: [AppID: Int] = [:]
            for appID in removed {
                versions[appID] = try connection.remove(AccountKey(appID), keepingGrants: appIDs.contains(appID))
            }
            for arrival in arrivals {
                try connection.insert(arrival, version: versions[arrival.state.account.appID])
            }
        }
        for appID in removed { forget(appID) }
        return appIDs
    }

    /// Returns the accounts that an import replaces or removes. Throws 40013 if an appid belongs to a third-party
    /// platform, or to an account that the import must not replace.
    ///
    /// Only an import that replaces all accounts asks all machines.
    private func present(
        _ arriving: [ArrivingState.Arrival], _ arrival: StateArrival
    ) async throws(Refusal) -> [AppID] {
        var present: [AppID] = []
        for (appID, line) in arriving.map({ ($0.state.account.appID, $0.line) }) {
            let number = AccountKey(appID)
            let isAccount = try await read(.account(number)) { connection -> Bool? in
                let rows = try connection.run(Statements.holder, [number.parameter])
                return rows.count > 0 ? rows.bool(0, 0) : nil
            }
            guard let isAccount else { continue }
            guard isAccount, arrival != .adding else { throw Refusal.appIDTaken(appID).inLine(line) }
            present.append(appID)
        }
        return arrival == .replacingAll ? try await accounts().map(\.account.appID) : present
    }

    /// The number of tokens that one query compares with the tokens in the database. It is small, so that a busy
    /// cluster answers within the time for a search.
    private static let tokensAtOnce = 100

    /// Throws 47001 if a token of the import belongs to an account, a third-party platform or a grant that stays.
    ///
    /// If a machine is away, this function does not notice a token of an account on that machine. The import of an
    /// account on another machine must work nevertheless. If a search fails although no machine is away, throws -1.
    ///
    /// - Parameter removed: the accounts in the database that the import removes.
    private func judgeTokens(
        of arriving: [ArrivingState.Arrival], removing removed: [AppID]
    ) async throws(Refusal) {
        let tokens = arriving.flatMap(\.tokens)
        let removed = Set(removed.map { AccountKey($0) })
        // The grants of an account end if the import removes the account and does not bring it again.
        let gone = removed.subtracting(arriving.map { AccountKey($0.state.account.appID) })
        let (removedKeys, goneKeys) = (Parameter.ints(removed.map(\.value)), Parameter.ints(gone.map(\.value)))
        for start in stride(from: 0, to: tokens.count, by: Self.tokensAtOnce) {
            let some = tokens[start..<min(start + Self.tokensAtOnce, tokens.count)]
            let fingerprints = Parameter.byteStrings(some.map { $0.record.fingerprint.bytes })
            let ofAccounts = try await search(Request(TokenStatements.held, [fingerprints, removedKeys])) { rows in
                try rows.fingerprints()
            }
            guard ofAccounts != nil || machines?.missing(for: .every) != nil else {
                throw .cannotRead("not all machines of the database have looked for the tokens")
            }
            let ofPlatforms = try await read(.copies) { connection in
                try connection.run(ComponentStatements.heldTokens, [fingerprints, goneKeys]).fingerprints()
            }
            let held = Set((ofAccounts ?? []) + ofPlatforms)
            if let token = some.first(where: { held.contains($0.record.fingerprint) }) {
                throw .tokenTwice(line: token.line)
            }
        }
    }

    /// Returns the machines that an import of these accounts needs.
    private func scope(_ appIDs: [AppID], _ arrival: StateArrival) -> MachineScope {
        let numbers = Set(appIDs.map { AccountKey($0) })
        // An import that removes accounts without replacing them also removes the tokens of their grants. Every machine
        // has a copy of these tokens.
        guard let number = numbers.first, numbers.count == 1, arrival != .replacingAll else { return .every }
        return .account(number)
    }

    public func deleteAccount(_ appID: AppID) async throws(Refusal) {
        let number = AccountKey(appID)
        let hasGrants = !(try await grants(to: nil, of: appID).isEmpty)
        try await change(number, in: hasGrants ? .every : .account(number)) { connection in
            _ = try connection.lock(appID, number)
            _ = try connection.remove(number, keepingGrants: false)
        }
        forget(appID)
    }
}

extension ResultRows {
    /// Returns the fingerprints in the first column.
    fileprivate func fingerprints() throws(DatabaseError) -> [Fingerprint] {
        var fingerprints: [Fingerprint] = []
        for row in 0..<count { fingerprints.append(try fingerprint(row, 0)) }
        return fingerprints
    }
}

extension Connection {
    /// The largest number of further attempts to find an account that other nodes are replacing too.
    private static let looks = 16

    /// Removes an account with everything that belongs to it. Returns the account's version; nil if there is no such
    /// account.
    ///
    /// This function removes the followers first. So it waits for calls that are changing followers, and then also
    /// removes what these calls wrote.
    fileprivate func remove(_ number: AccountKey, keepingGrants: Bool) throws -> Int? {
        var rows = try run(ImportStatements.lockVersion, [number.parameter])
        // If another node was replacing the account, the statement waited until the old row was gone. The next
        // statement sees the new row.
        for _ in 0..<Self.looks where rows.count == 0 {
            rows = try run(ImportStatements.lockVersion, [number.parameter])
        }
        guard rows.count == 1 else { return nil }
        let version = try rows.int(0, 0)
        for removal in ImportStatements.removals { try run(removal, [number.parameter]) }
        if !keepingGrants {
            try run(ImportStatements.refusedCallRemoval, [number.parameter])
            if try run(ImportStatements.grantRemoval, [number.parameter]).affected > 0 {
                try run(ImportStatements.grantTokenRemoval, [number.parameter])
            }
        }
        return version
    }

    /// Adds an account with all that belongs to it.
    ///
    /// - Parameter version: the version of the account that `arrival` replaces; nil if it replaces no account. The new
    ///   account gets the next version, so that other nodes no longer use the settings in their caches.
    fileprivate func insert(_ arrival: ArrivingState.Arrival, version: Int?) throws {
        let account = arrival.state.account
        let number = AccountKey(account.appID)
        try insert(account, number, nextTagID: arrival.state.nextTagID, nextKey: arrival.state.tags.count + 1)
        for (index, tag) in arrival.state.tags.enumerated() {
            try run(
                Statements.insertTag,
                [
                    number.parameter, .int(tag.id.rawValue), .int(index + 1), .text(tag.name),
                    .int(arrival.counts[index + 1, default: 0]),
                ])
        }
        try run(ArrivingState.starredCount, [number.parameter, .int(arrival.counts[0, default: 0])])
        do {
            for (table, file) in arrival.files { try file.read { next in try copy(into: table, next) } }
        } catch let error as DatabaseError where dialect.isTwice(error) {
            throw try arrival.followerTwice() ?? .contradictory("a follower of \(account.appID) comes twice", line: nil)
        }
        try run(
            ImportStatements.finish,
            [
                number.parameter, .int(arrival.followers), .int(arrival.following), .int(arrival.blacklisted),
            ])
        if let version { try run(ImportStatements.setVersion, [number.parameter, .int(version + 1)]) }
        for token in arrival.tokens { try put(token.record, number) }
        try put(arrival.counters)
    }
}
