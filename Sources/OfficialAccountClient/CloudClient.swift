public import OfficialAccount

/// Makes an account's calls without a token, through the cloud gateway that runs next to the program.
///
/// The calls have the names of the platform's cloud SDK, such as `officialAccount.tags.batchTagging`. The gateway adds
/// the token, so the client needs no secret.
///
/// ```swift
/// let cloud = CloudClient()
/// try await cloud.officialAccount.tags.batchTagging(openIDs, tag: 134)
/// ```
public struct CloudClient: Sendable {
    private let transport: any Transport
    private let appID: AppID?
    let retries: RetryPolicy
    let timing: Timing
    let knownTags = KnownTags()

    /// Creates a client that calls the gateway over HTTP.
    ///
    /// The initialiser makes no call.
    ///
    /// - Parameters:
    ///   - baseURL: the gateway's scheme, host and port, such as `http://127.0.0.1:8081`.
    ///   - appID: the account that makes the calls, or nil for the gateway's own account. The client sends this
    ///     appid as `from_appid`.
    public init(baseURL: String = "http://127.0.0.1:8081", appID: AppID? = nil) {
        self.init(transport: HTTPTransport(baseURL: baseURL), appID: appID)
    }

    /// Creates a client that calls the gateway through a transport.
    ///
    /// The initialiser makes no call.
    ///
    /// - Parameters:
    ///   - transport: carries each call to the gateway.
    ///   - appID: the account that makes the calls, or nil for the gateway's own account. The client sends this
    ///     appid as `from_appid`.
    ///   - retries: which calls the client retries after a failure, and how often.
    ///   - timing: the client's clock, pauses and random numbers.
    public init(
        transport: any Transport, appID: AppID? = nil, retries: RetryPolicy = .standard, timing: Timing = .system
    ) {
        self.transport = transport
        self.appID = appID
        self.retries = retries
        self.timing = timing
    }

    /// The calls for an official account.
    ///
    /// This property has the same name as in the cloud SDK.
    public var officialAccount: OfficialAccountCalls { OfficialAccountCalls(caller: self) }

    /// The families of calls that the gateway offers.
    public struct OfficialAccountCalls: Sendable {
        fileprivate let caller: CloudClient

        /// The calls that concern tags.
        public var tags: TagCalls { TagCalls(caller: caller) }
        /// The calls that concern followers.
        public var followers: FollowerCalls { FollowerCalls(caller: caller) }
    }
}

extension CloudClient: CallSender {
    func attempt<Response: CallAnswer>(
        _ call: OutgoingCall, as type: Response.Type
    ) async throws(CallFailure) -> Response {
        var call = call
        if let appID { call.query.append(("from_appid", appID.rawValue)) }
        return try AnswerReader.read(try await transport.answer(to: call), as: type)
    }
}
