import OfficialAccount
import TagStore

/// A follower's row in the database.
struct StoredFollower: Sendable {
    let openID: OpenID
    let ordinal: Int
    let isFollowing: Bool
    /// The keys of the follower's tags, including the keys of deleted tags.
    let keys: [Int]
    let isBlacklisted: Bool
}

extension Connection {
    /// Runs a statement that finds followers by their openids, and returns these followers.
    func followers(
        _ statement: Statement, _ openIDs: some Sequence<OpenID>, _ account: AccountKey
    ) throws(DatabaseError) -> [StoredFollower] {
        let rows = try run(statement, [account.parameter, .openIDs(openIDs)])
        var followers: [StoredFollower] = []
        followers.reserveCapacity(rows.count)
        for row in 0..<rows.count {
            followers.append(
                StoredFollower(
                    openID: try rows.openID(row, 0), ordinal: try rows.int(row, 1), isFollowing: rows.bool(row, 2),
                    keys: try rows.ints(row, 3), isBlacklisted: rows.bool(row, 4)))
        }
        return followers
    }

    /// Throws the reason why this openid is not a follower of the account. The code is 40013 if there is no such
    /// account, and 40003 if the openid no longer follows the account. Throws ``UnseenOpenID`` if the openid never
    /// followed the account.
    func refuse(notFollowing openID: OpenID, _ appID: AppID, _ account: AccountKey) throws -> Never {
        guard try self.account(appID, account) != nil else { throw Refusal.unknownAccount(appID) }
        if try !followers(Statements.followers, [openID], account).isEmpty { throw Refusal.left(openID) }
        throw UnseenOpenID(openID: openID, account: account)
    }

    /// Returns the ordinal after which a page begins: the ordinal of `cursor`, or -1 if `cursor` is nil. Throws
    /// ``UnseenOpenID`` if `cursor` never followed the account.
    func start(after cursor: OpenID?, _ appID: AppID, _ account: AccountKey) throws -> Int {
        guard let cursor else { return -1 }
        let rows = try run(Statements.ordinal, [account.parameter, .text(cursor.description)])
        guard rows.count == 1 else { try refuse(notFollowing: cursor, appID, account) }
        return try rows.int(0, 0)
    }

    /// Records that these followers have left and no longer carry their tags, or that they are back and carry their
    /// tags again.
    ///
    /// - Parameter sign: 1 if the followers are back, -1 if they have left.
    func flip(_ followers: [StoredFollower], sign: Int, id: Int64, _ account: AccountKey) throws(DatabaseError) {
        var ordinals: [Int: [Int]] = [:]
        for follower in followers { for key in follower.keys { ordinals[key, default: []].append(follower.ordinal) } }
        for answer in try run(Flips.insertions(of: ordinals, sign: sign, id: id, account)) { _ = try answer.get() }
    }
}

// Reads and changes followers.
extension PostgresTagStore {
    /// The most openids that the store sends in one statement.
    private static let batch = 10_000

    @discardableResult
    public func follow(_ openIDs: [OpenID], of appID: AppID, at now: UnixTime) async throws(Refusal) -> Int {
        let number = AccountKey(appID)
        let flipID = options.changeID()
        return try await change(number) { connection in
            var next = try connection.lock(appID, number).nextOrdinal
            var news = 0
            for (offset, batch) in Self.batches(openIDs).enumerated() {
                let present = try connection.followers(Statements.lockFollowers, batch, number)
                let known = Set(present.map(\.openID))
                let arrived = batch.filter { !known.contains($0) }
                guard next + arrived.count < Int(Int32.max) else {
                    throw Refusal.tooManyFollowers(limit: Int(Int32.max))
                }
                if !arrived.isEmpty {
                    try connection.run(
                        Statements.insertFollowers,
                        [number.parameter, .int(now.seconds), .int(next), .openIDs(arrived)])
                }
                let back = present.filter { !$0.isFollowing }
                if !back.isEmpty {
                    try connection.run(
                        Statements.setFollowersBack,
                        [number.parameter, .int(now.seconds), .openIDs(back.map(\.openID))])
                    try connection.flip(back, sign: 1, id: flipID &+ Int64(offset), number)
                }
                next += arrived.count
                news += arrived.count + back.count
            }
            if news > 0 { try connection.run(Statements.setFollowing, [number.parameter, .int(next), .int(news)]) }
            return news
        }
    }

