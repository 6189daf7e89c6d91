// Reading: finds the carriers of a tag from its chunks and its flips.
extension Flips {
    private static let of = Statement("flips of a tag", "SELECT ordinals FROM flip WHERE account = $1 AND key = $2")
    private static let from = Statement(
        "chunks from",
        """
        SELECT chunk, bits FROM carriers WHERE account = $1 AND key = $2 AND chunk >= $3 ORDER BY chunk LIMIT $4
        """)

    /// Returns the first ordinals after `start` whose followers carry the tag: at most `limit` of them, ascending. The
    /// caller must use a transaction that reads one snapshot.
    ///
    /// Cost: grows with the number of the tag's flips, and with the number of chunks that the function reads.
    static func carriers(
        of key: Int, _ account: AccountKey, after start: Int, limit: Int, on connection: Connection
    ) throws(DatabaseError) -> [Int] {
        let tag: [Parameter] = [account.parameter, .int(key)]
        let rows = try connection.run(of, tag)
        var ordinals: [Int] = []
        for row in 0..<rows.count { ordinals += try rows.ordinals(row, 0).lazy.filter { $0 > start } }
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
        // If every follower carries the tag, five chunks hold a full page of openids. If few followers carry the tag, a
        // page needs more chunks.
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
