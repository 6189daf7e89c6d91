import Foundation
import GRDB

/// The totals of the tables, and the number of transactions that have changed a total. Each transaction that changes
/// rows also writes the changed totals.
///
/// The journal has no total, because every tagging adds a row to the journal, and would have to write the total too.
/// Instead, the records of the journal are numbered, and the ``LogMark`` holds the number of the last record.
struct TableTotals: Hashable, Sendable {
    /// The tables that have a total.
    static let tables = [
        AccountRow.databaseTableName, TagRow.databaseTableName, RemarkRow.databaseTableName,
        TokenRow.databaseTableName, CounterRow.databaseTableName, Identities.tableName, TagWords.tableName,
        ComponentRow.databaseTableName, GrantRow.databaseTableName, CheckpointRow.databaseTableName,
    ]
    /// The name of the row that holds the generation.
    private static let generationName = ""

    /// The number of transactions that have changed a total.
    var generation: Int64 = 0
    private var totals: [String: RowTotal] = [:]

    init() {}

    subscript(table: String) -> RowTotal {
        get { totals[table] ?? RowTotal() }
        set { totals[table] = newValue }
    }

    /// Reads the totals from the file. Throws if a total is missing.
    init(_ db: Database) throws {
        var found: [String: RowTotal] = [:]
        try TotalRow.load(db) { found[$0.name] = $0.total }
        for table in Self.tables { self[table] = try Self.taken(table, from: &found) }
        generation = try Self.taken(Self.generationName, from: &found).count
    }

    private static func taken(_ name: String, from found: inout [String: RowTotal]) throws(DamagedFile) -> RowTotal {
        guard let total = found.removeValue(forKey: name) else { throw DamagedFile("the total of a table is missing") }
        return total
    }

    /// Computes the totals of a file that an earlier version of the server wrote without totals.
    static func computed(_ db: Database) throws -> TableTotals {
        var totals = TableTotals()
        for table in tables {
            let seals = try Data.fetchCursor(db, sql: "SELECT seal FROM \(table)")
            while let seal = try seals.next() { try totals[table].add(seal) }
        }
        return totals
    }

    /// Returns the rows of the totals that differ from `earlier`, and the row of the generation. If `earlier` is nil,
    /// returns all rows.
    func rows(since earlier: TableTotals?) -> [TotalRow] {
        let changed = Self.tables.filter { table in earlier.map { $0[table] != self[table] } ?? true }
        return changed.map { TotalRow(name: $0, total: self[$0]) }
            + [TotalRow(name: Self.generationName, total: RowTotal(count: generation, sum: 0))]
    }

    /// Throws if rows of the file are missing, or are older than the rows that the store wrote last.
    ///
    /// - Parameter found: the totals of the rows in the file.
    func judge(_ found: TableTotals) throws(DamagedFile) {
        for table in Self.tables where found[table] != self[table] {
            let (present, written) = (found[table].count, self[table].count)
            throw DamagedFile(
                present == written
                    ? "the table \(table) holds a row that is older than the one that was written last"
                    : "the table \(table) has \(present) rows, and \(written) were written")
        }
    }
}
