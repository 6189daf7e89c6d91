import OfficialAccount
import TagStore

// Pages of the followers that carry a tag.
extension PostgresTagStore {
    public func followers(
        carrying tag: TagID?, after cursor: OpenID?, for appID: AppID
    ) async throws(Refusal) -> [OpenID] {
        let number = AccountKey(appID)
        let limit = limits.openIDsPerPage
        return try await read(.account(number)) { connection in
            connection.begin(Connection.beginSnapshot)
            defer { connection.rollback() }
            guard try connection.account(appID, number) != nil else { throw Refusal.unknownAccount(appID) }
            guard let tag else { throw Refusal.tagMissing }
            let rows = try connection.run(Statements.tag, [number.parameter, .int(tag.rawValue)])
            guard rows.count == 1 else { throw Refusal.unknownTag(tag) }
            let start = try connection.start(after: cursor, appID, number)
            let ordinals = try Flips.carriers(
                of: try rows.int(0, 0), number, after: start, limit: limit, on: connection)
            return try connection.openIDs(of: ordinals, number)
        }
    }
}

extension Connection {
    /// Returns the openids of the followers with these ordinals, in the same order. `ordinals` must be ascending.
    fileprivate func openIDs(of ordinals: [Int], _ account: AccountKey) throws(DatabaseError) -> [OpenID] {
        guard let first = ordinals.first, let last = ordinals.last else { return [] }
        // If the ordinals lie close together, the query reads their whole range, including a few other followers.
        // Otherwise the query reads only the listed followers.
        let isDense = last - first < ordinals.count * 4
        let rows =
            isDense
            ? try run(Statements.followersBetween, [account.parameter, .int(first), .int(last)])
            : try run(Statements.followersNumbered, [account.parameter, .ints(ordinals)])
        var openIDs: [OpenID] = []
        openIDs.reserveCapacity(ordinals.count)
        var row = 0
        for ordinal in ordinals {
            while row < rows.count, try rows.int(row, 0) < ordinal { row += 1 }
            guard row < rows.count, try rows.int(row, 0) == ordinal else {
                throw .foreign("a carrier who is not a follower")
            }
            openIDs.append(try rows.openID(row, 1))
        }
        return openIDs
    }
}
