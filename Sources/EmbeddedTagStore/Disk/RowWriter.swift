import Foundation
import GRDB

/// Writes and removes the rows of one transaction, and updates the totals of the tables. The total of a table
/// has the number of its rows and the sum of their seals.
struct RowWriter {
    private let db: Database
    private let earlier: TableTotals
    private var totals: TableTotals

    /// - Parameter totals: the totals before the transaction.
    init(_ db: Database, _ totals: TableTotals) {
        self.db = db
        earlier = totals
        self.totals = totals
    }

    /// Adds a row, or replaces the row that has the same key.
    mutating func put<Row: SealedRow>(_ row: Row) throws {
        let insertion = SealedInsertion(row)
        let present = try db.cachedStatement(
            sql: "SELECT seal FROM \(Row.databaseTableName) WHERE \(Self.condition(Row.keyColumns))")
        if let seal = try Data.fetchOne(present, arguments: StatementArguments(insertion.key)) {
            try totals[Row.databaseTableName].remove(seal)
        }
        try insertion.insert(db)
        try totals[Row.databaseTableName].add(insertion.seal)
    }

    /// Removes the rows whose columns have the values in `values`. Removes all rows of the table if `values` is empty.
    mutating func remove<Row: SealedRow>(
        _ type: Row.Type, where values: KeyValuePairs<String, DatabaseValue> = [:]
    ) throws {
        let table = Row.databaseTableName
        let place = values.isEmpty ? table : "\(table) WHERE \(Self.condition(values.map(\.key)))"
        let arguments = StatementArguments(values.map(\.value))
        let seals = try Data.fetchAll(try db.cachedStatement(sql: "SELECT seal FROM \(place)"), arguments: arguments)
        guard !seals.isEmpty else { return }
        for seal in seals { try totals[table].remove(seal) }
        try db.cachedStatement(sql: "DELETE FROM \(place)").execute(arguments: arguments)
    }

    /// Writes the totals that have changed. Returns the totals of all tables at the end of the transaction.
    mutating func finish() throws -> TableTotals {
        guard totals != earlier else { return totals }
        totals.generation &+= 1
        for row in totals.rows(since: earlier) { try row.insert(db) }
        return totals
    }

    private static func condition(_ columns: [String]) -> String {
        columns.map { "\($0) = ?" }.joined(separator: " AND ")
    }
}

/// A row to write. This type computes the fields and the seal of the row only once, because the encoding of JSON texts
/// takes time.
private struct SealedInsertion<Row: SealedRow>: PersistableRecord {
    static var databaseTableName: String { Row.databaseTableName }
    static var persistenceConflictPolicy: PersistenceConflictPolicy { Row.persistenceConflictPolicy }

    let seal: Data
    private let fields: [(column: String, value: DatabaseValue)]

    init(_ row: Row) {
        fields = row.fields
        seal = Row.seal(of: fields)
    }

    /// The values of the key columns, in the order of `Row.keyColumns`.
    var key: [DatabaseValue] {
        Row.keyColumns.map { column in fields.first { $0.column == column }?.value ?? .null }
    }

    func encode(to container: inout PersistenceContainer) {
        for field in fields { container[field.column] = field.value }
        container["seal"] = seal
    }
}
