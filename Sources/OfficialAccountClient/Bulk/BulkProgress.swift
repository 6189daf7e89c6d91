import OfficialAccount

/// How far a run is.
public struct BulkProgress: Sendable, Hashable {
    /// Taggings read from the input.
    public internal(set) var read = 0
    /// Of these, those that had been read before and were not sent again.
    public internal(set) var duplicates = 0
    public internal(set) var applied = 0
    public internal(set) var rejected = 0
    public internal(set) var unknown = 0
    public internal(set) var notTried = 0
    /// Calls that were made, those that failed and those that looked something up included; not those for tokens.
    public internal(set) var calls = 0
    /// Calls that failed.
    public internal(set) var failures = 0
    /// The number of failed calls by errcode. ``unanswered`` counts the calls without an answer of the API.
    public internal(set) var failuresByCode: [ErrorCode: Int] = [:]
    /// The number of failed calls without an answer, or with an answer that is not one of the API.
    public internal(set) var unanswered = 0
    /// The reason why the run waits; nil while calls succeed.
    public internal(set) var wait: BulkWait?
    /// How many calls may be under way at once, by now.
    public internal(set) var concurrency = 0
    /// Why the run stopped, if it did before its end.
    public internal(set) var stop: StopReason?

    mutating func count(_ failure: CallFailure) {
        failures += 1
        if case .refused(let error) = failure {
            failuresByCode[error.code, default: 0] += 1
        } else {
            unanswered += 1
        }
    }

    mutating func count(_ outcomes: [Outcome]) {
        for outcome in outcomes {
            switch outcome.result {
            case .applied: applied += 1
            case .rejected: rejected += 1
            case .unknown: unknown += 1
            case .notTried: notTried += 1
            }
        }
    }
}

/// Why a run makes no progress at the moment.
public struct BulkWait: Sendable, Hashable {
    /// The failure that the run retries: 45011, -1, or no answer.
    public let failure: CallFailure
    /// The time of the next call, in Unix seconds.
    public let until: Int64
}
