import AdminAPI
import NIOCore
import NIOHTTP1
import OfficialAccount
import TagStore

/// The entry point of the platform's API. It identifies the caller of each request, or refuses the request.
///
/// It judges in this order:
///
/// 1. the path: 40066
/// 2. the method: 43002, 43001
/// 3. the token: 41001, 40001, 42001
/// 4. the kind of the token: 61014, 61015
/// 5. the account: 50002
/// 6. a platform's address and grant: 61004, 61003
/// 7. the entitlement: 48001, 61016, 61007, 61017
/// 8. the quota: 45009, 45011
///
/// The handlers do the rest, and ``CallTable`` maps each call to its handler.
public struct Gateway: APIResponder {
    private struct Route: Sendable {
        let endpoint: Endpoint
        let handler: CallTable.Handler
        let meter: CallMeters.Meter
    }

    /// The query parameters that may hold the token.
    private static let accountTokens: [Substring] = ["access_token"]
    private static let platformTokens: [Substring] = ["component_access_token", "access_token"]

    private let store: any TagStore
    private let surroundings: Surroundings
    private let routes: [String: Route]
    private let quotas: QuotaKeeper
    private let refusedCalls: RefusedCallLog
    private let refusedCallers: RefusedCallers
    private let stray: CallMeters.Meter
    /// The authorization page, for people; nil in production.
    private let page: AuthorizationPage?
    private let cloudTokens: CloudTokens?
    /// The journal that records the calls; nil for none.
    private let journal: CallJournal?
    /// The faults that a sandbox applies to calls; nil for none.
    private let faults: FaultBoard?
    /// The relaxed accounts of a sandbox; nil for none.
    private let relaxed: RelaxedAccounts?

    public init(
        store: any TagStore, surroundings: Surroundings, quotas: QuotaKeeper, refusedCalls: RefusedCallLog,
        meters: CallMeters, page: AuthorizationPage? = nil, cloudTokens: CloudTokens? = nil,
        addresses: [String] = ["127.0.0.1"], journal: CallJournal? = nil,
        faults: FaultBoard? = nil, relaxed: RelaxedAccounts? = nil
    ) {
        self.relaxed = relaxed
        self.faults = faults
        self.journal = journal
        self.cloudTokens = cloudTokens
        self.page = page
        stray = meters.stray
        self.store = store
        self.refusedCalls = refusedCalls
        refusedCallers = RefusedCallers(store: store, surroundings: surroundings)
        self.quotas = quotas
        self.surroundings = surroundings
        var table = CallTable()
        let credentials = CredentialHandlers(
            store: store, surroundings: surroundings, quotas: quotas, relaxed: relaxed)
        let components = ComponentHandlers(store: store, surroundings: surroundings, quotas: quotas)
        credentials.answer(&table)
        AddressHandlers(addresses: addresses).answer(&table)
        TagHandlers(store: store).answer(&table)
        FollowerHandlers(store: store).answer(&table)
        QuotaHandlers(keeper: quotas, credentials: credentials, components: components, store: store).answer(&table)
        RequestIDHandlers(log: refusedCalls, surroundings: surroundings).answer(&table)
        components.answer(&table)
        routes = Dictionary(
            uniqueKeysWithValues: table.handlers.map { endpoint, handler in
                (endpoint.path, Route(endpoint: endpoint, handler: handler, meter: meters.meter(of: endpoint)))
            })
    }

    /// Forgets the refused calls, so that no rid so far is found any more. A reset of a sandbox needs this.
    func forgetRefusedCalls() { refusedCalls.forgetAll() }

    /// The calls that have a handler.
    var answered: [Endpoint] { routes.values.map(\.endpoint) }

    /// How the gateway identifies the caller.
    enum Identity {
        /// The token in the request identifies the caller.
        case token
        /// The cloud gateway has identified this account as the caller.
        case account(AppID)
        /// There is no caller. The gateway refuses the call, after it has checked path and method.
        case refused(Refusal)
    }

    public func respond(to request: APIRequest, from peer: Peer) async -> APIResponse {
        await respond(to: request, address: peer.address, as: .token)
    }

