public import OfficialAccount

/// Calls the server API of a WeChat Official Account, at WeChat or at a server that answers as WeChat does.
///
/// ```swift
/// let wechat = OfficialAccountClient(appID: "wx5ad0c4e6b81f2793", secret: secret)
/// try await wechat.tags.batchTagging(openIDs, tag: 134)
/// ```
///
/// A client is a value that any task may use at any time. Make one client for an account and keep it. Copies of the
/// client share its token and the tags that it knows.
///
/// The client fetches a token with `stable_token` when a call needs a token. All callers that wait for a token share
/// one fetch. After 40001, 40014 or 42001 the client makes the call once more with another token. ``RetryPolicy``
/// decides after which other failures the client retries.
///
/// A cancelled task stops waiting, except if it waits for a token: other tasks may wait for the same token.
///
/// Source: `doc/service/api/base/api_getstableaccesstoken`.
public struct OfficialAccountClient: Sendable {
    private let appID: AppID
    private let transport: any Transport
    private let tokens: any AccessTokenSource
    private(set) var retries: RetryPolicy
    let timing: Timing
    let knownTags = KnownTags()

    /// Creates a client that fetches its tokens with the account's secret.
    ///
    /// The initialiser makes no call.
    ///
    /// - Parameters:
    ///   - appID: the account's appid, such as `wx5ad0c4e6b81f2793`.
    ///   - secret: the account's secret. The client sends it in token calls only.
    ///   - transport: sends each call. The default sends calls to WeChat over HTTPS.
    ///   - tokenStore: keeps the tokens. The default keeps them in memory.
    ///   - retries: which calls the client retries after a failure, and how often.
    ///   - timing: the client's clock, pauses and random numbers.
    public init(
        appID: AppID, secret: String, transport: any Transport = HTTPTransport(),
        tokenStore: any TokenStore = MemoryTokenStore(),
        retries: RetryPolicy = .standard, timing: Timing = .system
    ) {
        self.appID = appID
        self.transport = transport
        self.retries = retries
        self.timing = timing
        tokens = TokenKeeper(appID: appID, store: tokenStore, now: timing.now) {
            (forceRefresh) async throws(CallFailure) -> AccessToken in
            try await Self.fetch(appID, secret, forceRefresh: forceRefresh, over: transport, now: timing.now)
        }
    }

    /// Creates a client whose tokens come from a central token server or a third-party platform.
    ///
    /// The client needs no secret, and makes no token call. The initialiser makes no call either.
    ///
    /// - Parameters:
    ///   - appID: the account's appid, such as `wx5ad0c4e6b81f2793`.
    ///   - tokens: gives the token for each call.
    ///   - transport: sends each call. The default sends calls to WeChat over HTTPS.
    ///   - retries: which calls the client retries after a failure, and how often.
    ///   - timing: the client's clock, pauses and random numbers.
    public init(
        appID: AppID, tokens: any AccessTokenSource, transport: any Transport = HTTPTransport(),
        retries: RetryPolicy = .standard, timing: Timing = .system
    ) {
        self.appID = appID
        self.transport = transport
        self.retries = retries
        self.timing = timing
        self.tokens = tokens
    }

    /// The calls that create, list, rename and delete tags, and that tag followers.
    public var tags: TagCalls { TagCalls(caller: self) }
    /// The calls that list followers, read their profiles, set their remarks and change the blacklist.
    public var followers: FollowerCalls { FollowerCalls(caller: self) }
    /// The calls that show and reset an account's quotas.
    public var quotas: QuotaCalls { QuotaCalls(caller: self, appID: appID) }
    /// The call that looks up a refused call by its rid.
    public var requests: RequestCalls { RequestCalls(caller: self) }

    /// Returns a client of the same account with another retry policy.
    ///
    /// Both clients share the token and the tags that they know.
    ///
    /// - Parameter retries: which calls the new client retries after a failure, and how often.
    /// - Returns: the new client. This client keeps its policy.
    public func with(_ retries: RetryPolicy) -> OfficialAccountClient {
        var client = self
        client.retries = retries
        return client
    }

    /// The longest time in seconds that the client uses a token, even if the platform grants a longer time.
    private static let longestToken: Int64 = 86_400

    private static func fetch(
        _ appID: AppID, _ secret: String, forceRefresh: Bool, over transport: any Transport,
        now: @Sendable () -> Int64
    ) async throws(CallFailure) -> AccessToken {
        let request = GetStableAccessToken.Request(appID: appID, secret: secret, forceRefresh: forceRefresh)
        let asked = now()
        let answer = try await transport.answer(to: OutgoingCall(GetStableAccessToken.self, request))
        let issued = try AnswerReader.read(answer, as: GetStableAccessToken.Response.self)
        let seconds = min(max(Int64(issued.expiresIn), 0), longestToken)
        return AccessToken(text: issued.token, expiresAt: asked + seconds)
    }
}

extension OfficialAccountClient: CallSender {
    func attempt<Response: CallAnswer>(
        _ call: OutgoingCall, as type: Response.Type
    ) async throws(CallFailure) -> Response {
        let token = try await tokens.token()
        do throws(CallFailure) {
            return try await send(call, token, as: type)
        } catch {
            guard case .refused(let refusal) = error, Self.tokenCodes.contains(refusal.code.rawValue) else {
                throw error
            }
            return try await send(call, try await tokens.token(after: token), as: type)
        }
    }

    private static let tokenCodes: Set = [40001, 40014, 42001]

    private func send<Response: CallAnswer>(
        _ call: OutgoingCall, _ token: AccessToken, as type: Response.Type
    ) async throws(CallFailure) -> Response {
        var call = call
        call.query.append(("access_token", token.text))
        return try AnswerReader.read(try await transport.answer(to: call), as: type)
    }
}
