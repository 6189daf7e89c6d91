import Hummingbird
import NIOCore
import OfficialAccount
import TagStore

/// The front door of the platform's API: from a request to a caller, or to an error.
///
/// It judges in this order: path 40066, method 43002/43001, token 41001/40001/42001, entitlement 48001, quota
/// 45009/45011. It knows nothing of
/// tags; what comes after is the handler's.
public struct Gateway: HTTPResponder {
    public typealias Context = GatewayContext

    /// Answers a call that anyone may make.
    typealias OpenHandler = @Sendable (Call) async throws(Refusal) -> any Answer
    /// Answers a call of a caller.
    typealias CallerHandler = @Sendable (Caller, Call) async throws(Refusal) -> any Answer

    private enum Handler: Sendable {
        case open(OpenHandler)
        case caller(CallerHandler)
    }

    private struct Route: Sendable {
        let endpoint: Endpoint
        let handler: Handler
        let meter: CallMeters.Meter
    }

    private let store: any TagStore
    private let surroundings: Surroundings
    private let routes: [String: Route]
    private let quotas: QuotaKeeper
    private let refusedCalls: RefusedCallLog
    private let stray: CallMeters.Meter

    public init(
        store: any TagStore, surroundings: Surroundings, quotas: QuotaKeeper, refusedCalls: RefusedCallLog,
        meters: CallMeters
    ) {
        stray = meters.stray
        self.store = store
        self.refusedCalls = refusedCalls
        self.quotas = quotas
        self.surroundings = surroundings
        let credentials = CredentialHandlers(store: store, surroundings: surroundings, quotas: quotas)
        let tags = TagHandlers(store: store)
        let counts = QuotaHandlers(keeper: quotas, credentials: credentials)
        let requestIDs = RequestIDHandlers(log: refusedCalls, surroundings: surroundings)
        let followers = FollowerHandlers(store: store)
        let handlers: [(Endpoint, Handler)] = [
            (.getAccessToken, .open(credentials.getAccessToken)),
            (.getStableAccessToken, .open(credentials.getStableAccessToken)),
            (.createTag, .caller(tags.createTag)),
            (.getTags, .caller(tags.getTags)),
            (.updateTag, .caller(tags.updateTag)),
            (.deleteTag, .caller(tags.deleteTag)),
            (.batchTagging, .caller(tags.batchTagging)),
            (.batchUntagging, .caller(tags.batchUntagging)),
            (.getTagIDList, .caller(tags.getTagIDList)),
            (.getTagFans, .caller(tags.getTagFans)),
            (.getBlacklist, .caller(followers.getBlacklist)),
            (.batchBlacklist, .caller(followers.batchBlacklist)),
            (.batchUnblacklist, .caller(followers.batchUnblacklist)),
            (.getFans, .caller(followers.getFans)),
            (.userInfo, .caller(followers.userInfo)),
            (.batchUserInfo, .caller(followers.batchUserInfo)),
            (.updateRemark, .caller(followers.updateRemark)),
            (.getAPIQuota, .caller(counts.getQuota)),
            (.clearQuota, .caller(counts.clearQuota)),
            (.clearQuotaByAppSecret, .open(counts.clearQuotaBySecret)),
            (.clearAPIQuota, .caller(counts.clearAPIQuota)),
            (.getRIDInfo, .caller(requestIDs.getRIDInfo)),
        ]
        routes = Dictionary(
            uniqueKeysWithValues: handlers.map { endpoint, handler in
                (endpoint.path, Route(endpoint: endpoint, handler: handler, meter: meters.meter(of: endpoint)))
            })
    }

