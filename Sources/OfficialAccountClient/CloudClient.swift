import OfficialAccount

/// Calls as an account without a token, through the cloud gateway beside which the code runs.
///
/// The calls are under the names that the platform's cloud SDK has for them: `officialAccount.tags.batchTagging`.
public struct CloudClient: Sendable {
    private let transport: any Transport
    private let appID: AppID?
    let retries: RetryPolicy
    let timing: Timing
    let knownTags = KnownTags()

    /// - Parameters:
    ///   - baseURL: the gateway's address.
    ///   - appID: the account to call as, sent as `from_appid`; nil for the gateway's own.
    public init(baseURL: String = "http://127.0.0.1:8081", appID: AppID? = nil) {
        self.init(transport: HTTPTransport(baseURL: baseURL), appID: appID)
    }

    /// - Parameters:
    ///   - transport: how calls get to the gateway.
    ///   - appID: the account to call as, sent as `from_appid`; nil for the gateway's own.
    ///   - retries: which calls are made again after a failure.
    ///   - timing: where the time and the pauses come from.
    public init(
        transport: any Transport, appID: AppID? = nil, retries: RetryPolicy = .standard, timing: Timing = .system
    ) {
        self.transport = transport
        self.appID = appID
        self.retries = retries
        self.timing = timing
    }

    /// Where the cloud SDK has these calls.
    public var officialAccount: OfficialAccountCalls { OfficialAccountCalls(caller: self) }

    /// The calls of an official account.
    public struct OfficialAccountCalls: Sendable {
        fileprivate let caller: CloudClient

        /// The calls about tags.
        public var tags: TagCalls { TagCalls(caller: caller) }
        /// The calls about followers.
        public var followers: FollowerCalls { FollowerCalls(caller: caller) }
    }
}

extension CloudClient: Caller {
    func attempt<Response: CallAnswer>(
        _ call: OutgoingCall, as type: Response.Type
    ) async throws(CallFailure) -> Response {
        var call = call
        if let appID { call.query.append(("from_appid", appID.rawValue)) }
        return try AnswerReader.read(try await transport.answer(to: call), as: type)
    }
}
