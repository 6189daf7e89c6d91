import OfficialAccount

/// Decides how often a node reads the counts of an account from the store again: at most once a second.
struct RereadPace: Sendable {
    static let interval = Duration.seconds(1)
    private static let capacity = 10_000

    private var reads: [AppID: ContinuousClock.Instant] = [:]

    /// Returns whether a node is allowed to read the counts of the account now. If so, notes the time of this read.
    mutating func mayRead(_ appID: AppID, at now: ContinuousClock.Instant) -> Bool {
        if let last = reads[appID], now - last < Self.interval { return false }
        if reads.count >= Self.capacity { reads = reads.filter { now - $0.value < Self.interval } }
        guard reads.count < Self.capacity || reads[appID] != nil else { return false }
        reads[appID] = now
        return true
    }
}
