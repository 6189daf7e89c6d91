import OfficialAccount
import TagStore

/// Many calls of one account in one statement, which is one transaction and one round trip.
///
/// First it is tried as if nothing could be in the way: each follower is looked up once and changed where they are found, and if fewer are
/// changed than were named the statement fails, and with it everything it did. Then it is done with more care: followers are claimed, each
/// call is judged, and those that meet every rule are applied. What is left over is left to
/// ``PostgresTagStore/changeAlone(_:_:of:)``, which finds out what speaks against it.
///
/// Nobody is waited for: the first way gives up after a millisecond, the second passes over followers whom another node's call holds,
/// and the call with them.
enum GroupStatement {
    /// $1 account, $2 the version of its settings, $3 tags a follower may carry, $4 the mark, $5 openids, $6 the call of each, from 1,
    /// $7 the tag of each call, $8 how many openids each has.
    ///
    /// keys are the tags' keys by call, -1 for a tag that is not there; there is no list of them if the settings are others by now.
    private static let keys = """
        keys AS MATERIALIZED (
            SELECT array_agg(coalesce(tag.key, -1) ORDER BY call.number) AS list
            FROM unnest($7::bigint[]) WITH ORDINALITY AS call (tag, number)
            LEFT JOIN tag ON tag.account = $1 AND tag.id = call.tag
            WHERE EXISTS (SELECT FROM account WHERE account = $1 AND version = $2)
        )
        """

    private struct Rule: Sendable {
        let name: String
        /// Whether a follower with these tags can be changed by a call with this key, or need not be.
        let allows: @Sendable (_ tags: String, _ key: String) -> String
        /// Whether they have to be changed.
        let changes: @Sendable (_ tags: String, _ key: String) -> String
        /// Their tags afterwards.
        let result: @Sendable (_ tags: String, _ key: String) -> String
        /// By how many more the tag is carried when so many are changed.
        let step: String
    }

    private static let tagging = Rule(
        name: "tag", allows: { "cardinality(\($0)) < $3 OR \($1) = ANY (\($0))" },
        changes: { "NOT \($1) = ANY (\($0))" },
        result: { "\($0) || \($1)" }, step: "count(*)")

    private static let untagging = Rule(
        name: "untag", allows: { _, _ in "$3 >= 0" }, changes: { "\($1) = ANY (\($0))" },
        result: { "array_remove(\($0), \($1))" }, step: "-count(*)")

    private static func hopeful(_ rule: Rule) -> Statement {
        let key = "((SELECT list FROM keys))[named.call]"
        let tags = "follower.tags"
        return Statement(
            "\(rule.name) a group in hope",
            """
            WITH \(keys), changed AS (
                UPDATE follower SET tags = \(rule.result(tags, key)), room = NULL
                FROM unnest($5::text[], $6::integer[]) AS named (openid, call)
                WHERE follower.openid = ANY ($5) AND follower.openid = named.openid AND follower.account = $1
                    AND follower.following AND \(key) >= 0 AND \(rule.changes(tags, key)) AND (\(rule.allows(tags, key)))
                RETURNING follower.ordinal, named.call
            ), flipped AS (
                INSERT INTO flip (account, key, id, part, step, ordinals)
                SELECT $1, ((SELECT list FROM keys))[call], $4, call, \(rule.step), array_agg(ordinal)
                FROM changed GROUP BY call
            ), settled AS (
                INSERT INTO settled (account, id, fenced, calls)
                VALUES ($1, $4, false, ARRAY(SELECT generate_series(1, cardinality($8::integer[]))))
            )
            SELECT call, ((SELECT list FROM keys))[call] FROM generate_series(
                1, (cardinality($8::integer[]) / CASE (SELECT count(*) FROM changed) WHEN cardinality($5) THEN 1 ELSE 0 END)::integer
            ) AS call
            """)
    }

