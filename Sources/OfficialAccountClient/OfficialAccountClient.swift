import OfficialAccount

/// Calls the server API of a WeChat Official Account, at WeChat itself or at whoever answers as it does.
///
/// ```swift
/// let wechat = OfficialAccountClient(appID: "wx5ad0c4e6b81f2793", secret: secret)
/// try await wechat.tags.batchTagging(openIDs, tag: 134)
/// ```
///
/// Tokens are fetched when they are needed, by `stable_token`, one at a time however many callers wait. A call that is answered 40001, 40014 or
/// 42001 is made once more with another token. What else is made again is up to ``RetryPolicy``. A task that is cancelled waits for nothing more, but for a
/// token that others may be waiting for too.
public struct OfficialAccountClient: Sendable {
    private let appID: AppID
    private let transport: any Transport
    private let tokens: any AccessTokenSource
    private(set) var retries: RetryPolicy
    let timing: Timing
    let knownTags = KnownTags()

    /// - Parameters:
    ///   - secret: the account's secret; it goes nowhere but into token calls.
    ///   - transport: how calls get there; HTTPS to WeChat if nothing else is said.
    ///   - tokenStore: where tokens are kept.
    ///   - retries: which calls are made again after a failure.
    ///   - timing: where the time and the pauses come from.
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

    /// Calls with tokens that come from elsewhere: from a central token server, or from a third-party platform. No secret is needed.
    ///
    /// - Parameters:
    ///   - appID: the account whose tokens they are.
    ///   - tokens: where tokens come from.
    ///   - transport: how calls get there; HTTPS to WeChat if nothing else is said.
    ///   - retries: which calls are made again after a failure.
    ///   - timing: where the time and the pauses come from.
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

    /// The calls about tags.
    public var tags: TagCalls { TagCalls(caller: self) }
    /// The calls about followers.
    public var followers: FollowerCalls { FollowerCalls(caller: self) }
    /// The calls about quotas.
    public var quotas: QuotaCalls { QuotaCalls(caller: self, appID: appID) }
    /// The call that tells what became of a call.
    public var requests: RequestCalls { RequestCalls(caller: self) }

    /// The same account with another patience: token and knowledge are shared.
    public func with(_ retries: RetryPolicy) -> OfficialAccountClient {
        var client = self
        client.retries = retries
        return client
    }

    /// Seconds that a token is believed to work at most.
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

extension OfficialAccountClient: Caller {
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
