import Logging
import OfficialAccount
import Synchronization
import TagStore

/// The flips of a tag. A flip records that followers began or ceased to carry the tag, and is not yet part of the
/// chunks.
enum Flips {
    /// The highest number of followers in one row.
    static let ordinalsPerRow = 1000
    /// The number of rows that are folded in one transaction.
    private static let rowsPerFold = 1024

    private static let hold = Statement(
        "hold tag", "SELECT FROM tag WHERE account = $1 AND key = $2 FOR UPDATE SKIP LOCKED")
    private static let exists = Statement("tag exists", "SELECT FROM tag WHERE account = $1 AND key = $2")
    private static let rows = Statement(
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
    /// $4 and $5 are the first and the last chunk, so that the statement reads no others.
    private static let drop = Statement(
        "drop chunks",
        """
        DELETE FROM carriers USING unnest($3::integer[]) AS empty (chunk)
        WHERE carriers.account = $1 AND carriers.key = $2 AND carriers.chunk BETWEEN $4 AND $5
            AND carriers.chunk = empty.chunk
        """)
    /// $5 and $6 are the first and the last id, so that the statement reads no others.
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
    private static let of = Statement("flips of a tag", "SELECT ordinals FROM flip WHERE account = $1 AND key = $2")
    private static let from = Statement(
        "chunks from",
        """
        SELECT chunk, bits FROM carriers WHERE account = $1 AND key = $2 AND chunk >= $3 ORDER BY chunk LIMIT $4
        """)

    /// Folds flips of a tag: applies them to the chunks, up to ``rowsPerFold`` rows in one transaction. Only one node
    /// folds a tag at a time.
    ///
    /// Readers see no difference. Returns true if there may be more flips.
    static func fold(_ account: Int64, _ key: Int, on connection: Connection) throws(DatabaseError) -> Bool {
        let tag: [Parameter] = [.int(account), .int(key)]
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
            // Another node is folding this tag, or the tag has been deleted. Flips that were written after the deletion
            // are removed here.
            if try connection.run(exists, tag).count == 0 { try connection.run(Statements.dropFlips, tag) }
            return false
        }
        let flips = try connection.run(rows, tag + [.int(rowsPerFold)])
        guard flips.count > 0 else { return false }
        var (ids, parts, ordinals): ([Int], [Int], [Int]) = ([], [], [])
        var step = 0
        for row in 0..<flips.count {
            ids.append(try flips.int(row, 0))
            parts.append(try flips.int(row, 1))
            step += try flips.int(row, 2)
            ordinals += try flips.ints(row, 3)
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

    private static func chunk(_ rows: ResultRows, _ row: Int) throws(DatabaseError) -> CarrierChunk {
        guard let chunk = CarrierChunk(try rows.bytes(row, 1)) else { throw .foreign("an invalid chunk of carriers") }
        return chunk
    }

    /// Returns the tags that have at least `threshold` flips, and the deleted tags that have any.
    static func pending(_ threshold: Int, on connection: Connection) throws(DatabaseError) -> [(
        account: Int64, key: Int
    )] {
        let rows = try connection.run(pending, [.int(threshold)])
        var tags: [(account: Int64, key: Int)] = []
        for row in 0..<rows.count { tags.append((Int64(try rows.int(row, 0)), try rows.int(row, 1))) }
        return tags
    }

    /// Returns up to `limit` ordinals of carriers of a tag after `start`, ascending. The caller must read in one
    /// snapshot.
    ///
    /// Cost: proportional to the tag's flips and the chunks that it reads.
    static func carriers(
        of key: Int, _ account: AccountKey, after start: Int, limit: Int, on connection: Connection
    ) throws(DatabaseError) -> [Int] {
        let tag: [Parameter] = [account.parameter, .int(key)]
        let rows = try connection.run(of, tag)
        var ordinals: [Int] = []
        for row in 0..<rows.count { ordinals += try rows.ints(row, 0).lazy.filter { $0 > start } }
        let flipped = CarrierChunk.flips(of: ordinals)
        var flippedNumbers = flipped.keys.sorted()[...]
        var found: [Int] = []
        found.reserveCapacity(limit)
        func take(_ chunk: CarrierChunk, _ number: Int) {
            chunk.forEachCarrier(inChunk: number) { ordinal in
                if ordinal > start { found.append(ordinal) }
                return found.count < limit
            }
        }
        var next = CarrierChunk.number(of: start + 1)
        // If every follower carries the tag, a full page lies in five chunks. If few carry it, the page lies in more.
        var atOnce = 8
        while found.count < limit {
            let present = try connection.run(from, tag + [.int(next), .int(atOnce)])
            for row in 0..<present.count where found.count < limit {
                let number = try present.int(row, 0)
                while let before = flippedNumbers.first, before < number, found.count < limit {
                    if let chunk = flipped[before] { take(chunk, before) }
                    flippedNumbers.removeFirst()
                }
                var chunk = try chunk(present, row)
                if let flips = flipped[number] {
                    chunk.flip(flips)
                    flippedNumbers.removeFirst()
                }
                if found.count < limit { take(chunk, number) }
                next = number + 1
            }
            guard present.count == atOnce else { break }
            atOnce = min(atOnce * 8, 4096)
        }
        for number in flippedNumbers where found.count < limit {
            if let chunk = flipped[number] { take(chunk, number) }
        }
        return found
    }
}

/// Decides which tag is folded next, one tag at a time. It does not fold.
struct FoldingQueue {
    struct Tag: Hashable {
        let account: Int64
        let key: Int
    }

    private var flips: [Tag: Int] = [:]
    /// The tags that wait. The first is being folded.
    private var waiting: [Tag] = []

    /// Counts a call that has changed the carriers of a tag. Returns true if the caller must begin to fold.
    mutating func count(_ tag: Tag, threshold: Int) -> Bool {
        flips[tag, default: 0] += 1
        guard flips[tag, default: 0] >= threshold else { return false }
        flips[tag] = nil
        guard !waiting.contains(tag) else { return false }
        waiting.append(tag)
        return waiting.count == 1
    }

    /// The tag whose turn it is.
    var first: Tag? { waiting.first }

    /// Removes the first tag, which has been folded. Returns true if another waits.
    mutating func next() -> Bool {
        waiting.removeFirst()
        return !waiting.isEmpty
    }
}

// Pages of carriers, and their upkeep.
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

    /// Folds the tags that have enough new flips. Folds one at a time, because calls wait for the same connections and
    /// folding is not urgent.
    func foldLater(_ keys: some Sequence<Int>, of account: AccountKey) {
        let begins = folding.withLock { queue in
            keys.count {
                queue.count(FoldingQueue.Tag(account: account.value, key: $0), threshold: options.foldThreshold)
            } > 0
        }
        if begins { pool.submit { [self] in fold($0) } }
    }

    private func fold(_ connection: Result<Connection, DatabaseError>) {
        guard let tag = folding.withLock({ $0.first }) else { return }
        var isMore = false
        do throws(DatabaseError) {
            isMore = try Flips.fold(tag.account, tag.key, on: connection.get())
        } catch {
            // The next upkeep folds them.
            logger.debug("flips could not be folded", metadata: ["reason": "\(error)"])
        }
        if !isMore { isMore = folding.withLock { $0.next() } }
        if isMore { pool.submit { [self] in fold($0) } }
    }

    /// Folds the flips that stopped nodes have left, and deletes old marks.
    func tidyUp() async {
        do {
            let threshold = options.foldThreshold
            try await pool.run { connection in
                try Settled.forgetOld(connection)
                for tag in try Flips.pending(threshold, on: connection) {
                    while try Flips.fold(tag.account, tag.key, on: connection) {}
                }
            }
        } catch {
            logger.debug("the database could not be tidied up", metadata: ["reason": "\(error)"])
        }
        faults.settle()
    }
}

extension Connection {
    /// Returns the openids of these followers. `ordinals` must be ascending; the result has the same order.
    fileprivate func openIDs(of ordinals: [Int], _ account: AccountKey) throws(DatabaseError) -> [OpenID] {
        guard let first = ordinals.first, let last = ordinals.last else { return [] }
        // A dense list is read as one range, with a few followers too many. A sparse list is read one by one.
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
