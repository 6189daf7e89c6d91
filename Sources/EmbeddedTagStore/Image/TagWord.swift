/// The tags of one follower: bit n is the tag in slot n of the account.
///
/// An account has at most 100 tags besides the starred one, so 128 bits hold every set of tags a follower can carry.
typealias TagWord = UInt128

/// The place of a tag in the words of its account's followers, 0–127. Slot 0 is the starred tag.
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

    /// The slots whose bit is set, ascending.
    var carried: [TagSlot] {
        var rest = self
        var slots: [TagSlot] = []
        while rest != 0 {
            slots.append(TagSlot(rest.trailingZeroBitCount))
            rest &= rest - 1
        }
        return slots
    }
}
