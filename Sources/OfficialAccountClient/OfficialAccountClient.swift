import Foundation
import OfficialAccount

/// Calls the server API of a WeChat Official Account, at WeChat itself or at whoever answers as it does.
///
/// ```swift
/// let wechat = OfficialAccountClient(appID: "wx5ad0c4e6b81f2793", secret: secret)
/// try await wechat.tags.batchTagging(openIDs, tag: 134)
/// ```
///
/// Tokens are fetched when they are needed, by `stable_token`, one at a time however many callers wait. A call that is answered 40001, 40014 or
/// 42001 is made once more with another token.
public struct OfficialAccountClient: Sendable {
    private let appID: AppID
    private let transport: any Transport
    private let tokens: TokenKeeper

    /// - Parameters:
    ///   - secret: the account's secret; it goes nowhere but into token calls.
    ///   - transport: how calls get there; HTTPS to WeChat if nothing else is said.
    ///   - tokenStore: where tokens are kept.
    ///   - now: the time, in Unix seconds.
    public init(
        appID: AppID, secret: String, transport: any Transport = HTTPTransport(),
        tokenStore: any TokenStore = MemoryTokenStore(),
        now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }
    ) {
        self.appID = appID
        self.transport = transport
        tokens = TokenKeeper(appID: appID, store: tokenStore, now: now) {
            (forceRefresh) async throws(CallFailure) -> AccessToken in
            try await Self.fetch(appID, secret, forceRefresh: forceRefresh, over: transport, now: now)
        }
    }

    /// The calls about tags.
    public var tags: TagCalls { TagCalls(caller: self) }
    /// The calls about followers.
    public var followers: FollowerCalls { FollowerCalls(caller: self) }
    /// The calls about quotas.
    public var quotas: QuotaCalls { QuotaCalls(caller: self, appID: appID) }
    /// The call that tells what became of a call.
    public var requests: RequestCalls { RequestCalls(caller: self) }

    private struct Issued: Decodable {
        let access_token: String
        let expires_in: Int64
    }

    private static func fetch(
        _ appID: AppID, _ secret: String, forceRefresh: Bool, over transport: any Transport,
        now: @Sendable () -> Int64
    ) async throws(CallFailure) -> AccessToken {
        let body = RequestBody { body in
            body.field("grant_type", "client_credential")
            body.field("appid", appID.rawValue)
            body.field("secret", secret)
            if forceRefresh { body.field("force_refresh", true) }
        }
        let asked = now()
        let answer = try await transport.answer(to: APICall(.getStableAccessToken, body: body.bytes))
        let issued = try AnswerReader.read(answer, as: Issued.self)
        return AccessToken(text: issued.access_token, expiresAt: asked + issued.expires_in)
    }
}

extension OfficialAccountClient: Caller {
    func answer<Value: Decodable & Sendable>(
        to call: APICall, as type: Value.Type
    ) async throws(CallFailure) -> Value {
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

    private func send<Value: Decodable>(
        _ call: APICall, _ token: AccessToken, as type: Value.Type
    ) async throws(CallFailure) -> Value {
        var call = call
        call.query.append(("access_token", token.text))
        return try AnswerReader.read(try await transport.answer(to: call), as: type)
    }
}

/// Calls as an account without a token, through the cloud gateway beside which the code runs.
///
/// The calls are under the names that the platform's cloud SDK has for them: `officialAccount.tags.batchTagging`.
public struct CloudClient: Sendable {
    private let transport: any Transport
    private let appID: AppID?

    /// - Parameters:
    ///   - baseURL: the gateway's address.
    ///   - appID: the account to call as, sent as `from_appid`; nil for the gateway's own.
    public init(baseURL: String = "http://127.0.0.1:8081", appID: AppID? = nil) {
        self.init(transport: HTTPTransport(baseURL: baseURL), appID: appID)
    }

    public init(transport: any Transport, appID: AppID? = nil) {
        self.transport = transport
        self.appID = appID
    }

    /// Where the cloud SDK has these calls.
    public var officialAccount: OfficialAccountCalls { OfficialAccountCalls(caller: self) }

    /// The calls of an official account.
    public struct OfficialAccountCalls: Sendable {
        fileprivate let caller: CloudClient

        /// The calls about tags.
        public var tags: TagCalls { TagCalls(caller: caller) }
    }
}

extension CloudClient: Caller {
    func answer<Value: Decodable & Sendable>(
        to call: APICall, as type: Value.Type
    ) async throws(CallFailure) -> Value {
        var call = call
        if let appID { call.query.append(("from_appid", appID.rawValue)) }
        return try AnswerReader.read(try await transport.answer(to: call), as: type)
    }
}

/// Whoever can make calls as an account.
protocol Caller: Sendable {
    func answer<Value: Decodable & Sendable>(to call: APICall, as type: Value.Type) async throws(CallFailure) -> Value
}

extension Caller {
    /// Makes a call that answers nothing but that it is done.
    func command(_ call: APICall) async throws(CallFailure) {
        _ = try await answer(to: call, as: Done.self)
    }
}

extension Transport {
    func answer(to call: APICall) async throws(CallFailure) -> [UInt8] {
        do throws(TransportFailure) {
            return try await send(call)
        } catch {
            throw .transport(error)
        }
    }
}

/// The JSON of a request.
struct RequestBody {
    let bytes: [UInt8]

    init(_ fields: (inout JSONText.Fields) -> Void) {
        var json = JSONText()
        json.object(fields)
        bytes = json.bytes
    }
}
