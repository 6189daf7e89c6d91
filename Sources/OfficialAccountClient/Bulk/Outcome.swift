import OfficialAccount

/// What became of one ``Tagging``.
public struct Outcome: Sendable, Hashable {
    public enum Result: Sendable, Hashable {
        /// The platform answered that it is done.
        case applied
        /// The platform refuses this follower. Nothing was changed.
        case rejected(APIError)
        /// It was sent, and nobody knows whether it was carried out. Sending it again does no harm.
        case unknown(CallFailure)
        /// The run stopped before it was carried out. Nothing was changed.
        case notTried(StopReason)
    }

    public let tagging: Tagging
    public let result: Result

    public init(_ tagging: Tagging, _ result: Result) {
        self.tagging = tagging
        self.result = result
    }
}

/// Why a run stopped before its end.
public enum StopReason: Error, Sendable, Hashable, CustomStringConvertible {
    /// The platform refuses every call, not single followers: the quota of the day is used up, the secret is wrong, the tag is gone.
    case refused(APIError)
    /// No answer comes, or none that can be read, however often it is tried.
    case failed(CallFailure)
    /// As many calls were made as were allowed.
    case callsUsedUp
    /// ``BulkTagger/Run/stop()`` was called, or the task was cancelled.
    case asked

    public var description: String {
        switch self {
        case .refused(let error): "\(error)"
        case .failed(let failure): "\(failure)"
        case .callsUsedUp: "as many calls were made as were allowed"
        case .asked: "the run was stopped"
        }
    }
}
