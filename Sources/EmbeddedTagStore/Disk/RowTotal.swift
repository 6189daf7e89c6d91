import Foundation

/// The number of rows of a table, and the sum of their seals.
///
/// If a disk loses the write of a page, the page keeps an older content. The older rows in the page are whole, and
/// their seals are right. Only the sum shows that the store has written newer rows.
struct RowTotal: Hashable, Sendable {
    /// The number of bytes of a sum.
    static let sumSize = 16

    private(set) var count: Int64 = 0
    private(set) var sum: UInt128 = 0

    init() {}

    init(count: Int64, sum: UInt128) {
        self.count = count
        self.sum = sum
    }

    /// Adds a row with the seal `seal`. The sum wraps around, so the total is the same again after ``remove(_:)`` with
    /// this seal.
    mutating func add(_ seal: Data) throws(DamagedFile) {
        count &+= 1
        sum &+= try Self.number(seal)
    }

    mutating func remove(_ seal: Data) throws(DamagedFile) {
        count &-= 1
        sum &-= try Self.number(seal)
    }

    /// The bytes of the sum, in the order in which the file holds them.
    var bytes: Data { withUnsafeBytes(of: sum.littleEndian) { Data($0) } }

    /// Returns the number that the 16 bytes of a seal form. Throws if the seal has another size.
    static func number(_ seal: Data) throws(DamagedFile) -> UInt128 {
        guard seal.count == sumSize else { throw DamagedFile("a seal does not have \(sumSize) bytes") }
        return seal.withUnsafeBytes { UInt128(littleEndian: $0.loadUnaligned(as: UInt128.self)) }
    }
}
