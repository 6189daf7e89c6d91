import Crypto
import Foundation

/// A mark of the end of SQLite's write-ahead log, in a small file of its own: `tagline.mark`.
///
/// If the log ends before the marked end, the log has lost transactions that the store had acknowledged. Without the
/// mark, the store could not distinguish a lost last transaction from a transaction that a crash cut off. The store
/// writes the mark after the log is on disk, and does not sync the mark. After a loss of power, the file may hold an
/// older mark. An older mark counts fewer frames, so a whole log never looks damaged.
struct LogMark: Equatable {
    static let fileName = "tagline.mark"
    /// The size of a mark in bytes: magic, salts, frames, sequence, generation and seal.
    static let size = 4 + 8 + 8 + 8 + 8 + 16
    /// The size in bytes of a mark that an earlier version of the server wrote, without the generation.
    private static let earlierSize = size - 8

    /// The two numbers that distinguish this log from earlier logs. Nil if there is no log, for example because SQLite
    /// deleted the log when the store was closed.
    var salts: UInt64?
    /// The salts in the mark of a log whose own salts cannot be read.
    static let unknownSalts: UInt64 = 1
    /// The number of the log's frames that are on disk. Each frame holds one page of the database.
    var frames: UInt64
    /// The milestone that the store had reached when it wrote the mark.
    var milestone: Milestone

    var bytes: [UInt8] {
        Self.sealed(Self.magic, [salts ?? 0, frames, UInt64(bitPattern: milestone.sequence), generation])
    }

    private var generation: UInt64 { UInt64(bitPattern: milestone.generation) }

    init(salts: UInt64?, frames: UInt64, milestone: Milestone) {
        self.salts = salts
        self.frames = frames
        self.milestone = milestone
    }

    /// Reads a mark from its bytes. Returns nil if the bytes are not a whole mark.
    init?(_ bytes: [UInt8]) {
        let isEarlier = bytes.starts(with: Self.earlierMagic)
        guard bytes.count == (isEarlier ? Self.earlierSize : Self.size) else { return nil }
        let numbers = (0..<(isEarlier ? 3 : 4)).map { index in
            bytes.withUnsafeBytes {
                UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 4 + 8 * index, as: UInt64.self))
            }
        }
        guard Self.sealed(isEarlier ? Self.earlierMagic : Self.magic, numbers) == bytes else { return nil }
        self.init(
            salts: numbers[0] == 0 ? nil : numbers[0], frames: numbers[1],
            milestone: Milestone(
                sequence: Int64(bitPattern: numbers[2]), generation: isEarlier ? 0 : Int64(bitPattern: numbers[3])))
    }

    /// Returns a mark that holds `milestone`, for a database without a log.
    static func none(_ milestone: Milestone) -> LogMark {
        LogMark(salts: nil, frames: 0, milestone: milestone)
    }

    private static let magic = Array("TGM2".utf8)
    private static let earlierMagic = Array("TGM1".utf8)

    private static func sealed(_ magic: [UInt8], _ numbers: [UInt64]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        bytes += magic
        for number in numbers { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }
        SHA256.hash(data: bytes).withUnsafeBytes { bytes.append(contentsOf: $0.prefix(16)) }
        return bytes
    }
}
