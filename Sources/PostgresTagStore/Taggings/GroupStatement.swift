import OfficialAccount
import TagStore

/// Many calls of one account in one statement, which is one transaction and one round trip.
///
/// Those that meet every rule are applied; the others are left for ``PostgresTagStore/changeAlone(_:_:of:)``, which finds out what speaks
/// against them. Nobody is waited for: a follower whom another node's call holds is passed over, and the call with it.
enum GroupStatement {
    /// $1 account, $2 the version of its settings, $3 tags a follower may carry, $4 the mark, $5 openids, $6 the call of each, $7 the calls,
    /// $8 the tag of each, $9 how many openids each has.
    private static func sql(_ rule: String, _ change: String, _ isChanged: String, _ step: String) -> String {
        """
        WITH present AS MATERIALIZED (
            SELECT FROM account WHERE account = $1 AND version = $2
        ), asked AS MATERIALIZED (
            SELECT call.number, call.size, tag.key
            FROM unnest($7::integer[], $8::bigint[], $9::integer[]) AS call (number, tag, size)
            JOIN tag ON tag.account = $1 AND tag.id = call.tag
            WHERE EXISTS (SELECT FROM present)
        ), held AS MATERIALIZED (
            SELECT follower.ordinal, follower.tags, named.call
            FROM unnest($5::text[], $6::integer[]) AS named (openid, call)
            JOIN follower ON follower.openid = named.openid AND follower.account = $1
            WHERE follower.following
            FOR UPDATE OF follower SKIP LOCKED
        ), judged AS MATERIALIZED (
            SELECT held.ordinal, held.tags, held.call, asked.key, asked.size
            FROM asked JOIN held ON held.call = asked.number
        ), good AS MATERIALIZED (
            SELECT call, key FROM judged GROUP BY call, key, size HAVING count(*) = size AND bool_and(\(rule))
        ), changed AS (
            UPDATE follower SET tags = \(change)
            FROM judged WHERE follower.account = $1 AND follower.ordinal = judged.ordinal AND \(isChanged)
                AND judged.call IN (SELECT call FROM good)
            RETURNING follower.ordinal, judged.call, judged.key
        ), flipped AS (
            INSERT INTO flip (account, key, id, part, step, ordinals)
            SELECT $1, key, $4, call, \(step), array_agg(ordinal) FROM changed GROUP BY call, key
        ), settled AS (
            INSERT INTO settled (account, id, fenced, calls)
            SELECT $1, $4, false, array_agg(call) FROM good HAVING count(*) > 0
        )
        SELECT call, key FROM good
        UNION ALL SELECT -1, -1 WHERE NOT EXISTS (SELECT FROM present)
        """
    }

    static let tagging = Statement(
        "tag a group",
        sql(
            "cardinality(tags) < $3 OR key = ANY (tags)", "follower.tags || judged.key",
            "NOT judged.key = ANY (judged.tags)", "count(*)"))

    static let untagging = Statement(
        "untag a group",
        sql(
            "$3 >= 0", "array_remove(follower.tags, judged.key)", "judged.key = ANY (judged.tags)", "-count(*)"))

    /// What a group came to.
    enum Outcome: Sendable {
        /// Those calls that were applied, with the keys of their tags.
        case applied([Int: Int])
        /// The account's settings are not those that are known here.
        case stale
    }

    static func run(
        _ group: TaggingQueue.Group, _ account: KnownAccount, id: Int64, on connection: Connection
    ) throws(DatabaseError) -> Outcome {
        let calls = group.calls
        let numbers = calls.indices
        let rows = try connection.run(
            group.isTagging ? tagging : untagging,
            [
                AccountNumber(group.appID).parameter, .int(account.version), .int(account.limits.tagsPerFollower),
                .int(id), .openIDs(calls.lazy.flatMap(\.openIDs)),
                .ints(numbers.lazy.flatMap { repeatElement($0, count: calls[$0].openIDs.count) }), .ints(numbers),
                .ints(calls.lazy.map { $0.effect.tag?.rawValue ?? 0 }), .ints(calls.lazy.map(\.openIDs.count)),
            ])
        var applied: [Int: Int] = [:]
        for row in 0..<rows.count {
            let call = try rows.int(row, 0)
            guard calls.indices.contains(call) else { return .stale }
            applied[call] = try rows.int(row, 1)
        }
        return .applied(applied)
    }
}
