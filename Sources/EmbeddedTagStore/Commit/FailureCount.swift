/// Counts failures in a row, and says when to tell of them: of the first, and then once a minute.
///
/// A disk that is full fails every transaction, which is one thing to tell and not a thousand.
struct FailureCount {
    private static let pause = Duration.seconds(60)

    private var count = 0
    private var lastTold: ContinuousClock.Instant?

    /// Counts a failure. Returns how many there were so far if it is time to tell of them, and nil otherwise.
    mutating func note(at now: ContinuousClock.Instant) -> Int? {
        count += 1
        if let lastTold, now - lastTold < Self.pause { return nil }
        lastTold = now
        return count
    }

    /// Begins anew after a success. Returns how many failures there were; nil if there were none.
    mutating func end() -> Int? {
        guard count > 0 else { return nil }
        defer { self = FailureCount() }
        return count
    }
}
