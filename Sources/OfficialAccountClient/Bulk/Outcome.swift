import OfficialAccount

/// The outcome of one ``Tagging``.
public struct Outcome: Sendable, Hashable {
    /// The ways in which a tagging can end.
    public enum Result: Sendable, Hashable {
        /// The platform answered that the tagging is done.
        case applied
        /// The platform refuses the follower of the tagging.
        ///
        /// The platform changed nothing.
        case rejected(APIError)
        /// The run sent the tagging, and no answer says whether the platform carried it out.
        ///
        /// Sending the tagging again does no harm.
        case unknown(CallFailure)
        /// The run stopped before the platform carried out the tagging.
        ///
        /// The platform changed nothing.
        case notTried(StopReason)
    }

    /// The tagging, as the run read it from its input.
    public let tagging: Tagging
    /// The result of the tagging.
    public let result: Result

    /// Creates an outcome, for example in a test.
    ///
    /// - Parameters:
    ///   - tagging: the tagging, as the run read it from its input.
    ///   - result: the result of the tagging.
    public init(_ tagging: Tagging, _ result: Result) {
        self.tagging = tagging
        self.result = result
    }
}

/// The reason why a run stopped before its end.
public enum StopReason: Error, Sendable, Hashable, CustomStringConvertible {
    /// The platform refuses every call, for example because the daily quota is used up or the tag is gone.
    case refused(APIError)
    /// No attempt got a valid answer of the API, or there was no token.
    case failed(CallFailure)
    /// The run made all the calls that ``BulkTagger/Options/calls`` allows.
    case callsUsedUp
    /// A caller stopped the run with ``BulkTagger/Run/stop()``, or cancelled the task of the run.
    case asked

    /// The reason in one line.
    public var description: String {
        switch self {
        case .refused(let error): "\(error)"
        case .failed(let failure): "\(failure)"
        case .callsUsedUp: "the run has made all the calls that it may make"
        case .asked: "the run was stopped"
        }
    }
}
