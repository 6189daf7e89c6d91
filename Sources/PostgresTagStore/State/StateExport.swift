import OfficialAccount
import Synchronization
import TagStore

private enum ExportStatements {
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

    /// Lets the session of an export stay idle for up to ten minutes while the reader is slow. After this time the
    /// database ends the session, because during an export it cannot free the space of deleted rows.
    static let patience = "SET LOCAL idle_in_transaction_session_timeout = 600000"
}

/// An export under way. It remembers what to read next.
///
/// It reads through a connection and a thread that nothing else uses.
final class StateExport: Sendable {
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
                        try connection.run(ExportStatements.account, [AccountKey(appID).parameter])
                    } else {
                        try connection.run(ExportStatements.accounts)
                    }
                try connection.execute(ExportStatements.patience)
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
            let rows = try connection.run(ExportStatements.followers, [parameter, .int(place.after)])
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
