import OfficialAccount
import TagStore

/// Which function of the server answers which call.
///
/// A call's shapes are those of its ``APICall``; here they get a handler. A call without a handler is noticed by a
/// test.
struct CallTable: Sendable {
    /// Answers a call, once it is known who makes it.
    enum Handler: Sendable {
        /// Anyone may make it.
        case open(@Sendable (Call) async throws(Refusal) -> any CallAnswer)
        /// An account makes it.
        case account(@Sendable (Caller, Call) async throws(Refusal) -> any CallAnswer)
        /// A third-party platform makes it on its own behalf.
        case component(@Sendable (Component, Call) async throws(Refusal) -> any CallAnswer)
        /// An account makes it, or a third-party platform on its own behalf.
        case either(@Sendable (CallOwner, Call) async throws(Refusal) -> any CallAnswer)
        /// A third-party platform makes it about an account that it names or whose token it brings.
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
            .component { (platform, call) async throws(Refusal) in
                try await answer(try call.request(of: API.self), platform)
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
            .authorizer { (platform, grant, call) async throws(Refusal) in
                try await answer(try call.request(of: API.self), platform, grant)
            })
    }

    private mutating func add<API: APICall>(_ api: API.Type, _ handler: Handler) {
        handlers.append((API.endpoint, handler))
    }
}

extension Call {
    /// The parameters. Throws 44002 for no body where there must be one, 47001 for a body that does not hold them.
    fileprivate func request<API: APICall>(of api: API.Type) throws(Refusal) -> API.Request {
        try API.Request(query: { query[Substring($0)] }, body: body)
    }
}
