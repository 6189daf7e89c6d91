import TagStore

/// Removes a deleted tag from all followers, in steps of a few chunks, so that no change waits for long.
///
/// Readers no longer see the tag after its deletion, because they ignore retired slots. Another tag can get the slot
/// only after the sweep. Until then no checkpoint pass begins, so that the journal keeps the record of the deletion.
struct TagSweep {
    /// The most deleted tags of one account that may remain in the words at once.
    static let most = 7

    let account: AccountNumber
    let slot: TagSlot
    /// The number of chunks in one step.
    let stretch: Int
    private var next = 0

    init(account: AccountNumber, slot: TagSlot, stretch: Int) {
        self.account = account
        self.slot = slot
        self.stretch = stretch
    }

    /// Clears the next chunks. Returns true after the last ones.
    mutating func step(_ world: World) -> Bool {
        let account = world.accounts[Int(account)]
        let end = min(next + stretch, account.followers.chunks.count)
        account.followers.remove(slot, inChunks: next..<end)
        next = end
        guard end == account.followers.chunks.count else { return false }
        account.tags.endRetirement(of: slot)
        return true
    }

    mutating func finish(_ world: World) {
        while !step(world) {}
    }
}
