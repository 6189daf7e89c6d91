import Foundation
import OfficialAccount
import Synchronization
import TagStore

private enum StateStatements {
    static let accounts = Statement(
        "accounts of an export", "SELECT account, appid, settings, next_tag_id FROM account ORDER BY place, appid")
    static let account = Statement(
        "account of an export", "SELECT account, appid, settings, next_tag_id FROM account WHERE account = $1")
    static let followers = Statement(
        "followers of an export",
        """
        SELECT ordinal, openid, since, following, blacklisted, tags,
            (SELECT remark FROM remark WHERE remark.account = $1 AND remark.ordinal = follower.ordinal)
        FROM follower WHERE account = $1 AND ordinal > $2 AND ordinal >= 0 ORDER BY ordinal LIMIT 4096
        """)
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

    /// Lets the session of an export stay idle for up to ten minutes while the reader is slow. After this time the
    /// database ends the session, because during an export it cannot free the space of deleted rows.
    static let patience = "SET LOCAL idle_in_transaction_session_timeout = 600000"
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

/// An export under way. It remembers what to read next.
///
/// It reads through a connection and a thread that nothing else uses.
private final class StateExport: Sendable {
    private struct Source: Sendable {
        let number: Int64
        let account: Account
        let nextTagID: TagID
    }

    private struct Place: Sendable {
        var accounts: [Source]
        var names: TagNames?
        var after = -1
        var rest: [StateRecord]?
    }

    private let pool: ConnectionPool
    private let place: Mutex<Place>

    init(of appID: AppID?, _ pool: ConnectionPool) async throws {
        self.pool = pool.separate()
        place = Mutex(Place(accounts: []))
        do {
            let accounts = try await self.pool.run { connection in
                connection.begin(Connection.beginSnapshot)
                let rows =
                    if let appID {
                        try connection.run(StateStatements.account, [AccountKey(appID).parameter])
                    } else {
                        try connection.run(StateStatements.accounts)
                    }
                try connection.execute(StateStatements.patience)
                if let appID, rows.count == 0 || rows.text(0, 1) != appID.rawValue {
                    throw Refusal.unknownAccount(appID)
                }
                connection.keepTransaction()
                return try (0..<rows.count).map { row in
                    let appID = AppID(rows.text(row, 1))
                    return Source(
                        number: Int64(try rows.int(row, 0)),
                        account: try Account(appID, stored: rows, row, 2),
                        nextTagID: TagID(try rows.int(row, 3)))
                }
            }
            place.withLock { $0.accounts = accounts }
        } catch {
            let pool = self.pool
            Task { await pool.close() }
            throw error
        }
    }

    deinit {
        let pool = pool
        Task { await pool.close() }
    }

    /// Returns the next record; nil at the end. Must not be called concurrently.
    func next() async throws -> StateRecord? {
        let before = place.withLock { $0 }
        guard let source = before.accounts.first else { return nil }
        let (record, after) = try await pool.run { connection in
            guard connection.isInTransaction else {
                throw DatabaseError(.lost, "the connection to the database broke during the export; restart the export")
            }
            defer { connection.keepTransaction() }
            return try Self.step(before, source, connection)
        }
        place.withLock { $0 = after }
        return record
    }

    private static func step(
        _ place: Place, _ source: Source, _ connection: Connection
    ) throws -> (StateRecord?, Place) {
        var place = place
        let parameter = Parameter.int(source.number)
        guard let names = place.names else {
            let names = try connection.tagNames(from: connection.run(Statements.tagNames, [parameter]))
            place.names = names
            let tags = names.entries.filter { $0.id != .starred }.map { AccountState.Tag(id: $0.id, name: $0.name) }
            return (
                .account(AccountState(account: source.account, nextTagID: source.nextTagID, tags: tags)), place
            )
        }
        if place.rest == nil {
            let rows = try connection.run(StateStatements.followers, [parameter, .int(place.after)])
            if rows.count > 0 {
                place.after = try rows.int(rows.count - 1, 0)
                return (.followers(try followers(rows, names)), place)
            }
            let tokens = try connection.tokens(
                connection.run(TokenStatements.all, [parameter]), of: source.account.appID)
            let counters = try connection.counters(of: AccountKey(source.account.appID)).sorted { $0.name < $1.name }
            place.rest = tokens.map(StateRecord.token) + counters.map(StateRecord.counter)
        }
        guard let record = place.rest?.first else {
            let accounts = Array(place.accounts.dropFirst())
            place = Place(accounts: accounts)
            guard let next = accounts.first else { return (nil, place) }
            return try step(place, next, connection)
        }
        place.rest?.removeFirst()
        return (record, place)
    }

    private static func followers(_ rows: ResultRows, _ names: TagNames) throws(DatabaseError) -> [FollowerState] {
        var followers: [FollowerState] = []
        followers.reserveCapacity(rows.count)
        for row in 0..<rows.count {
            followers.append(
                FollowerState(
                    openID: try rows.openID(row, 1), since: UnixTime(seconds: Int64(try rows.int(row, 2))),
                    isFollowing: rows.bool(row, 3), isBlacklisted: rows.bool(row, 4),
                    tagIDs: names.ids(of: try rows.ints(row, 5)),
                    remark: rows.isNull(row, 6) ? "" : String(decoding: try rows.bytes(row, 6), as: UTF8.self)))
        }
        return followers
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
        var rows = try run(StateStatements.lockVersion, [number.parameter])
        // If another node was replacing the account, the statement waited until the old row was gone. The next
        // statement sees the new row.
        for _ in 0..<Self.looks where rows.count == 0 {
            rows = try run(StateStatements.lockVersion, [number.parameter])
        }
        guard rows.count == 1 else { return nil }
        let version = try rows.int(0, 0)
        for removal in StateStatements.removals { try run(removal, [number.parameter]) }
        if !keepingGrants {
            try run(StateStatements.refusedCallRemoval, [number.parameter])
            if try run(StateStatements.grantRemoval, [number.parameter]).affected > 0 {
                try run(StateStatements.grantTokenRemoval, [number.parameter])
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
            StateStatements.finish,
            [
                number.parameter, .int(arrival.followers), .int(arrival.following), .int(arrival.blacklisted),
            ])
        if let version { try run(StateStatements.setVersion, [number.parameter, .int(version + 1)]) }
        for token in arrival.tokens { try put(token.record, number) }
        try put(arrival.counters)
    }
}
