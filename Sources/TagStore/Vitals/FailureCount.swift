/// Counts the failures of an action that the server repeats, such as a transaction. Decides when to log the failures:
/// the first failure immediately, and later failures once a minute.
///
/// If the disk is full, every action fails. The log must show one event, and not a thousand. If the disk is almost
/// full, some actions still succeed. Then the log gets two lines a minute: one for the failures and one for the
/// recovery.
package struct FailureCount: Sendable {
    private static let pause = Duration.seconds(60)

    /// The number of failures since the log last reported a recovery.
    private var count = 0
    private var lastLogged: ContinuousClock.Instant?
    /// Whether the last line in the log reports a failure, and not a recovery.
    private var isLogged = false

    package init() {}

    /// Counts a failure. Returns the number of failures to log now; nil if the caller must not log yet.
    ///
    /// - Parameter isFinal: whether the caller stops trying after this failure. The caller always logs such a failure.
    package mutating func note(at now: ContinuousClock.Instant, isFinal: Bool = false) -> Int? {
        count += 1
        if !isFinal, let lastLogged, now - lastLogged < Self.pause { return nil }
        lastLogged = now
        isLogged = true
        return count
    }

    /// Records a success. Returns the number of failures before this success if the log must report a recovery; nil
    /// otherwise.
    package mutating func end() -> Int? {
        guard isLogged else { return nil }
        isLogged = false
        defer { count = 0 }
        return count
    }
}