    public func judge(_ head: APIRequest, from peer: Peer) async -> APIResponse? {
        await judge(head, address: peer.address, as: .token)
    }

    func judge(_ head: APIRequest, address: String?, as identity: Identity) async -> APIResponse? {
        if page != nil, case .token = identity, AuthorizationPage.paths.contains(head.target.path) { return nil }
        let isTooLong = head.bodyLength > CallBody.largest
        // A rule may ask for the body. A body that is too long never arrives whole.
        if !isTooLong, faults?.mayAct(onArrivalOf: head) == true { return nil }
        let route = routes[head.target.path]
        let start = ContinuousClock.now
        var trace = CallTrace()
        trace.address = address
        do throws(Refusal) {
            if isTooLong, let faults { try await arrive(head, identity, at: faults, &trace) }
            let admission = try await admit(head, to: route, address: address, as: identity, &trace)
            guard isTooLong else { return nil }
            if let owner = admission.owner { try quotas.count(admission.endpoint, by: owner) }
            try Self.judgeLength(head.bodyLength)
            return nil
        } catch {
            return await conclude(head, .failure(error), trace, of: route, from: start, address: address)
        }
    }

    func respond(to request: APIRequest, address: String?, as identity: Identity) async -> APIResponse {
        if let page, case .token = identity, AuthorizationPage.paths.contains(request.target.path) {
            return await page.respond(to: request)
        }
        let route = routes[request.target.path]
        let start = ContinuousClock.now
        var trace = CallTrace()
        trace.address = address
        let outcome: Result<APIResponse, Refusal>
        do throws(Refusal) {
            if let faults { try await arrive(request, identity, at: faults, &trace) }
            let answer = try await answer(request, route: route, address: address, as: identity, &trace)
            try faults?.answer(trace)
            outcome = .success(APIResponse(answer))
        } catch {
            outcome = .failure(error)
        }
        return await conclude(request, outcome, trace, of: route, from: start, address: address)
    }

    /// Makes the answer to a call, and records the call. Every call passes through here, also if its head alone
    /// decided it.
    private func conclude(
        _ request: APIRequest, _ outcome: Result<APIResponse, Refusal>, _ trace: CallTrace, of route: Route?,
        from start: ContinuousClock.Instant, address: String?
    ) async -> APIResponse {
        var trace = trace
        var response: APIResponse
        var code = ErrorCode.ok
        var rid: RequestID?
        switch outcome {
        case .success(let answer): response = answer
        case .failure(let refusal):
            // After a system error, asking the store for the caller would only cost another wait.
            if trace.caller == nil, refusal.code != .systemError {
                trace.caller = await refusedCallers.caller(of: request, trace.body)
            }
            let now = surroundings.now()
            let made = RequestID(at: now, random: surroundings.randomBytes(8))
            response = refuse(request, refusal, made, at: now, trace, in: .now - start, address: address)
            (code, rid) = (refusal.code, made)
        }
        relaxed?.show(&response, to: trace.caller?.appID)
        if let faults { response = await faults.send(response, trace) }
        finish(request, response, code, rid, trace, from: start, by: route?.meter ?? stray, address: address)
        return response
    }

    /// Applies faults to the call before the gateway judges it.
    private func arrive(
        _ request: APIRequest, _ identity: Identity, at faults: FaultBoard, _ trace: inout CallTrace
    ) async throws(Refusal) {
        if case .account = identity { trace.via = .cloud }
        try await faults.arrive(request, &trace) {
            if case .account(let appID) = identity { return appID }
            return await refusedCallers.caller(of: request, request.body)?.appID
        }
    }

    /// Counts an answered call, and adds it to the journal.
    private func finish(
        _ request: APIRequest, _ response: APIResponse, _ code: ErrorCode, _ rid: RequestID?, _ trace: CallTrace,
        from start: ContinuousClock.Instant, by meter: CallMeters.Meter, address: String?
    ) {
        let duration = .now - start
        meter.record(code, in: duration)
        guard let journal else { return }
        journal.append(
            CallEntry(
                request, response, code: code, rid: rid, trace, at: surroundings.now(), in: duration,
                address: address, keeping: journal.detail))
    }

