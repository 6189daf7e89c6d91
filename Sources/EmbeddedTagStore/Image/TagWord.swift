/// The tags of one follower. Bit n is 1 if the follower carries the tag in slot n of the account.
///
/// An account has at most 100 tags in addition to the starred tag. So 128 bits are enough for every set of tags that a
/// follower can carry.
typealias TagWord = UInt128

/// The number of a tag's bit in the words of followers, from 0 to 127. Slot 0 belongs to the starred tag.
typealias TagSlot = UInt8

extension TagWord {
    static let slots = 128

    func carries(_ slot: TagSlot) -> Bool {
        self >> TagWord(slot) & 1 == 1
    }

    mutating func insert(_ slot: TagSlot) {
        self |= 1 << TagWord(slot)
    }

    mutating func remove(_ slot: TagSlot) {
        self &= ~(1 << TagWord(slot))
    }

    /// Calls `body` with each slot whose bit is set, ascending.
    @inline(__always)
    func forEachSlot(_ body: (TagSlot) -> Void) {
        var low = UInt64(truncatingIfNeeded: self)
        while low != 0 {
            body(TagSlot(truncatingIfNeeded: low.trailingZeroBitCount))
            low &= low &- 1
        }
        var high = UInt64(truncatingIfNeeded: self >> 64)
        while high != 0 {
            body(TagSlot(truncatingIfNeeded: 64 + high.trailingZeroBitCount))
            high &= high &- 1
        }
    }
}
