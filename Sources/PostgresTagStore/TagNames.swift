import OfficialAccount
import TagStore

/// The tags of an account as the database has them.
struct TagNames: Sendable {
    struct Entry: Sendable {
        let id: TagID
        let name: String
        /// The number of this tag in the rows of followers. No other tag of the account has ever had this number.
        let key: Int
    }

    /// The tags by ascending id.
    let entries: [Entry]

    var names: some Sequence<(id: TagID, name: String)> { entries.lazy.map { ($0.id, $0.name) } }

    func entry(_ id: TagID) throws(Refusal) -> Entry {
        guard let entry = entries.first(where: { $0.id == id }) else { throw .unknownTag(id) }
        return entry
    }

    /// Returns the ids of the tags with these keys, ascending. Skips keys of deleted tags.
    func ids(of keys: [Int]) -> [TagID] {
        keys.isEmpty ? [] : entries.filter { keys.contains($0.key) }.map(\.id)
    }
}

extension Connection {
    func tagNames(_ account: AccountKey) throws(DatabaseError) -> TagNames {
        try tagNames(from: run(Statements.tagNames, [account.parameter]))
    }

    func tagNames(from rows: ResultRows) throws(DatabaseError) -> TagNames {
        var entries: [TagNames.Entry] = []
        for row in 0..<rows.count {
            entries.append(
                TagNames.Entry(id: TagID(try rows.int(row, 0)), name: rows.text(row, 1), key: try rows.int(row, 2)))
        }
        return TagNames(entries: entries)
    }
}
