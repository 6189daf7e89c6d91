import TagStore

/// Takes a deleted tag off everyone, a stretch of followers at a time, so that nobody waits for long.
///
/// The tag is gone for every reader from the moment it is deleted: what is left of it in the words counts for nothing,
/// and its slot is not given to another tag before the last of it is gone. Until then no pass of the checkpoint begins,
/// so that the journal still tells of the deletion.
struct TagSweep {
    /// Deleted tags of one account that may be left in the words at once.
    static let most = 7

    let account: AccountNumber
    let slot: TagSlot
    /// Chunks in one stretch.
    let stretch: Int
    private var next = 0

    init(account: AccountNumber, slot: TagSlot, stretch: Int) {
        self.account = account
        self.slot = slot
        self.stretch = stretch
    }

    /// Does one stretch; true when the last is done.
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
