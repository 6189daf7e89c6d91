/// Whether what failed is tried again, and how long after.
struct Repetition: Sendable {
    /// How long a call may be repeated while the database goes away and comes back.
    var patience: Duration = .seconds(20)
    /// The same while another machine than the one that is asked is away: the accounts of the others are not to wait
    /// for it.
    var machinePatience: Duration = .seconds(1)
    /// What is waited before a call is repeated that found nobody there: it takes a moment until that changes.
    var pause: Duration = .milliseconds(200)

    /// Returns the pause before the next attempt; nil if there is none.
    ///
    /// - Parameters:
    ///   - elapsed: since the first attempt began.
    ///   - isChange: whether something is changed. Reads that found no connection have waited for one already.
    func pause(after error: DatabaseError, elapsed: Duration, isChange: Bool) -> Duration? {
        if error.isWorthRepeating { return elapsed < patience ? .zero : nil }
        if error.tellsOfAnotherMachine { return elapsed < machinePatience ? pause : nil }
        guard error.endsConnection, isChange || error.kind != .unreachable, elapsed < patience else { return nil }
        return pause
    }
}