    private func refuse(
        _ request: APIRequest, _ refusal: Refusal, _ rid: RequestID, at now: UnixTime, _ trace: CallTrace,
        in duration: Duration, address: String?
    ) -> APIResponse {
        let answer = CommandFailed(refusal, rid: rid, hint: RequestHint(random: surroundings.randomBytes(15)))
        var json = JSONText()
        answer.write(to: &json)
        let note = trace.refused(
            request.target, rid: rid, answer: String(decoding: json.bytes, as: UTF8.self), at: now, in: duration,
            address: address)
        if let note, let caller = trace.caller { refusedCalls.append(note, secret: caller.account.secret) }
        return APIResponse(refusal, as: answer)
    }

    private func answer(
        _ request: APIRequest, route: Route?, address: String?, as identity: Identity, _ trace: inout CallTrace
    ) async throws(Refusal) -> any CallAnswer {
        let admission = try await admit(request, to: route, address: address, as: identity, &trace)
        if let owner = admission.owner { try quotas.count(admission.endpoint, by: owner) }
        trace.body = try body(of: request, for: admission.endpoint)
        if let faults { try await faults.admit(request, &trace) }
        return try await admission.answer(
            Call(address: trace.address, query: CallQuery(request.target), body: trace.body))
    }

    /// A call that the gateway admits on the basis of its head.
    private struct Admission {
        let endpoint: Endpoint
        /// The owner whose count the call adds to; nil if the body identifies the owner.
        var owner: CallOwner?
        let answer: (Call) async throws(Refusal) -> any CallAnswer
    }

    /// Judges what the head of a request decides: the path, the method and the caller.
    private func admit(
        _ request: APIRequest, to route: Route?, address: String?, as identity: Identity, _ trace: inout CallTrace
    ) async throws(Refusal) -> Admission {
        guard let route else {
            throw Refusal(.invalidURL, "there is no API at \(Refusal.quoted(request.target.path))")
        }
        let endpoint = route.endpoint
        guard request.method.rawValue == endpoint.method.rawValue else {
            throw Refusal(
                endpoint.method == .post ? .requirePOST : .requireGET,
                "\(endpoint.path) is called with \(endpoint.method.rawValue)")
        }
        if case .refused(let refusal) = identity { throw refusal }
        let query = CallQuery(request.target)
        switch route.handler {
        case .open(let answer): return Admission(endpoint: endpoint, answer: answer)
        case .account(let answer):
            let caller = try await caller(query, of: endpoint, address, identity, &trace)
            return Admission(endpoint: endpoint, owner: .account(caller.account)) { (call) throws(Refusal) in
                guard let relaxed else { return try await answer(caller, call) }
                let kept = try await relaxed.kept(call, of: caller.appID, in: store, at: surroundings.now())
                return try await answer(caller, kept)
            }
        case .component(let answer):
            let (platform, _) = try await platform(query, address, mayBeAuthorizer: false, &trace)
            return Admission(endpoint: endpoint, owner: .component(platform)) {
                (call) throws(Refusal) in try await answer(platform, call)
            }
        case .either(let answer):
            let owner = try await owner(query, of: endpoint, address, identity, &trace)
            return Admission(endpoint: endpoint, owner: owner) { (call) throws(Refusal) in
                try await answer(owner, call)
            }
        case .authorizer(let answer):
            let (platform, grant) = try await platform(query, address, mayBeAuthorizer: true, &trace)
            return Admission(endpoint: endpoint, owner: .component(platform)) {
                (call) throws(Refusal) in try await answer(platform, grant, call)
            }
        }
    }

    /// Returns the account or third-party platform whose token the call sends.
    private func owner(
        _ query: CallQuery, of endpoint: Endpoint, _ address: String?, _ identity: Identity, _ trace: inout CallTrace
    ) async throws(Refusal) -> CallOwner {
        if case .token = identity, query["cloudbase_access_token"] == nil,
            case .component(let platform) = try await verdict(on: try query.token(Self.platformTokens))
        {
            trace.via = .platform
            trace.platform = platform.appID
            try platform.allow(address: address)
            return .component(platform)
        }
        return .account(try await caller(query, of: endpoint, address, identity, &trace).account)
    }

