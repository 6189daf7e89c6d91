import OfficialAccount
import TagStore

// Folding: flips become part of the chunks.
extension Flips {
    /// The most rows of the table `flip` that one transaction folds.
    private static let rowsPerFold = 1024

    private static let hold = Statement(
        "hold tag", "SELECT FROM tag WHERE account = $1 AND key = $2 FOR UPDATE SKIP LOCKED")
    private static let exists = Statement("tag exists", "SELECT FROM tag WHERE account = $1 AND key = $2")
    private static let oldest = Statement(
        "flips",
        "SELECT id, part, step, ordinals FROM flip WHERE account = $1 AND key = $2 ORDER BY id, part LIMIT $3")
    private static let chunks = Statement(
        "chunks",
        """
        SELECT found.chunk, found.bits FROM unnest($3::integer[]) AS named (chunk), LATERAL (
            SELECT chunk, bits FROM carriers WHERE account = $1 AND key = $2 AND chunk = named.chunk OFFSET 0
        ) AS found
        """)
    private static let put = Statement(
        "put chunks",
        """
        INSERT INTO carriers (account, key, chunk, bits)
        SELECT $1, $2, chunk, bits FROM unnest($3::integer[], $4::bytea[]) AS put (chunk, bits)
        ON CONFLICT (account, key, chunk) DO UPDATE SET bits = excluded.bits
        """)
    /// $4 and $5 are the first and the last chunk. They keep the statement from reading chunks outside this range.
    private static let drop = Statement(
        "drop chunks",
        """
        DELETE FROM carriers USING unnest($3::integer[]) AS empty (chunk)
        WHERE carriers.account = $1 AND carriers.key = $2 AND carriers.chunk BETWEEN $4 AND $5
            AND carriers.chunk = empty.chunk
        """)
    /// $5 and $6 are the first and the last id. They keep the statement from reading flips outside this range.
    private static let remove = Statement(
        "remove flips",
        """
        DELETE FROM flip USING unnest($3::bigint[], $4::integer[]) AS folded (id, part)
        WHERE flip.account = $1 AND flip.key = $2 AND flip.id BETWEEN $5 AND $6
            AND flip.id = folded.id AND flip.part = folded.part
        """)
    private static let count = Statement(
        "count", "UPDATE tag SET count = count + $3 WHERE account = $1 AND key = $2")
    private static let pending = Statement(
        "pending flips",
        """
        SELECT flip.account, flip.key FROM flip
        LEFT JOIN tag ON tag.account = flip.account AND tag.key = flip.key
        GROUP BY flip.account, flip.key HAVING count(*) >= $1 OR count(tag.key) = 0
        """)

    /// Folds flips of a tag: applies up to ``rowsPerFold`` rows to the chunks and deletes these rows, in one
    /// transaction. Only one node folds a tag at a time.
    ///
    /// Readers see no difference. Returns true if there may be more flips.
    static func fold(_ account: AccountKey, _ key: Int, on connection: Connection) throws(DatabaseError) -> Bool {
        let tag: [Parameter] = [account.parameter, .int(key)]
        connection.begin()
        do throws(DatabaseError) {
            let isMore = try foldSome(tag, connection)
            try connection.commit()
            return isMore
        } catch {
            connection.rollback()
            if error.endsConnection { connection.abandon() }
            throw error
        }
    }

    private static func foldSome(_ tag: [Parameter], _ connection: Connection) throws(DatabaseError) -> Bool {
        guard try connection.run(hold, tag).count == 1 else {
            // Another node is folding this tag, or the tag has been deleted. In the second case, `dropFlips` removes
            // the flips that a call wrote after the deletion.
            if try connection.run(exists, tag).count == 0 { try connection.run(Statements.dropFlips, tag) }
            return false
        }
        let flips = try connection.run(oldest, tag + [.int(rowsPerFold)])
        guard flips.count > 0 else { return false }
        var (ids, parts, ordinals): ([Int], [Int], [Int]) = ([], [], [])
        var step = 0
        for row in 0..<flips.count {
            ids.append(try flips.int(row, 0))
            parts.append(try flips.int(row, 1))
            step = step.saturatingSum(with: try flips.int(row, 2))
            ordinals += try flips.ordinals(row, 3)
        }
        var changed = CarrierChunk.flips(of: ordinals)
        let present = try connection.run(chunks, tag + [.ints(changed.keys)])
        for row in 0..<present.count { changed[try present.int(row, 0)]?.flip(try chunk(present, row)) }
        let (empty, full) = (changed.filter { $0.value.isEmpty }, changed.filter { !$0.value.isEmpty })
        if !full.isEmpty {
            try connection.run(put, tag + [.ints(full.keys), .byteStrings(full.values.lazy.map(\.bits))])
        }
        if let first = empty.keys.min(), let last = empty.keys.max() {
            try connection.run(drop, tag + [.ints(empty.keys), .int(first), .int(last)])
        }
        if let first = ids.first, let last = ids.last {
            try connection.run(remove, tag + [.ints(ids), .ints(parts), .int(first), .int(last)])
        }
        if step != 0 { try connection.run(count, tag + [.int(step)]) }
        return flips.count == rowsPerFold
    }

    /// Returns the tags that have at least `threshold` flips, and the deleted tags that have any flips.
    static func pending(_ threshold: Int, on connection: Connection) throws(DatabaseError) -> [FoldingQueue.Tag] {
        let rows = try connection.run(pending, [.int(threshold)])
        var tags: [FoldingQueue.Tag] = []
        for row in 0..<rows.count {
            let account = AccountKey(AccountHash(Int64(try rows.int(row, 0))))
            tags.append(FoldingQueue.Tag(account: account, key: try rows.int(row, 1)))
        }
        return tags
    }
}
