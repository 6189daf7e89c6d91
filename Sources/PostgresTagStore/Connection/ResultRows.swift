import CLibPQ
import OfficialAccount
import TagStore

/// The rows that a statement returned.
///
/// Only the thread of the connection may read the rows. `deinit` frees their memory.
final class ResultRows {
    private let libpq: tagline_libpq
    private let result: OpaquePointer
    let count: Int

    init(_ result: OpaquePointer, _ libpq: tagline_libpq) {
        self.libpq = libpq
        self.result = result
        count = Int(libpq.PQntuples(result))
    }

    deinit { libpq.PQclear(result) }

    /// The number of rows that an INSERT, UPDATE or DELETE has changed.
    var affected: Int { libpq.PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0 }

    func isNull(_ row: Int, _ column: Int) -> Bool { libpq.PQgetisnull(result, Int32(row), Int32(column)) != 0 }

    /// Returns the bytes of a value as the server sent them. The bytes are valid only while the rows exist, so the
    /// function is private.
    private func raw(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: libpq.PQgetvalue(result, Int32(row), Int32(column)),
            count: Int(libpq.PQgetlength(result, Int32(row), Int32(column))))
    }

    /// Reads a value that is stored as JSON.
    func json<Value: Decodable>(_ type: Value.Type, _ row: Int, _ column: Int) throws(DatabaseError) -> Value {
        try StoredJSON.value(type, raw(row, column))
    }

    func text(_ row: Int, _ column: Int) -> String { String(decoding: raw(row, column), as: UTF8.self) }

    func bool(_ row: Int, _ column: Int) -> Bool { raw(row, column).first == UInt8(ascii: "t") }

    func int(_ row: Int, _ column: Int) throws(DatabaseError) -> Int {
        try Self.int(raw(row, column)[...])
    }

    func openID(_ row: Int, _ column: Int) throws(DatabaseError) -> OpenID {
        guard let openID = OpenID(utf8: raw(row, column)) else { throw .foreign("an invalid openid") }
        return openID
    }

    func bytes(_ row: Int, _ column: Int) throws(DatabaseError) -> [UInt8] {
        let text = raw(row, column)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        guard text.starts(with: "\\x".utf8), text.count.isMultiple(of: 2) else { throw .foreign("invalid bytes") }
        for place in stride(from: 2, to: text.count, by: 2) {
            bytes.append(Self.digit(text[place]) << 4 | Self.digit(text[place + 1]))
        }
        return bytes
    }

    func fingerprint(_ row: Int, _ column: Int) throws(DatabaseError) -> Fingerprint {
        guard let fingerprint = Fingerprint(try bytes(row, column)) else { throw .foreign("an invalid fingerprint") }
        return fingerprint
    }

    /// Reads an array of integers, such as {1,2,3}.
    func ints(_ row: Int, _ column: Int) throws(DatabaseError) -> [Int] {
        var values: [Int] = []
        for part in raw(row, column).dropFirst().dropLast().split(separator: UInt8(ascii: ",")) {
            values.append(try Self.int(part))
        }
        return values
    }

    /// Reads an array of ordinals of followers.
    func ordinals(_ row: Int, _ column: Int) throws(DatabaseError) -> [Int] {
        let ordinals = try ints(row, column)
        guard ordinals.allSatisfy({ 0...Int(Int32.max) ~= $0 }) else { throw .foreign("an invalid ordinal") }
        return ordinals
    }

    private static func int(_ digits: Slice<UnsafeRawBufferPointer>) throws(DatabaseError) -> Int {
        let isNegative = digits.first == UInt8(ascii: "-")
        let digits = isNegative ? digits.dropFirst() : digits
        guard 1...19 ~= digits.count else { throw .foreign("an invalid number") }
        var value = 0
        for digit in digits {
            let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = tens.addingReportingOverflow(Int(digit) - 48)
            guard 48...57 ~= digit, !isTooLarge, !overflows else { throw .foreign("an invalid number") }
            value = sum
        }
        return isNegative ? -value : value
    }

    private static func digit(_ character: UInt8) -> UInt8 {
        character <= UInt8(ascii: "9") ? character &- 48 : (character | 0x20) &- 87
    }
}

extension DatabaseError {
    /// Returns the error for data that this store cannot have written.
    static func foreign(_ what: String) -> DatabaseError {
        DatabaseError(.unusable, "\(what) in the database; did a program other than Tagline change it?")
    }
}