    public func respond(to request: Request, context: GatewayContext) async throws -> Response {
        let route = routes[request.uri.path]
        let meter = route?.meter ?? stray
        let start = ContinuousClock.now
        var trace = CallTrace()
        var response: Response
        do {
            response = Response(try await answer(request, route: route, address: context.address, &trace))
            meter.record(.ok, in: .now - start)
        } catch let refusal as Refusal {
            let duration = .now - start
            response = refuse(request, refusal, trace, in: duration, address: context.address)
            meter.record(refusal.code, in: duration)
        }
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func refuse(
        _ request: Request, _ refusal: Refusal, _ trace: CallTrace, in duration: Duration, address: String?
    ) -> Response {
        let now = surroundings.now()
        let rid = RequestID(at: now, random: surroundings.randomBytes(8))
        let answer = CommandFailed(refusal, rid: rid, hint: RequestHint(random: surroundings.randomBytes(15)))
        var json = JSONText()
        answer.write(to: &json)
        let note = trace.refused(
            request.uri, rid: rid, answer: String(decoding: json.bytes, as: UTF8.self), at: now, in: duration,
            address: address)
        if let note { refusedCalls.append(note) }
        return Response(refusal, as: answer)
    }

    /// Throws a `Refusal`, or what went wrong with the connection.
    private func answer(
        _ request: Request, route: Route?, address: String?, _ trace: inout CallTrace
    ) async throws -> any Answer {
        guard let route else {
            throw Refusal(.invalidURL, "there is no API at \(Refusal.quoted(request.uri.path))")
        }
        guard request.method.rawValue == route.endpoint.method.rawValue else {
            throw Refusal(
                route.endpoint.method == .post ? .requirePOST : .requireGET,
                "\(route.endpoint.path) is called with \(route.endpoint.method.rawValue)")
        }
        let query = CallQuery(request.uri)
        switch route.handler {
        case .open(let handler):
            let body = try await body(of: request, for: route.endpoint)
            return try await handler(Call(address: address, query: query, body: body))
        case .caller(let handler):
            let caller = try await caller(query, of: route.endpoint, &trace)
            try quotas.count(route.endpoint, by: caller.account)
            trace.body = try await body(of: request, for: route.endpoint)
            return try await handler(caller, Call(address: address, query: query, body: trace.body))
        }
    }

    private func caller(
        _ query: CallQuery, of endpoint: Endpoint, _ trace: inout CallTrace
    ) async throws(Refusal) -> Caller {
        let token = try query.accessToken()
        switch try await store.verdict(on: Fingerprint(of: token), at: surroundings.now()) {
        case .unknown:
            throw Refusal(
                .invalidCredential, "the token was never issued here, was replaced by a newer one, or was revoked")
        case .expired:
            throw Refusal(.accessTokenExpired, "the token is past its lifetime; fetch a new one")
        case .valid(let account):
            trace.caller = Caller(account: account)
            guard !account.isFrozen else {
                throw Refusal(.userLimited, "the account \(account.appID) has been frozen")
            }
            guard account.isCertified || endpoint.access != .certifiedAccount else {
                throw Refusal(
                    .apiUnauthorized,
                    "the account \(account.appID) is not certified, and tags need one that is; use a certified account")
            }
            return Caller(account: account)
        }
    }

    private func body(of request: Request, for endpoint: Endpoint) async throws -> CallBody {
        guard endpoint.method == .post else { return CallBody(buffer: ByteBuffer()) }
        do {
            return CallBody(buffer: try await request.body.collect(upTo: CallBody.largest))
        } catch is NIOTooManyBytesError {
            throw Refusal(.contentSizeOutOfLimit, "the body is larger than \(CallBody.largest) bytes")
        }
    }
}

/// What is known of a connection.
public struct GatewayContext: InitializableFromSource, Sendable {
    /// The other end's address as text; an IPv4 one as such, also where the listener speaks IPv6.
    let address: String?

    public init(source: ApplicationRequestContextSource) {
        let mapped = "::ffff:"
        address = source.channel.remoteAddress?.ipAddress.map {
            $0.hasPrefix(mapped) ? String($0.dropFirst(mapped.count)) : $0
        }
    }
}
