import OfficialAccount

/// Which calls are made again after a failure, how often, and after how long a pause.
///
/// What is decided by:
///
/// | failure | made again |
/// |---|---|
/// | no connection, no answer, an answer that is none, -1 | after a pause that doubles, up to ``attempts`` in all, if doing it twice does no harm |
/// | 45169, another call is changing one of the followers; 268487001 and 268487002, the platform is busy | after such a pause |
/// | 45159 for a tag that is known to exist | after such a pause: the platform is reported to say so at random |
/// | 45011, too many calls in this minute | when the next minute has begun, up to ``minutes`` times |
/// | everything else, 45009, 40003, 45059 and 48001 among it | never |
///
/// 40001, 40014 and 42001 are no matter of this policy: the client makes the call once more with another token.
public struct RetryPolicy: Sendable, Hashable {
    /// How often a call is made at most, the first time included; at least 1.
    public var attempts: Int
    /// The longest first pause. Each later one may be twice as long as the one before.
    public var firstPause: Duration
    /// No pause is longer.
    public var longestPause: Duration
    /// How many times the end of a minute is waited for.
    public var minutes: Int

    public init(
        attempts: Int = 7, firstPause: Duration = .milliseconds(250), longestPause: Duration = .seconds(10),
        minutes: Int = 10
    ) {
        self.attempts = max(attempts, 1)
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.minutes = max(minutes, 0)
    }

    /// Up to seven attempts, which takes eight to sixteen seconds of pauses; ten minutes of 45011.
    public static let standard = RetryPolicy()
    /// Every failure is told at once.
    public static let none = RetryPolicy(attempts: 1, minutes: 0)

    /// What has been tried so far.
    struct History: Sendable, Hashable {
        /// How often the call was made.
        var attempts = 0
        /// How many ends of minutes were waited for.
        var minutes = 0
    }

    /// How long to wait before the call is made again; nil if it is not.
    ///
    /// - Parameters:
    ///   - isRepeatable: whether making the call twice does no harm.
    ///   - isTagKnown: whether the tag that it names exists.
    ///   - now: Unix seconds.
    ///   - chance: from 0 up to 1.
    func pause(
        after failure: CallFailure, _ history: inout History, isRepeatable: Bool, isTagKnown: Bool, now: Int64,
        chance: Double
    ) -> Duration? {
        if case .refused(let error) = failure, error.code == .minuteQuotaReached {
            guard history.minutes < minutes else { return nil }
            history.minutes += 1
            // A little later than the minute, so that not all who wait come at once.
            return .seconds(60 - now % 60) + .milliseconds(Int(chance * 1000))
        }
        history.attempts += 1
        guard
            history.attempts < attempts, Self.mayHelp(failure, isTagKnown: isTagKnown),
            isRepeatable || !failure.mayHaveBeenApplied
        else { return nil }
        return pause(afterAttempt: history.attempts, chance: chance)
    }

    /// From half to the whole of a length that doubles with each attempt.
    func pause(afterAttempt attempt: Int, chance: Double) -> Duration {
        let longest = min(firstPause * (1 << min(attempt - 1, 20)), longestPause)
        return longest / 2 + longest / 2 * chance
    }

    /// Whether the same call can succeed a little later.
    static func mayHelp(_ failure: CallFailure, isTagKnown: Bool) -> Bool {
        switch failure {
        case .transport, .badAnswer: true
        case .tokenStore, .tokenSource: false
        case .refused(let error): error.canBeRetried || error.code == .invalidTagID && isTagKnown
        }
    }
}
