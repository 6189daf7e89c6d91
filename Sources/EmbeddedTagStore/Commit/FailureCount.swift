/// Counts failures, and decides when to log them: the first one, and then once a minute.
///
/// A full disk fails every transaction, which is one event and not a thousand. On a disk that is almost full some
/// transactions still succeed. Then the log gets two lines a minute: one for the failures and one for the recovery.
struct FailureCount {
    private static let pause = Duration.seconds(60)

    /// The number of failures since the log last reported a recovery.
    private var count = 0
    private var lastLogged: ContinuousClock.Instant?
    /// Whether the log says that the store fails, and does not yet say that it has recovered.
    private var isLogged = false

    /// Counts a failure. Returns the failures to log if a line is due, and nil otherwise.
    ///
    /// - Parameter isFinal: whether the store tries no later transaction. Such a failure is always logged.
    mutating func note(at now: ContinuousClock.Instant, isFinal: Bool = false) -> Int? {
        count += 1
        if !isFinal, let lastLogged, now - lastLogged < Self.pause { return nil }
        lastLogged = now
        isLogged = true
        return count
    }

    /// Notes a success. Returns the failures before it if the log still says that the store fails, and nil otherwise.
    mutating func end() -> Int? {
        guard isLogged else { return nil }
        isLogged = false
        defer { count = 0 }
        return count
    }
}
