public import OfficialAccount

/// The counts of a run at one moment.
///
/// After the last outcome, ``read`` is the sum of ``duplicates``, ``applied``, ``rejected``, ``unknown`` and
/// ``notTried``.
public struct BulkProgress: Sendable, Hashable {
    /// The number of taggings that the run has read from its input.
    public internal(set) var read = 0
    /// The number of taggings that the run did not send, because it remembered the same tagging.
    public internal(set) var duplicates = 0
    /// The number of taggings that are done, as an answer of the platform says.
    public internal(set) var applied = 0
    /// The number of taggings that the platform refused because of the follower.
    public internal(set) var rejected = 0
    /// The number of taggings that the run sent without learning whether the platform carried them out.
    public internal(set) var unknown = 0
    /// The number of taggings that were left when the run stopped.
    public internal(set) var notTried = 0
    /// The number of calls that the run made.
    ///
    /// Failed calls count, and calls that look up the tags of one follower also count. Token calls do not count. A call
    /// that the client made again with another token counts only once.
    public internal(set) var calls = 0
    /// The number of tagging calls that failed.
    public internal(set) var failures = 0
    /// The number of failed calls for each errcode.
    ///
    /// ``unanswered`` counts the calls without a valid answer of the API.
    public internal(set) var failuresByCode: [ErrorCode: Int] = [:]
    /// The number of failed calls without a valid answer of the API.
    ///
    /// This number includes the calls that failed because the client had no token.
    public internal(set) var unanswered = 0
    /// The last failure of a call without a valid answer of the API, or nil if every call had a valid answer.
    public internal(set) var lastUnanswered: CallFailure?
    /// The reason why the run waits or last waited, or nil if the run has not waited after the last successful call.
    public internal(set) var wait: BulkWait?
    /// The number of calls that may be under way at once at this moment.
    ///
    /// It is 0 until the first call has ended.
    public internal(set) var concurrency = 0
    /// The reason why the run stopped before its end, or nil if the run did not stop early.
    public internal(set) var stop: StopReason?

    /// The counts of a run that has nothing to do.
    package static let nothing = BulkProgress()

    mutating func count(_ failure: CallFailure) {
        failures += 1
        if case .refused(let error) = failure {
            failuresByCode[error.code, default: 0] += 1
        } else {
            unanswered += 1
            lastUnanswered = failure
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

/// The reason why a run makes no progress at the moment.
public struct BulkWait: Sendable, Hashable {
    /// The failure that the run retries: 45011, -1, or no answer.
    public let failure: CallFailure
    /// The time of the next call, in Unix seconds.
    public let until: Int64
}
