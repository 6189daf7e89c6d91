import TagStore

/// Removes a deleted tag from all followers of an account. Each step clears a few chunks of followers, so that no
/// change waits for long.
///
/// The slot of a deleted tag is retired, and readers ignore retired slots. Another tag can get the slot only after the
/// sweep. No checkpoint pass begins before the end of the sweep, so that the journal keeps the record of the deletion.
struct TagSweep {
    /// The most deleted tags that can remain in the tag words of one account's followers at the same time.
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

    /// Removes the tag from the followers in the next chunks. Returns true if no chunk is left.
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