    /// Returns the platform whose component_access_token the call sends, under either of its two documented parameter
    /// names.
    ///
    /// - Parameter mayBeAuthorizer: whether to accept an account's authorizer_access_token too. The result then
    ///   includes the account's grant.
    private func platform(
        _ query: CallQuery, _ address: String?, mayBeAuthorizer: Bool, _ trace: inout CallTrace
    ) async throws(Refusal) -> (platform: Component, grant: Grant?) {
        trace.via = .platform
        switch try await verdict(on: try query.token(Self.platformTokens)) {
        case .component(let platform):
            trace.platform = platform.appID
            try platform.allow(address: address)
            return (platform, nil)
        case .authorized(_, let grant, let platform) where mayBeAuthorizer:
            trace.platform = platform.appID
            try platform.allow(address: address)
            try grant.allow()
            return (platform, grant)
        case .valid, .authorized:
            throw Refusal(
                .componentTokenRequired, "the token is an account's; this call takes the component_access_token")
        case .unknown: throw .unknownToken
        case .expired: throw .expiredToken
        }
    }

    private func verdict(on token: String) async throws(Refusal) -> TokenVerdict {
        try await store.verdict(on: Fingerprint(of: token), text: TokenText(token), at: surroundings.now())
    }

    private func caller(
        _ query: CallQuery, of endpoint: Endpoint, _ address: String?, _ identity: Identity, _ trace: inout CallTrace
    ) async throws(Refusal) -> Caller {
        if case .account(let appID) = identity { return try await caller(appID, of: endpoint, &trace) }
        if let cloudTokens, query["access_token"] == nil, let token = query["cloudbase_access_token"] {
            return try await caller(try cloudTokens.account(of: token), of: endpoint, &trace)
        }
        switch try await verdict(on: try query.token(Self.accountTokens)) {
        case .unknown: throw .unknownToken
        case .expired: throw .expiredToken
        case .component:
            throw Refusal(
                .accountTokenRequired, "the token is a platform's own; this call takes an account's access_token")
        case .valid(let account):
            return try Self.caller(account, of: endpoint, &trace)
        case .authorized(let account, let grant, let platform):
            let caller = Caller(account: account)
            trace.caller = caller
            (trace.via, trace.platform) = (.platform, platform.appID)
            try Self.allow(account)
            try grant.allow(endpoint, by: platform, for: account, from: address)
            return caller
        }
    }

    /// Returns the caller that the cloud gateway or one of its tokens identifies.
    private func caller(
        _ appID: AppID, of endpoint: Endpoint, _ trace: inout CallTrace
    ) async throws(Refusal) -> Caller {
        trace.via = .cloud
        guard let account = try await store.account(appID) else { throw .unknownAccount(appID) }
        return try Self.caller(account, of: endpoint, &trace)
    }

    private static func caller(
        _ account: Account, of endpoint: Endpoint, _ trace: inout CallTrace
    ) throws(Refusal) -> Caller {
        let caller = Caller(account: account)
        trace.caller = caller
        try allow(account)
        guard account.isCertified || endpoint.access != .certifiedAccount else { throw .notCertified(account) }
        return caller
    }

    private static func allow(_ account: Account) throws(Refusal) {
        guard !account.isFrozen else {
            throw Refusal(.userLimited, "the account \(account.appID) has been frozen")
        }
    }

    private func body(of request: APIRequest, for endpoint: Endpoint) throws(Refusal) -> CallBody {
        guard endpoint.method == .post else { return CallBody(buffer: ByteBuffer()) }
        try Self.judgeLength(request.bodyLength)
        return request.body
    }

    private static func judgeLength(_ length: Int) throws(Refusal) {
        guard length <= CallBody.largest else {
            throw Refusal(.contentSizeOutOfLimit, "the body is larger than \(CallBody.largest) bytes")
        }
    }
}

extension Refusal {
    static var unknownToken: Refusal {
        Refusal(.invalidCredential, "the token was never issued here, was replaced by a newer one, or was revoked")
    }

    static var expiredToken: Refusal {
        Refusal(.accessTokenExpired, "the token is past its lifetime; fetch a new one")
    }
}
