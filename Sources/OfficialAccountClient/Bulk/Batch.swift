import OfficialAccount

/// The work of one call: to put one tag on some followers, or to take the tag off them.
struct Batch: Sendable, Equatable {
    let verb: Tagging.Verb
    let tag: TagID
    let taggings: [Tagging]
    var history = RetryPolicy.History()
    /// Whether the platform may have carried out an earlier call of this run for the followers, although no answer says
    /// so.
    var mayHaveBeenApplied = false
    /// Whether the queue already holds back every other batch that has one of these followers.
    var isClaimed = false

    init(_ taggings: [Tagging], verb: Tagging.Verb, tag: TagID) {
        self.taggings = taggings
        self.verb = verb
        self.tag = tag
    }

    var openIDs: [OpenID] { taggings.map(\.openID) }

    /// Whether the platform may have carried out an earlier call for the only follower, in this run or in an earlier
    /// run.
    ///
    /// A refusal of the follower then does not say whether the follower carries the tag.
    var needsLookUp: Bool { mayHaveBeenApplied || taggings.contains(where: \.mayHaveBeenApplied) }

    /// Returns a batch of `taggings`, without the retry history of this batch.
    ///
    /// The new batch keeps ``mayHaveBeenApplied`` and ``isClaimed``.
    func with(_ taggings: [Tagging]) -> Batch {
        var batch = Batch(taggings, verb: verb, tag: tag)
        batch.mayHaveBeenApplied = mayHaveBeenApplied
        batch.isClaimed = isClaimed
        return batch
    }

    /// Two batches, each with half of the followers.
    var halves: [Batch] {
        let middle = taggings.count / 2
        return [with(Array(taggings[..<middle])), with(Array(taggings[middle...]))]
    }

    func outcomes(_ result: Outcome.Result) -> [Outcome] {
        taggings.map { Outcome($0, result) }
    }

    /// Returns the outcomes of the batch if the run stops now.
    func outcomes(stopped reason: StopReason) -> [Outcome] {
        guard mayHaveBeenApplied else { return outcomes(.notTried(reason)) }
        switch reason {
        case .refused(let error): return outcomes(.unknown(.refused(error)))
        case .failed(let failure): return outcomes(.unknown(failure))
        case .callsUsedUp, .asked: return outcomes(.unknown(.cancelled))
        }
    }
}
