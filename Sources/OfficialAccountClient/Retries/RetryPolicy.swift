import OfficialAccount

/// Which calls the client retries after a failure, how often, and after how long a pause.
///
/// | failure | retry |
/// |---|---|
/// | no connection, no answer, an answer that cannot be read, or -1 | after a pause, if a second call does no harm |
/// | 45169, 268487001 or 268487002: the platform is busy with a follower or a list | after a pause |
/// | 45159 for a tag that the client knows: users report that the platform sometimes is wrong | after a pause |
/// | 45011: too many calls in this minute | when the next minute has begun |
/// | everything else, for example 40003, 45009, 45059 and 48001 | never |
///
/// The length of a pause doubles with each attempt. The client waits a random time from half of that length to the
/// whole length. After 40001, 40014 and 42001 the client makes the call once more with another token, under any policy.
public struct RetryPolicy: Sendable, Hashable {
    /// The highest number of attempts at a call, including the first attempt; at least 1.
    public var attempts: Int
    /// The longest time before the second attempt.
    ///
    /// Before each further attempt, this time doubles.
    public var firstPause: Duration
    /// The longest time before any attempt, except after 45011.
    public var longestPause: Duration
    /// The highest number of times that the client waits for the next minute after 45011.
    public var minutes: Int

    /// Creates a policy.
    ///
    /// - Parameters:
    ///   - attempts: the most attempts at a call, including the first attempt. Values below 1 count as 1.
    ///   - firstPause: the longest time before the second attempt.
    ///   - longestPause: the longest time before any attempt, except after 45011.
    ///   - minutes: the highest number of times that the client waits for the next minute after 45011. Values below 0
    ///     count as 0.
    public init(
        attempts: Int = 7, firstPause: Duration = .milliseconds(250), longestPause: Duration = .seconds(10),
        minutes: Int = 10
    ) {
        self.attempts = max(attempts, 1)
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.minutes = max(minutes, 0)
    }

    /// Up to seven attempts with 8 to 16 seconds of pauses in total, and up to ten waits after 45011.
    public static let standard = RetryPolicy()
    /// No retries: the client throws every failure immediately.
    public static let none = RetryPolicy(attempts: 1, minutes: 0)

    /// The attempts at a call so far.
    struct History: Sendable, Hashable {
        /// The number of times that the call was made.
        var attempts = 0
        /// The number of times that the caller waited for the next minute.
        var minutes = 0
    }

    /// Decides whether to make a call again.
    ///
    /// - Parameters:
    ///   - failure: why the last attempt failed.
    ///   - history: the attempts and waits so far. This function adds the last attempt or, after 45011, the next wait.
    ///   - isRepeatable: whether a second call does no harm.
    ///   - isTagKnown: whether the client knows that the call's tag exists.
    ///   - now: the time in Unix seconds.
    ///   - chance: a random number from 0 up to 1.
    /// - Returns: how long to wait before the next attempt, or nil if the client must not try again.
    func pause(
        after failure: CallFailure, _ history: inout History, isRepeatable: Bool, isTagKnown: Bool, now: Int64,
        chance: Double
    ) -> Duration? {
        if case .refused(let error) = failure, error.code == .minuteQuotaReached {
            guard history.minutes < minutes else { return nil }
            history.minutes += 1
            // Waits until the next minute and up to one second more, so that the waiting callers do not all call at the
            // same time.
            return .seconds(60 - now % 60) + .milliseconds(Int(chance * 1000))
        }
        history.attempts += 1
        guard
            history.attempts < attempts, Self.mayHelp(failure, isTagKnown: isTagKnown),
            isRepeatable || !failure.mayHaveBeenApplied
        else { return nil }
        return pause(afterAttempt: history.attempts, chance: chance)
    }

    /// Returns a pause from half of a length to the whole length.
    ///
    /// The length doubles with each attempt, up to ``longestPause``.
    func pause(afterAttempt attempt: Int, chance: Double) -> Duration {
        let longest = min(firstPause * (1 << min(attempt - 1, 20)), longestPause)
        return longest / 2 + longest / 2 * chance
    }

    /// Returns whether the same call can succeed a little later.
    static func mayHelp(_ failure: CallFailure, isTagKnown: Bool) -> Bool {
        switch failure {
        case .transport, .badAnswer: true
        case .tokenStore, .tokenSource: false
        case .refused(let error): error.canBeRetried || error.code == .invalidTagID && isTagKnown
        }
    }
}