    public func unfollow(_ openIDs: [OpenID], of appID: AppID) async throws(Refusal) {
        let number = AccountKey(appID)
        let flipID = options.changeID()
        try await change(number) { connection in
            let next = try connection.lock(appID, number).nextOrdinal
            var gone = 0
            for (offset, batch) in Self.batches(openIDs).enumerated() {
                let leaving = try connection.followers(Statements.lockFollowers, batch, number).filter(\.isFollowing)
                guard !leaving.isEmpty else { continue }
                try connection.run(
                    Statements.setFollowersGone, [number.parameter, .openIDs(leaving.map(\.openID))])
                try connection.flip(leaving, sign: -1, id: flipID &+ Int64(offset), number)
                gone += leaving.count
            }
            if gone > 0 { try connection.run(Statements.setFollowing, [number.parameter, .int(next), .int(-gone)]) }
        }
    }

    /// Returns the openids without duplicates, in the same order, as arrays of at most ``batch`` openids.
    private static func batches(_ openIDs: [OpenID]) -> [[OpenID]] {
        var seen = Set<OpenID>(minimumCapacity: openIDs.count)
        let unique = openIDs.filter { seen.insert($0).inserted }
        return stride(from: 0, to: unique.count, by: batch).map { Array(unique[$0..<min($0 + batch, unique.count)]) }
    }

    public func followers(after cursor: OpenID?, of appID: AppID) async throws(Refusal) -> OpenIDPage {
        try await page(Statements.followersAfter, total: 0, after: cursor, of: appID, limit: limits.openIDsPerPage)
    }

    public func blacklist(after cursor: OpenID?, of appID: AppID) async throws(Refusal) -> OpenIDPage {
        try await page(
            Statements.blacklistAfter, total: 1, after: cursor, of: appID, limit: limits.openIDsPerBlacklistPage)
    }

    private func page(
        _ statement: Statement, total column: Int, after cursor: OpenID?, of appID: AppID, limit: Int
    ) async throws(Refusal) -> OpenIDPage {
        let number = AccountKey(appID)
        return try await read(.account(number)) { connection in
            // Both queries must see the same snapshot.
            connection.begin(Connection.beginSnapshot)
            defer { connection.rollback() }
            let start = try connection.start(after: cursor, appID, number)
            let answers = try connection.run([
                Request(Statements.totals, [number.parameter]),
                Request(statement, [number.parameter, .int(start), .int(limit)]),
            ])
            let totals = try answers[0].get()
            guard totals.count == 1, totals.text(0, 2) == appID.rawValue else { throw Refusal.unknownAccount(appID) }
            let rows = try answers[1].get()
            return OpenIDPage(
                total: try totals.int(0, column), openIDs: try (0..<rows.count).map { try rows.openID($0, 0) })
        }
    }

    public func profiles(of openIDs: [OpenID], for appID: AppID) async throws(Refusal) -> [FollowerProfile] {
        let number = AccountKey(appID)
        return try await read(.account(number)) { connection in
            let answers = try connection.run([
                Request(Statements.profiles, [number.parameter, .openIDs(Set(openIDs))]),
                Request(Statements.tagNames, [number.parameter]),
            ])
            let rows = try answers[0].get()
            let names = try connection.tagNames(from: answers[1].get())
            var known: [OpenID: FollowerProfile] = [:]
            for row in 0..<rows.count {
                let openID = try rows.openID(row, 0)
                let following =
                    rows.bool(row, 1)
                    ? try FollowerProfile.Following(
                        since: Int64(rows.int(row, 2)),
                        remark: rows.isNull(row, 4) ? "" : String(decoding: rows.bytes(row, 4), as: UTF8.self),
                        tagIDs: names.ids(of: rows.ints(row, 3))) : nil
                known[openID] = FollowerProfile(openID: openID, following: following)
            }
            return try openIDs.map { openID in
                guard let profile = known[openID] else {
                    try connection.refuse(notFollowing: openID, appID, number)
                }
                return profile
            }
        }
    }

    public func setRemark(_ remark: String, of openID: OpenID, for appID: AppID) async throws(Refusal) {
        let number = AccountKey(appID)
        let limits = limits
        try await change(number) { connection in
            guard let account = try connection.account(appID, number)?.account else {
                throw Refusal.unknownAccount(appID)
            }
            try RemarkRules.judge(remark, limit: account.limits.applied(to: limits).remarkBytes)
            let rows = try connection.followers(Statements.lockFollowers, [openID], number)
            guard let follower = rows.first else { try connection.refuse(notFollowing: openID, appID, number) }
            guard follower.isFollowing else {
                throw Refusal.mustFollow(openID)
            }
            if remark.isEmpty {
                try connection.run(Statements.dropRemark, [number.parameter, .int(follower.ordinal)])
            } else {
                try connection.run(
                    Statements.setRemark, [number.parameter, .int(follower.ordinal), .bytes(remark.utf8)])
            }
        }
    }
}
