/// The tags of one follower: bit n is the tag in slot n of the account.
///
/// An account has at most 100 tags besides the starred one, so 128 bits hold every set of tags a follower can carry.
typealias TagWord = UInt128

/// The bit of a tag in the words of its account's followers, 0–127. Slot 0 is the starred tag.
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
