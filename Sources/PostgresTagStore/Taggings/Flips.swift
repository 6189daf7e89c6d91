/// The flips of a tag. A flip records that followers began or ceased to carry the tag. The store has not yet applied it
/// to a ``CarrierChunk``.
enum Flips {
    /// The highest number of followers in one row.
    static let ordinalsPerRow = 1000

    /// A row of the table `flip`, without its account and its id. It holds some or all followers of one change.
    struct Row {
        /// The key of the tag.
        let key: Int
        /// The number of the row among the rows with the same id, from 0.
        let part: Int
        /// The change of the tag's count.
        let step: Int
        let ordinals: ArraySlice<Int>
    }

    /// Returns the rows that record one change.
    ///
    /// - Parameters:
    ///   - ordinals: the ordinals of the followers, by the key of the tag that these followers began or ceased to
    ///     carry.
    ///   - sign: 1 if the followers began to carry the tags, -1 if they ceased to carry the tags.
    static func rows(of ordinals: [Int: [Int]], sign: Int) -> [Row] {
        var rows: [Row] = []
        for (key, all) in ordinals.sorted(by: { $0.key < $1.key }) {
            for start in stride(from: 0, to: all.count, by: ordinalsPerRow) {
                let some = all[start..<min(start + ordinalsPerRow, all.count)]
                rows.append(Row(key: key, part: rows.count, step: sign * some.count, ordinals: some))
            }
        }
        return rows
    }

    /// Returns the requests that insert the rows of one change. `ordinals` and `sign` are as in ``rows(of:sign:)``.
    static func insertions(of ordinals: [Int: [Int]], sign: Int, id: Int64, _ account: AccountKey) -> [Request] {
        rows(of: ordinals, sign: sign).map { row in
            Request(
                Statements.insertFlip,
                [
                    account.parameter, .int(row.key), .int(id), .int(row.part), .int(row.step), .ints(row.ordinals),
                ])
        }
    }

    /// Returns the chunk whose bits are in the second column of the row.
    static func chunk(_ rows: ResultRows, _ row: Int) throws(DatabaseError) -> CarrierChunk {
        guard let chunk = CarrierChunk(try rows.bytes(row, 1)) else { throw .foreign("an invalid chunk of carriers") }
        return chunk
    }
}
