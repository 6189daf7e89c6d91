import AdminAPI
import OfficialAccount
import TagStore

/// Finds the caller of a call, and judges whether the caller may make it. These judgements are points 3 to 7 of the
/// list at ``Gateway``.
struct CallerJudge: Sendable {
    /// The query parameters that may hold an account's token.
    private static let accountTokens: [Substring] = ["access_token"]
    static let componentTokens: [Substring] = ["component_access_token", "access_token"]

    let store: any TagStore
    let surroundings: Surroundings
    /// The tokens that the server makes as cloud gateway; nil if it makes no such tokens.
    let cloudTokens: CloudTokens?

    /// Returns the account that makes the call, or on whose behalf a third-party platform makes it.
    func caller(
        _ query: CallQuery, of endpoint: Endpoint, _ address: String?, _ identity: Gateway.Identity,
        _ trace: inout CallTrace
    ) async throws(Refusal) -> Caller {
        if case .account(let appID) = identity { return try await caller(appID, of: endpoint, &trace) }
        if let cloudTokens, query["access_token"] == nil, let token = query["cloudbase_access_token"] {
            return try await caller(try cloudTokens.account(of: token), of: endpoint, &trace)
        }
        let verdict = try await verdict(on: try query.token(Self.accountTokens))
        return try Self.caller(verdict, of: endpoint, address, &trace)
    }

    /// Returns the third-party platform if the call sends the platform's own token. For other calls, returns the
    /// account. The query parameter of either token may be `component_access_token` or `access_token`.
    func owner(
        _ query: CallQuery, of endpoint: Endpoint, _ address: String?, _ identity: Gateway.Identity,
        _ trace: inout CallTrace
    ) async throws(Refusal) -> CallOwner {
        guard case .token = identity, query["cloudbase_access_token"] == nil else {
            return .account(try await caller(query, of: endpoint, address, identity, &trace))
        }
        let verdict = try await verdict(on: try query.token(Self.componentTokens))
        guard case .component(let component) = verdict else {
            return .account(try Self.caller(verdict, of: endpoint, address, &trace))
        }
        trace.via = .platform
        trace.platform = component.appID
        try component.allow(address: address)
        return .component(component)
    }

    /// Returns the third-party platform whose component_access_token the call sends. The query parameter of the token
    /// may be `component_access_token` or `access_token`.
    ///
    /// - Parameter mayBeAuthorizer: whether to accept an account's authorizer_access_token too. If the call sends such
    ///   a token, the result includes the account's grant.
    func component(
        _ query: CallQuery, _ address: String?, mayBeAuthorizer: Bool, _ trace: inout CallTrace
    ) async throws(Refusal) -> (component: Component, grant: Grant?) {
        trace.via = .platform
        switch try await verdict(on: try query.token(Self.componentTokens)) {
        case .component(let component):
            trace.platform = component.appID
            try component.allow(address: address)
            return (component, nil)
        case .authorized(_, let grant, let component) where mayBeAuthorizer:
            trace.platform = component.appID
            try component.allow(address: address)
            try grant.allow()
            return (component, grant)
        case .valid, .authorized:
            throw Refusal(
                .componentTokenRequired, "the token is an account's; this call needs the component_access_token")
        case .unknown: throw .unknownToken
        case .expired: throw .expiredToken
        }
    }

    private func verdict(on token: String) async throws(Refusal) -> TokenVerdict {
        try await store.verdict(on: Fingerprint(of: token), text: TokenText(token), at: surroundings.now())
    }

    /// Returns the account `appID` as the caller. The cloud gateway, the admin plane or a cloudbase_access_token has
    /// identified this account.
    private func caller(
        _ appID: AppID, of endpoint: Endpoint, _ trace: inout CallTrace
    ) async throws(Refusal) -> Caller {
        trace.via = .cloud
        guard let account = try await store.account(appID) else { throw .unknownAccount(appID) }
        return try Self.caller(account, of: endpoint, &trace)
    }

    /// Returns the account that the token belongs to, or on whose behalf a third-party platform uses the token.
    private static func caller(
        _ verdict: TokenVerdict, of endpoint: Endpoint, _ address: String?, _ trace: inout CallTrace
    ) throws(Refusal) -> Caller {
        switch verdict {
        case .unknown: throw .unknownToken
        case .expired: throw .expiredToken
        case .component:
            throw Refusal(
                .accountTokenRequired,
                "the token is a third-party platform's own; this call needs an account's access_token")
        case .valid(let account):
            return try caller(account, of: endpoint, &trace)
        case .authorized(let account, let grant, let component):
            let caller = Caller(account: account)
            trace.caller = caller
            (trace.via, trace.platform) = (.platform, component.appID)
            try allow(account)
            try grant.allow(endpoint, by: component, for: account, from: address)
            return caller
        }
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
}

extension Refusal {
    static var unknownToken: Refusal {
        Refusal(.invalidCredential, "the token was never issued here, was replaced by a newer one, or was revoked")
    }

    static var expiredToken: Refusal {
        Refusal(.accessTokenExpired, "the token is past its lifetime; fetch a new one")
    }
}
