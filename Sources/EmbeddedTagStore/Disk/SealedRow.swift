import Crypto
import Foundation
import GRDB

/// A row with a seal. The seal is a digest of the row's fields. When the store reads the row, the seal shows whether a
/// byte has changed.
protocol SealedRow: PersistableRecord, Sendable {
    /// The columns that identify a row in its table.
    static var keyColumns: [String] { get }

    /// The columns and their values, in a fixed order, without the seal.
    var fields: [(column: String, value: DatabaseValue)] { get }

    init(sealed row: Row) throws(DamagedFile)
}

extension SealedRow {
    static var persistenceConflictPolicy: PersistenceConflictPolicy {
        PersistenceConflictPolicy(insert: .replace, update: .replace)
    }

    func encode(to container: inout PersistenceContainer) {
        let fields = fields
        for field in fields { container[field.column] = field.value }
        container["seal"] = Self.seal(of: fields)
    }

    var seal: Data { Self.seal(of: fields) }

    /// Returns the first 16 bytes of the SHA-256 of the table's name and all fields.
    static func seal(of fields: [(column: String, value: DatabaseValue)]) -> Data {
        var digest = SHA256()
        digest.update(text: databaseTableName)
        for field in fields { digest.update(field.value) }
        return digest.finalize().withUnsafeBytes { Data($0.prefix(16)) }
    }

    /// A statement that selects all rows in the order of their keys. SQLite has an index of the keys, so it sorts no
    /// rows. A sort of many rows would need memory or a temporary file.
    static var selection: String {
        "SELECT * FROM \(databaseTableName) ORDER BY \(keyColumns.joined(separator: ", "))"
    }

    /// Calls `take` with every row of the table, in the order of ``keyColumns``. Throws if a row differs from what the
    /// store wrote.
    ///
    /// Returns the total of the rows.
    ///
    /// The program would be 80 kB larger if the compiler made a copy of this function for each table. The digest of a
    /// row takes much longer than what a copy would save.
    @_semantics("optimize.sil.specialize.generic.never")
    @discardableResult
    static func load(_ db: Database, _ take: (Self) throws -> Void) throws -> RowTotal {
        var total = RowTotal()
        let rows = try Row.fetchCursor(db, sql: selection)
        while let row = try rows.next() {
            let record = try Self(sealed: row)
            let seal: Data = try row.sealed("seal")
            guard seal == record.seal else {
                throw DamagedFile("a row of the table \(databaseTableName) is not what was written")
            }
            try total.add(seal)
            try take(record)
        }
        return total
    }
}

extension SHA256 {
    /// Hashes a value with its type and its length, so that two different lists of values never produce the same bytes
    /// for the hash.
    fileprivate mutating func update(_ value: DatabaseValue) {
        switch value.storage {
        case .null: begin(kind: 0, bytes: 0)
        case .int64(let number):
            begin(kind: 1, bytes: 8)
            withUnsafeBytes(of: number.littleEndian) { update(bufferPointer: $0) }
        case .double(let number):
            begin(kind: 2, bytes: 8)
            withUnsafeBytes(of: number.bitPattern.littleEndian) { update(bufferPointer: $0) }
        case .string(let text):
            // GRDB writes and reads a text only up to the first U+0000. The rules refuse this character in texts from
            // outside. If a text still holds this character, the row must stay readable.
            let stored = text.utf8.contains(0) ? String(decoding: text.utf8.prefix { $0 != 0 }, as: UTF8.self) : text
            begin(kind: 3, bytes: stored.utf8.count)
            update(text: stored)
        case .blob(let data):
            begin(kind: 4, bytes: data.count)
            update(data: data)
        }
    }

    private mutating func begin(kind: UInt8, bytes: Int) {
        withUnsafeBytes(of: kind) { update(bufferPointer: $0) }
        withUnsafeBytes(of: UInt64(bytes).littleEndian) { update(bufferPointer: $0) }
    }

    fileprivate mutating func update(text: String) {
        var text = text
        text.withUTF8 { update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }
}

extension Row {
    /// Returns the value of a column. Throws if the column is missing or holds a value of another type.
    func sealed<Value: DatabaseValueConvertible>(_ column: String) throws(DamagedFile) -> Value {
        guard let value = Value.fromDatabaseValue(try stored(column)) else {
            throw DamagedFile("the column \(column) holds a value of the wrong type")
        }
        return value
    }

    /// Returns the value of a column, and does not check the type of the value. Throws if the column is missing. Damage
    /// can also change the names of columns.
    private func stored(_ column: String) throws(DamagedFile) -> DatabaseValue {
        guard hasColumn(column) else { throw DamagedFile("the column \(column) is missing") }
        return self[column]
    }

    /// Returns the value of a column; nil if the column holds null.
    func sealedIfPresent<Value: DatabaseValueConvertible>(_ column: String) throws(DamagedFile) -> Value? {
        try stored(column).isNull ? nil : sealed(column)
    }
}
