import OfficialAccount
import TagStore

/// Maps each call to the function of the server that answers it.
///
/// Each ``APICall`` defines its request and its response, and this table adds a handler. A test finds calls without a
/// handler.
struct CallTable: Sendable {
    /// Answers a call, after the gateway has identified the caller.
    enum Handler: Sendable {
        /// Anyone may make the call.
        case open(@Sendable (Call) async throws(Refusal) -> any CallAnswer)
        /// An account makes the call.
        case account(@Sendable (Caller, Call) async throws(Refusal) -> any CallAnswer)
        /// A third-party platform makes the call on its own behalf.
        case component(@Sendable (Component, Call) async throws(Refusal) -> any CallAnswer)
        /// An account makes the call, or a third-party platform on its own behalf.
        case either(@Sendable (CallOwner, Call) async throws(Refusal) -> any CallAnswer)
        /// A third-party platform makes the call about an account. The body names the account, or the call sends the
        /// account's token. In the second case the handler receives the account's grant.
        case authorizer(@Sendable (Component, Grant?, Call) async throws(Refusal) -> any CallAnswer)
    }

    private(set) var handlers: [(endpoint: Endpoint, handler: Handler)] = []

    mutating func open<API: APICall>(
        _ api: API.Type,
        _ answer: @escaping @Sendable (API.Request, _ address: String?) async throws(Refusal) -> API.Response
    ) {
        add(
            api,
            .open { (call) async throws(Refusal) in
                try await answer(try call.request(of: API.self), call.address)
            })
    }

    mutating func account<API: APICall>(
        _ api: API.Type, _ answer: @escaping @Sendable (API.Request, Caller) async throws(Refusal) -> API.Response
    ) {
        add(
            api,
            .account { (caller, call) async throws(Refusal) in
                try await answer(try call.request(of: API.self), caller)
            })
    }

    mutating func component<API: APICall>(
        _ api: API.Type, _ answer: @escaping @Sendable (API.Request, Component) async throws(Refusal) -> API.Response
    ) {
        add(
            api,
            .component { (component, call) async throws(Refusal) in
                try await answer(try call.request(of: API.self), component)
            })
    }

    mutating func either<API: APICall>(
        _ api: API.Type, _ answer: @escaping @Sendable (API.Request, CallOwner) async throws(Refusal) -> API.Response
    ) {
        add(
            api,
            .either { (owner, call) async throws(Refusal) in
                try await answer(try call.request(of: API.self), owner)
            })
    }

    mutating func authorizer<API: APICall>(
        _ api: API.Type,
        _ answer: @escaping @Sendable (API.Request, Component, Grant?) async throws(Refusal) -> API.Response
    ) {
        add(
            api,
            .authorizer { (component, grant, call) async throws(Refusal) in
                try await answer(try call.request(of: API.self), component, grant)
            })
    }

    private mutating func add<API: APICall>(_ api: API.Type, _ handler: Handler) {
        handlers.append((API.endpoint, handler))
    }
}

extension Call {
    /// Returns the parameters. Throws 44002 if a required body is missing. Throws 47001 if the body cannot be read as a
    /// request of `api`.
    fileprivate func request<API: APICall>(of api: API.Type) throws(Refusal) -> API.Request {
        try API.Request(query: { query[Substring($0)] }, body: body)
    }
}
