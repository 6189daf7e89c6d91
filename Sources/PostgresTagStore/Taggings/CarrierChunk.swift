/// The carriers of a tag among 2048 consecutive followers: one bit for each follower, in the order of ordinals.
///
/// Every change flips a bit. So the store can apply flips in any order, and two equal flips cancel each other.
struct CarrierChunk: Sendable, Equatable {
    static let followers = 2048
    static let bytes = followers / 8

    private(set) var bits: [UInt8]

    init() {
        bits = Array(repeating: 0, count: Self.bytes)
    }

    /// Returns nil if the number of bytes is not 256.
    init?(_ bits: [UInt8]) {
        guard bits.count == Self.bytes else { return nil }
        self.bits = bits
    }

    static func number(of ordinal: Int) -> Int { ordinal / followers }

    var isEmpty: Bool { bits.allSatisfy { $0 == 0 } }

    /// - Parameter ordinal: the ordinal within the account, not within the chunk. It must belong to this chunk.
    mutating func flip(_ ordinal: Int) {
        let place = ordinal % Self.followers
        bits[place >> 3] ^= 1 << (place & 7)
    }

    mutating func flip(_ other: CarrierChunk) {
        for place in bits.indices { bits[place] ^= other.bits[place] }
    }

    /// Calls `body` with the ordinal of each carrier, ascending, until `body` returns false.
    func forEachCarrier(inChunk number: Int, _ body: (Int) -> Bool) {
        for (place, byte) in bits.enumerated() where byte != 0 {
            var left = byte
            while left != 0 {
                guard body(number * Self.followers + place * 8 + left.trailingZeroBitCount) else { return }
                left &= left &- 1
            }
        }
    }

    /// Returns the flips of the followers with these ordinals, by the number of the chunk.
    static func flips(of ordinals: some Sequence<Int>) -> [Int: CarrierChunk] {
        var chunks: [Int: CarrierChunk] = [:]
        for ordinal in ordinals { chunks[number(of: ordinal), default: CarrierChunk()].flip(ordinal) }
        return chunks
    }
}
