import OfficialAccount
import TagStore

/// Applies many calls of one account with one statement, which is one transaction and one round trip.
///
/// The statement has two forms:
///
/// - The optimistic form looks up and changes each follower in one step. If one of the followers that the calls name
///   would stay unchanged, the statement fails and changes nothing.
/// - The pessimistic form locks the followers, judges each call, and applies the calls that meet every rule.
///
/// The node tries the optimistic form first. ``PostgresTagStore/changeAlone(_:_:of:)`` judges the calls that neither
/// form applied.
///
/// On Citus each form is a transaction of two round trips: see ``Dialect/GroupForm``. The first round trip returns the
/// changed followers of each call. If the optimistic form changed too few followers, the node ends the transaction with
/// a ROLLBACK. On the other engines, the statement divides by zero in this case, so that it fails.
///
/// No form waits long for calls of other nodes. The optimistic form fails after a wait of one millisecond. The
/// pessimistic form skips followers that another node's call has locked, and skips the calls that name such followers.
enum GroupStatement {
    /// $1 is the account, and $2 is the version of its settings. $3 is the number of tags that a follower may carry. $4
    /// is the id of the change. $5 has the openids. For each openid, $6 has the number of its call; the first call has
    /// number 1. For each call, $7 has the tag, and $8 has the number of openids.
    ///
    /// `keys.list` has the key of the tag of each call; -1 for a tag that does not exist. The list is NULL if the
    /// version of the account's settings is not $2 any more.
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
        /// Returns SQL that tells whether a call with this key can be applied to a follower with these tags.
        let allows: @Sendable (_ tags: String, _ key: String) -> String
        /// Returns SQL that tells whether the call must change the follower.
        let changes: @Sendable (_ tags: String, _ key: String) -> String
        /// Returns SQL for the follower's tags after the call.
        let result: @Sendable (_ tags: String, _ key: String) -> String
        /// SQL for the change of the tag's count, computed from the changed rows.
        let step: String
    }

    private static let tagging = Rule(
        name: "tag", allows: { "cardinality(\($0)) < $3 OR \($1) = ANY (\($0))" },
        changes: { "NOT \($1) = ANY (\($0))" },
        result: { "\($0) || \($1)" }, step: "count(*)")

    private static let untagging = Rule(
        name: "untag", allows: { _, _ in "$3 >= 0" }, changes: { "\($1) = ANY (\($0))" },
        result: { "array_remove(\($0), \($1))" }, step: "-count(*)")

    /// Returns a WITH clause that changes each named follower for whom `rule` allows the change. The clause does not
    /// lock the followers first.
    private static func changedOptimistically(_ rule: Rule) -> String {
        let key = "((SELECT list FROM keys))[named.call]"
        let tags = "follower.tags"
        return """
            WITH \(keys), changed AS (
                UPDATE follower SET tags = \(rule.result(tags, key)), room = NULL
                FROM unnest($5::text[], $6::integer[]) AS named (openid, call)
                WHERE follower.openid = ANY ($5) AND follower.openid = named.openid AND follower.account = $1
                    AND follower.following AND \(key) >= 0 AND \(rule.changes(tags, key)) AND (\(rule.allows(tags, key)))
                RETURNING follower.ordinal, named.call
            )
            """
    }

    private static func optimistic(_ rule: Rule) -> Statement {
        Statement(
            "\(rule.name) a group optimistically",
            """
            \(changedOptimistically(rule)), flipped AS (
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

    /// Returns the optimistic statement for ``Dialect/GroupForm/twoSteps``. The statement mentions $4 and $8 only
    /// because all forms take the same parameters.
    private static func optimisticStep(_ rule: Rule) -> Statement {
        Statement(
            "\(rule.name) optimistically",
            """
            \(changedOptimistically(rule))
            SELECT call, ((SELECT list FROM keys))[call], array_agg(ordinal) FROM changed
            WHERE $4::bigint IS NOT NULL AND $8::integer[] IS NOT NULL GROUP BY call
            """)
    }

    /// Returns a WITH clause that locks the followers, judges the calls, and applies the calls that meet every rule.
    private static func changedPessimistically(_ rule: Rule) -> String {
        let key = "((SELECT list FROM keys))[call]"
        let chosen = "((SELECT list FROM chosen))[held.call]"
        return """
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
            )
            """
    }

    private static func pessimistic(_ rule: Rule) -> Statement {
        Statement(
            "\(rule.name) a group",
            """
            \(changedPessimistically(rule)), flipped AS (
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

    private static func pessimisticStep(_ rule: Rule) -> Statement {
        Statement(
            "\(rule.name) pessimistically",
            """
            \(changedPessimistically(rule))
            SELECT good.call, good.key, flipped.ordinals FROM good LEFT JOIN (
                SELECT call, array_agg(ordinal) AS ordinals FROM changed GROUP BY call
            ) AS flipped ON flipped.call = good.call
            UNION ALL SELECT 0, 0, NULL WHERE (SELECT list FROM keys) IS NULL AND $4::bigint IS NOT NULL
            """)
    }

    private struct Forms: Sendable {
        let optimistic: Statement
        let pessimistic: Statement
    }

    private static let statements = (
        tagging: Forms(optimistic: optimistic(tagging), pessimistic: pessimistic(tagging)),
        untagging: Forms(optimistic: optimistic(untagging), pessimistic: pessimistic(untagging))
    )

    private static let steps = (
        tagging: Forms(optimistic: optimisticStep(tagging), pessimistic: pessimisticStep(tagging)),
        untagging: Forms(optimistic: optimisticStep(untagging), pessimistic: pessimisticStep(untagging))
    )

    /// Returns the statement that inserts `count` flips. $1 is the account, and $2 is the id of the change. For each
    /// row, four more parameters follow: the key, the part, the step and the ordinals.
    ///
    /// The statement lists the rows in VALUES. If a SELECT produced the rows, Citus would copy them to the account's
    /// machine, and every commit would be a two-phase commit.
    private static func insertFlips(_ count: Int) -> Statement {
        let rows = (0..<count).map { row in
            "($1, $\(row * 4 + 3), $2, $\(row * 4 + 4), $\(row * 4 + 5), $\(row * 4 + 6))"
        }
        return Statement(
            "insert \(count) flips",
            "INSERT INTO flip (account, key, id, part, step, ordinals) VALUES \(rows.joined(separator: ", "))")
    }

    /// Statements that insert 16, 4 and 1 rows. With these three statements, the store can insert any number of rows in
    /// few requests.
    private static let insertions = [16, 4, 1].map { (rows: $0, statement: insertFlips($0)) }

    private static let settle = Statement(
        "settle a group", "INSERT INTO settled (account, id, fenced, calls) VALUES ($1, $2, false, $3)")

    /// The outcome of a group.
    enum Outcome: Sendable {
        /// The calls that were applied, by their index in the group, with the keys of their tags.
        case applied([Int: Int])
        /// The account's settings have changed; this node's copy is out of date.
        case stale
    }

    /// - Parameter isOptimistic: whether to use the optimistic form, which changes nothing if it meets a conflict.
    ///
    /// - Returns: the outcome; nil if the optimistic form met a conflict.
    static func run(
        _ group: TaggingQueue.Group, _ account: KnownAccount, id: Int64, isOptimistic: Bool, on connection: Connection
    ) throws(DatabaseError) -> Outcome? {
        if connection.dialect.groups == .twoSteps {
            return try runInSteps(group, account, id: id, isOptimistic: isOptimistic, on: connection)
        }
        let statements = group.isTagging ? statements.tagging : statements.untagging
        let request = Request(
            isOptimistic ? statements.optimistic : statements.pessimistic, parameters(group, account, id: id))
        let rows: ResultRows
        if isOptimistic {
            let before = (connection.dialect.waitShortly ?? []).map { Request($0) }
            let after = connection.dialect.waitAgain.map { [Request($0)] } ?? []
            let answer = try connection.run(before + [request] + after)[before.count]
            if case .failure(let error) = answer, error.isConflict { return nil }
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

    /// The change that one call of a group has made.
    private struct Flip {
        let call: Int
        let key: Int
        let ordinals: [Int]
    }

    private static func runInSteps(
        _ group: TaggingQueue.Group, _ account: KnownAccount, id: Int64, isOptimistic: Bool, on connection: Connection
    ) throws(DatabaseError) -> Outcome? {
        let statements = group.isTagging ? steps.tagging : steps.untagging
        connection.begin()
        do throws(DatabaseError) {
            let request = Request(
                isOptimistic ? statements.optimistic : statements.pessimistic, parameters(group, account, id: id))
            let flips: [Flip]
            do throws(DatabaseError) {
                flips = try flipped(by: request, isOptimistic: isOptimistic, on: connection)
            } catch {
                // Nothing has been committed yet.
                throw error.withoutEffect
            }
            guard flips.allSatisfy({ group.calls.indices.contains($0.call - 1) }) else {
                connection.rollback()
                return .stale
            }
            let named = group.calls.reduce(0) { $0 + $1.openIDs.count }
            if isOptimistic, flips.reduce(0, { $0 + $1.ordinals.count }) != named {
                connection.rollback()
                return nil
            }
            guard !flips.isEmpty else {
                connection.rollback()
                return .applied([:])
            }
            try connection.commit(after: requests(flips, of: group, id: id))
            return .applied(Dictionary(flips.map { ($0.call - 1, $0.key) }) { key, _ in key })
        } catch {
            connection.rollback()
            if isOptimistic, error.isConflict, error.leavesNoDoubt { return nil }
            throw error
        }
    }

    private static func flipped(
        by request: Request, isOptimistic: Bool, on connection: Connection
    ) throws(DatabaseError) -> [Flip] {
        let before = isOptimistic ? (connection.dialect.waitShortly ?? []).map { Request($0) } : []
        let answers = try connection.run(before + [request])
        for answer in answers.dropLast() { _ = try answer.get() }
        let rows = try answers[before.count].get()
        var flips: [Flip] = []
        for row in 0..<rows.count {
            flips.append(
                Flip(
                    call: try rows.int(row, 0), key: try rows.int(row, 1),
                    ordinals: rows.isNull(row, 2) ? [] : try rows.ints(row, 2)))
        }
        return flips
    }

    private static func requests(_ flips: [Flip], of group: TaggingQueue.Group, id: Int64) -> [Request] {
        let account = AccountKey(group.appID).parameter
        let sign = group.isTagging ? 1 : -1
        var ordinals: [Int: [Int]] = [:]
        for flip in flips { ordinals[flip.key, default: []] += flip.ordinals }
        var requests: [Request] = []
        var left = Flips.rows(of: ordinals, sign: sign).map { row -> [Parameter] in
            [.int(row.key), .int(row.part), .int(row.step), .ints(row.ordinals)]
        }[...]
        for insertion in insertions {
            while left.count >= insertion.rows {
                requests.append(
                    Request(insertion.statement, [account, .int(id)] + left.prefix(insertion.rows).joined()))
                left = left.dropFirst(insertion.rows)
            }
        }
        requests.append(Request(settle, [account, .int(id), .ints(flips.lazy.map(\.call))]))
        return requests
    }

    private static func parameters(
        _ group: TaggingQueue.Group, _ account: KnownAccount, id: Int64
    ) -> [Parameter] {
        // Every node sorts the openids the same way, so that two nodes that change the same followers cannot deadlock.
        var named: [(openID: OpenID, call: Int)] = []
        named.reserveCapacity(TaggingQueue.openIDsPerGroup)
        for (number, call) in group.calls.enumerated() {
            for openID in call.openIDs { named.append((openID, number + 1)) }
        }
        named.sort { $0.openID.words < $1.openID.words }
        return [
            AccountKey(group.appID).parameter, .int(account.version), .int(account.limits.tagsPerFollower), .int(id),
            .openIDs(named.lazy.map(\.openID)), .ints(named.lazy.map(\.call)),
            .ints(group.calls.lazy.map { $0.effect.key?.rawValue ?? 0 }), .ints(group.calls.lazy.map(\.openIDs.count)),
        ]
    }
}

extension DatabaseError {
    /// Whether the error is a conflict. Either the statement changed fewer followers than the calls name, or another
    /// call has locked one of the followers.
    fileprivate var isConflict: Bool {
        switch sqlState {
        case "22012", "55P03", "40P01", "40001": true
        default: false
        }
    }
}
