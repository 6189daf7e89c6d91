import OfficialAccount

/// The next step after a failed call.
enum Judgement: Equatable {
    /// Send the batch again after a pause. The whole run pauses if there were too many calls in this minute.
    case again(Batch, after: Duration, isForAll: Bool)
    /// The platform changed the followers in `done`. Send the batches in `rest` after a pause.
    case partly(done: [Tagging], rest: [Batch], after: Duration)
    /// The platform refuses this follower.
    case rejected(Tagging, APIError)
    /// The platform refuses this follower, but an earlier call may have succeeded. Read the follower's tags.
    case lookUp(Tagging, APIError)
    /// Every attempt failed without a known reason. One follower may be the reason, so send each half of the batch.
    case halve(Batch, CallFailure)
    /// No answer says whether the platform carried out the call, and the run does not retry the call.
    case unknown(Batch, CallFailure)
    /// Every further call would fail as well.
    case stop(Batch, StopReason)
}

extension Judgement {
    /// The codes that concern a follower, not the call.
    ///
    /// One of the followers in the batch is then the cause.
    static let aboutFollowers: Set<ErrorCode> = [
        .invalidOpenID, .invalidOpenIDList, .invalidOpenIDListSize, .requireSubscribe, .tooManyTagsOnUser,
        .concurrentChange, .someOpenIDsFailed, .openIDOfAnotherAccount, .unsubscribed,
    ]

    /// Returns whether a code may concern a follower.
    ///
    /// True also for a code without an explanation in the error catalogue.
    static func mayBeAboutFollowers(_ code: ErrorCode) -> Bool {
        aboutFollowers.contains(code) || code.explanation == nil
    }

    /// Decides the next step after a failed call.
    ///
    /// - Parameters:
    ///   - failure: why the call failed.
    ///   - batch: the batch that the call sent.
    ///   - policy: which calls the run retries, and after how long a pause.
    ///   - isTagKnown: whether an earlier answer showed that the account has the tag.
    ///   - now: the time in Unix seconds.
    ///   - chance: a random number from 0 up to 1.
    init(
        _ failure: CallFailure, of batch: Batch, policy: RetryPolicy, isTagKnown: Bool, now: Int64, chance: Double
    ) {
        if case .refused(let error) = failure, error.code == .someOpenIDsFailed,
            let failed = error.failedOpenIDs.map(Set.init), !failed.isEmpty,
            failed.isSubset(of: batch.taggings.map(\.openID))
        {
            self = Self.partly(batch, failed, error, policy, chance)
            return
        }
        var batch = batch
        batch.mayHaveBeenApplied = batch.mayHaveBeenApplied || failure.mayHaveBeenApplied
        let pause = policy.pause(
            after: failure, &batch.history, isRepeatable: true, isTagKnown: isTagKnown, now: now, chance: chance)
        if let pause {
            var isForAll = false
            if case .refused(let error) = failure { isForAll = error.code == .minuteQuotaReached }
            self = .again(batch, after: pause, isForAll: isForAll)
            return
        }
        switch failure {
        case .refused(let error) where Self.mayBeAboutFollowers(error.code):
            if batch.taggings.count > 1 {
                self = .partly(done: [], rest: batch.halves, after: .zero)
            } else if batch.needsLookUp {
                self = .lookUp(batch.taggings[0], error)
            } else {
                self = .rejected(batch.taggings[0], error)
            }
        case .refused(let error) where error.code == .systemError:
            self = batch.taggings.count > 1 ? .halve(batch, failure) : .unknown(batch, failure)
        case .refused(let error): self = .stop(batch, .refused(error))
        case .tokenStore, .tokenSource: self = .stop(batch, .failed(failure))
        case .transport, .badAnswer:
            self = batch.mayHaveBeenApplied ? .unknown(batch, failure) : .stop(batch, .failed(failure))
        }
    }

    /// Judges an answer with 45171.
    ///
    /// The platform changed the followers that the answer does not list. The run sends the listed followers again, in
    /// the end one by one.
    private static func partly(
        _ batch: Batch, _ failed: Set<OpenID>, _ error: APIError, _ policy: RetryPolicy, _ chance: Double
    ) -> Judgement {
        let done = batch.taggings.filter { !failed.contains($0.openID) }
        var rest = batch.with(batch.taggings.filter { failed.contains($0.openID) })
        rest.history = batch.history
        rest.history.attempts += 1
        if rest.history.attempts < policy.attempts {
            let pause = policy.pause(afterAttempt: rest.history.attempts, chance: chance)
            return .partly(done: done, rest: [rest], after: pause)
        }
        if rest.taggings.count > 1 { return .partly(done: done, rest: rest.halves, after: .zero) }
        if !done.isEmpty { return .partly(done: done, rest: [rest], after: .zero) }
        return rest.needsLookUp ? .lookUp(rest.taggings[0], error) : .rejected(rest.taggings[0], error)
    }
}