    private static func careful(_ rule: Rule) -> Statement {
        let key = "((SELECT list FROM keys))[call]"
        let chosen = "((SELECT list FROM chosen))[held.call]"
        return Statement(
            "\(rule.name) a group",
            """
            WITH \(keys), held AS MATERIALIZED (
                SELECT follower.openid, follower.tags, named.call
                FROM unnest($5::text[], $6::integer[]) AS named (openid, call)
                JOIN follower ON follower.openid = named.openid
                WHERE follower.openid = ANY ($5) AND follower.account = $1 AND follower.following
                FOR UPDATE OF follower SKIP LOCKED
            ), good AS MATERIALIZED (
                SELECT call, \(key) AS key FROM held GROUP BY call
                HAVING \(key) >= 0 AND count(*) = ($8::integer[])[call] AND bool_and(\(rule.allows("tags", key)))
            ), chosen AS MATERIALIZED (
                SELECT array_agg(coalesce(good.key, -1) ORDER BY number) AS list
                FROM generate_series(1, cardinality($8::integer[])) AS number LEFT JOIN good ON good.call = number
            ), changed AS (
                UPDATE follower SET tags = \(rule.result("follower.tags", chosen)), room = NULL
                FROM held
                WHERE follower.openid = ANY ($5) AND follower.openid = held.openid AND follower.account = $1
                    AND \(chosen) >= 0 AND \(rule.changes("held.tags", chosen))
                RETURNING follower.ordinal, held.call
            ), flipped AS (
                INSERT INTO flip (account, key, id, part, step, ordinals)
                SELECT $1, ((SELECT list FROM chosen))[call], $4, call, \(rule.step), array_agg(ordinal)
                FROM changed GROUP BY call
            ), settled AS (
                INSERT INTO settled (account, id, fenced, calls)
                SELECT $1, $4, false, array_agg(call) FROM good HAVING count(*) > 0
            )
            SELECT call, key FROM good
            UNION ALL SELECT 0, 0 WHERE (SELECT list FROM keys) IS NULL
            """)
    }

    private static let statements = (
        tagging: (hopeful: hopeful(tagging), careful: careful(tagging)),
        untagging: (hopeful: hopeful(untagging), careful: careful(untagging))
    )

    private static let waitShortly = Statement("wait shortly", "SET lock_timeout = 1")
    private static let waitAgain = Statement("wait again", "SET lock_timeout = 0")

    /// What a group came to.
    enum Outcome: Sendable {
        /// Those calls that were applied, with the keys of their tags.
        case applied([Int: Int])
        /// The account's settings are not those that are known here.
        case stale
    }

    /// - Parameter inHope: whether it is worth trying as if nothing could be in the way.
    ///
    /// The result is nil if it was tried in hope and came to nothing.
    static func run(
        _ group: TaggingQueue.Group, _ account: KnownAccount, id: Int64, inHope: Bool, on connection: Connection
    ) throws(DatabaseError) -> Outcome? {
        let statements = group.isTagging ? statements.tagging : statements.untagging
        let request = Request(
            inHope ? statements.hopeful : statements.careful, parameters(group, account, id: id))
        let rows: Rows
        if inHope {
            let answer = try connection.run([Request(waitShortly), request, Request(waitAgain)])[1]
            if case .failure(let error) = answer, error.isDisappointment { return nil }
            rows = try answer.get()
        } else {
            rows = try connection.run([request])[0].get()
        }
        var applied: [Int: Int] = [:]
        for row in 0..<rows.count {
            let call = try rows.int(row, 0) - 1
            guard group.calls.indices.contains(call) else { return .stale }
            applied[call] = try rows.int(row, 1)
        }
        return .applied(applied)
    }

    private static func parameters(
        _ group: TaggingQueue.Group, _ account: KnownAccount, id: Int64
    ) -> [Parameter] {
        // In one order on every node, so that two that have followers in common do not wait for each other crosswise.
        var named: [(openID: OpenID, call: Int)] = []
        named.reserveCapacity(TaggingQueue.openIDsPerGroup)
        for (number, call) in group.calls.enumerated() {
            for openID in call.openIDs { named.append((openID, number + 1)) }
        }
        named.sort { $0.openID.words < $1.openID.words }
        return [
            AccountNumber(group.appID).parameter, .int(account.version), .int(account.limits.tagsPerFollower), .int(id),
            .openIDs(named.lazy.map(\.openID)), .ints(named.lazy.map(\.call)),
            .ints(group.calls.lazy.map { $0.effect.tag?.rawValue ?? 0 }), .ints(group.calls.lazy.map(\.openIDs.count)),
        ]
    }
}

extension DatabaseError {
    /// Something was in the way: fewer followers could be changed than were named, or someone else holds one of them.
    fileprivate var isDisappointment: Bool {
        switch sqlState {
        case "22012", "55P03", "40P01", "40001": true
        default: false
        }
    }
}
