import AdminAPI
import NIOCore
import NIOHTTP1
import OfficialAccount
import TagStore

/// Answers the requests to the platform's API: identifies the caller of each request, or refuses the request.
///
/// It judges these parts of a request in this order, and refuses a request with these errcodes:
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
/// ``CallerJudge`` judges 3 to 7. After these judgements the handler of the call answers. ``CallTable`` maps each call
/// to its handler.
public struct Gateway: APIResponder {
    /// The endpoint, the handler and the meter of one path, which all calls of the path share. It is a class, so that a
    /// call retains one object instead of three. Event loops wait for each other when they retain the same object.
    private final class Route: Sendable {
        let endpoint: Endpoint
        let handler: CallTable.Handler
        let meter: CallMeters.Meter

        init(endpoint: Endpoint, handler: CallTable.Handler, meter: CallMeters.Meter) {
            self.endpoint = endpoint
            self.handler = handler
            self.meter = meter
        }
    }

    private let store: any TagStore
    private let surroundings: Surroundings
    private let routes: [String: Route]
    private let quotas: QuotaKeeper
    private let callers: CallerJudge
    private let refusals: RefusalAnswers
    private let stray: CallMeters.Meter
    /// The page on which a person authorises a third-party platform; nil in production.
    private let page: AuthorizationPage?
    /// The journal that records the calls; nil if the server keeps no journal.
    private let journal: CallJournal?
    /// The fault rules of a sandbox; nil if the server applies no faults.
    private let faults: FaultBoard?
    /// The accounts of a sandbox that accept openids such as `OPENID1`; nil if no account can do this.
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
        self.page = page
        stray = meters.stray
        self.store = store
        callers = CallerJudge(store: store, surroundings: surroundings, cloudTokens: cloudTokens)
        refusals = RefusalAnswers(
            log: refusedCalls, callers: RefusedCallers(store: store, surroundings: surroundings),
            surroundings: surroundings)
        self.quotas = quotas
        self.surroundings = surroundings
        var table = CallTable()
        let credentials = CredentialHandlers(
            store: store, surroundings: surroundings, quotas: quotas, relaxed: relaxed, faults: faults)
        let components = ComponentJudge(store: store)
        credentials.answer(&table)
        AddressHandlers(addresses: addresses).answer(&table)
        TagHandlers(store: store).answer(&table)
        FollowerHandlers(store: store).answer(&table)
        QuotaHandlers(keeper: quotas, credentials: credentials, components: components).answer(&table)
        RequestIDHandlers(log: refusedCalls, surroundings: surroundings).answer(&table)
        ComponentHandlers(store: store, surroundings: surroundings, quotas: quotas, judge: components).answer(&table)
        AuthorizerOptionHandlers(store: store, judge: components).answer(&table)
        routes = Dictionary(
            uniqueKeysWithValues: table.handlers.map { endpoint, handler in
                (endpoint.path, Route(endpoint: endpoint, handler: handler, meter: meters.meter(of: endpoint)))
            })
    }

    /// Forgets the refused calls, so that the server no longer finds any earlier rid. A reset of a sandbox calls this
    /// function.
    func forgetRefusedCalls() { refusals.log.forgetAll() }

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
        // A fault rule may need the body, but a body that is too long never arrives whole.
        if !isTooLong, faults?.mayAct(onArrivalOf: head) == true { return nil }
        let route = routes[head.target.path]
        let start = ContinuousClock.now
        var trace = CallTrace()
        trace.address = address
        do throws(Refusal) {
            if isTooLong, let faults { try await arrive(head, route, identity, at: faults, &trace) }
            let admission = try await admit(head, to: route, address: address, as: identity, &trace)
            guard isTooLong else { return nil }
            if let owner = admission.owner { try await quotas.count(admission.route.endpoint, by: owner) }
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
            if let faults { try await arrive(request, route, identity, at: faults, &trace) }
            let answer = try await answer(request, route: route, address: address, as: identity, &trace)
            try faults?.answer(request, &trace)
            outcome = .success(APIResponse(answer))
        } catch {
            outcome = .failure(faults?.completed(error, &trace) ?? error)
        }
        return await conclude(request, outcome, trace, of: route, from: start, address: address)
    }

    /// Makes the answer to a call, and records the call. The gateway uses this function for every call, even if the
    /// head of the call alone decided the answer.
    private func conclude(
        _ request: APIRequest, _ outcome: consuming Result<APIResponse, Refusal>, _ trace: consuming CallTrace,
        of route: Route?, from start: ContinuousClock.Instant, address: String?
    ) async -> APIResponse {
        var response: APIResponse
        var code = ErrorCode.ok
        var rid: RequestID?
        switch outcome {
        case .success(let answer): response = answer
        case .failure(let refusal):
            let (answer, made) = await refusals.answer(refusal, to: request, &trace, from: start, address: address)
            (response, code, rid) = (answer, refusal.code, made)
        }
        relaxed?.show(&response, to: trace.caller?.appID)
        if let faults { response = await faults.send(response, &trace) }
        finish(request, response, code, rid, trace, from: start, by: route?.meter ?? stray, address: address)
        return response
    }

    /// Applies faults to the call before the gateway judges it.
    private func arrive(
        _ request: APIRequest, _ route: Route?, _ identity: Identity, at faults: FaultBoard, _ trace: inout CallTrace
    ) async throws(Refusal) {
        if case .account = identity { trace.via = .cloud }
        // The gateway judges the path and the method before the token, and some calls need no token.
        let takesToken = route.map {
            $0.endpoint.access != .credentials && $0.endpoint.method.rawValue == request.method.rawValue
        }
        try await faults.arrive(request, &trace, takesToken: takesToken ?? false) {
            if case .account(let appID) = identity { return appID }
            return await refusals.callers.caller(of: request, request.body)?.appID
        }
    }

    /// Adds an answered call to the metrics and to the journal.
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

    private func answer(
        _ request: APIRequest, route: Route?, address: String?, as identity: Identity, _ trace: inout CallTrace
    ) async throws(Refusal) -> any CallAnswer {
        let admission = try await admit(request, to: route, address: address, as: identity, &trace)
        if let owner = admission.owner { try await quotas.count(admission.route.endpoint, by: owner) }
        trace.body = try body(of: request, for: admission.route)
        var content = trace.body
        if let faults {
            content = try await faults.admit(request, &trace, in: store) {
                [relaxed, store, surroundings] (body, caller) throws(Refusal) in
                guard let relaxed else { return body }
                let call = Call(address: nil, query: CallQuery(request.target), body: body)
                let endpoint = admission.route.endpoint
                return try await relaxed.kept(call, to: endpoint, of: caller, in: store, at: surroundings.now()).body
            }
        }
        return try await admission.answer(
            Call(address: trace.address, query: CallQuery(request.target), body: content))
    }

    /// A call that the gateway has admitted, because the head of the request has passed every check.
    private struct Admission {
        let route: Route
        /// The owner for whom the quotas count the call; nil if the call needs no token. In this case the handler may
        /// count the call.
        var owner: CallOwner?
        let answer: (Call) async throws(Refusal) -> any CallAnswer
    }

    /// Judges the parts of a request that its head shows: the path, the method and the caller.
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
        case .open(let answer): return Admission(route: route, answer: answer)
        case .account(let answer):
            let caller = try await callers.caller(query, of: endpoint, address, identity, &trace)
            guard let relaxed else {
                return Admission(route: route, owner: .account(caller)) { (call) throws(Refusal) in
                    try await answer(caller, call)
                }
            }
            return Admission(route: route, owner: .account(caller)) { [store, surroundings] (call) throws(Refusal) in
                let now = surroundings.now()
                let kept = try await relaxed.kept(call, to: route.endpoint, of: caller, in: store, at: now)
                return try await answer(caller, kept)
            }
        case .component(let answer):
            let (component, _) = try await callers.component(query, address, mayBeAuthorizer: false, &trace)
            return Admission(route: route, owner: .component(component)) {
                (call) throws(Refusal) in try await answer(component, call)
            }
        case .either(let answer):
            let owner = try await callers.owner(query, of: endpoint, address, identity, &trace)
            return Admission(route: route, owner: owner) { (call) throws(Refusal) in
                try await answer(owner, call)
            }
        case .authorizer(let answer):
            let (component, grant) = try await callers.component(query, address, mayBeAuthorizer: true, &trace)
            return Admission(route: route, owner: .component(component)) {
                (call) throws(Refusal) in try await answer(component, grant, call)
            }
        }
    }

    private func body(of request: APIRequest, for route: Route) throws(Refusal) -> CallBody {
        guard route.endpoint.method == .post else { return CallBody(buffer: ByteBuffer()) }
        try Self.judgeLength(request.bodyLength)
        return request.body
    }

    private static func judgeLength(_ length: Int) throws(Refusal) {
        guard length <= CallBody.largest else {
            throw Refusal(.contentSizeOutOfLimit, "the body is larger than \(CallBody.largest) bytes")
        }
    }
}
