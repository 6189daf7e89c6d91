/// Counts failed transactions, and decides when to log them: the first failure immediately, and later failures once a
/// minute.
///
/// If the disk is full, every transaction fails. The log must show one event, and not a thousand. If the disk is almost
/// full, some transactions still succeed. Then the log gets two lines a minute: one for the failures and one for the
/// recovery.
struct FailureCount {
    private static let pause = Duration.seconds(60)

    /// The number of failures since the log last reported a recovery.
    private var count = 0
    private var lastLogged: ContinuousClock.Instant?
    /// Whether the last line in the log reports a failure, and not a recovery.
    private var isLogged = false

    /// Counts a failed transaction. Returns the number of failures to log now; nil if the caller must not log yet.
    ///
    /// - Parameter isFinal: whether the store makes no more transactions after this failure. The caller always logs
    ///   such a failure.
    mutating func note(at now: ContinuousClock.Instant, isFinal: Bool = false) -> Int? {
        count += 1
        if !isFinal, let lastLogged, now - lastLogged < Self.pause { return nil }
        lastLogged = now
        isLogged = true
        return count
    }

    /// Records a successful transaction. Returns the number of failures before this success if the log must report a
    /// recovery; nil otherwise.
    mutating func end() -> Int? {
        guard isLogged else { return nil }
        isLogged = false
        defer { count = 0 }
        return count
    }
}
