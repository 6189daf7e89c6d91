/// The flips of a tag. A flip records that followers began or ceased to carry the tag, and is not yet part of the
/// chunks.
enum Flips {
    /// The highest number of followers in one row.
    static let ordinalsPerRow = 1000

    /// A row of the table `flip` without its account and its id: some of the followers of a change.
    struct Row {
        /// The key of the tag.
        let key: Int
        /// The number of the row among those with the same id, from 0.
        let part: Int
        /// The change of the tag's count.
        let step: Int
        let ordinals: ArraySlice<Int>
    }

    /// Returns the rows that record one change.
    ///
    /// - Parameters:
    ///   - ordinals: the followers by the key of the tag that they began or ceased to carry.
    ///   - sign: 1 if they carry the tags now, -1 if they no longer do.
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

    /// Returns the requests that insert the rows of one change. The parameters are those of ``rows(of:sign:)``.
    static func insertions(of ordinals: [Int: [Int]], sign: Int, id: Int64, _ account: AccountKey) -> [Request] {
        rows(of: ordinals, sign: sign).map { row in
            Request(
                Statements.insertFlip,
                [
                    account.parameter, .int(row.key), .int(id), .int(row.part), .int(row.step), .ints(row.ordinals),
                ])
        }
    }

    /// Returns the chunk in a row that has its bits in the second column.
    static func chunk(_ rows: ResultRows, _ row: Int) throws(DatabaseError) -> CarrierChunk {
        guard let chunk = CarrierChunk(try rows.bytes(row, 1)) else { throw .foreign("an invalid chunk of carriers") }
        return chunk
    }
}
