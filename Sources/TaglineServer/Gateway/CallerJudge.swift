import AdminAPI
import OfficialAccount
import TagStore

/// Finds the caller of a call, and judges whether the caller may make it. These are the points 3 to 7 of ``Gateway``.
struct CallerJudge: Sendable {
    /// The query parameters that may hold the token.
    private static let accountTokens: [Substring] = ["access_token"]
    static let componentTokens: [Substring] = ["component_access_token", "access_token"]

    let store: any TagStore
    let surroundings: Surroundings
    /// The tokens of the cloud gateway; nil for none.
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
        switch try await verdict(on: try query.token(Self.accountTokens)) {
        case .unknown: throw .unknownToken
        case .expired: throw .expiredToken
        case .component:
            throw Refusal(
                .accountTokenRequired,
                "the token is a third-party platform's own; this call needs an account's access_token")
        case .valid(let account):
            return try Self.caller(account, of: endpoint, &trace)
        case .authorized(let account, let grant, let component):
            let caller = Caller(account: account)
            trace.caller = caller
            (trace.via, trace.platform) = (.platform, component.appID)
            try Self.allow(account)
            try grant.allow(endpoint, by: component, for: account, from: address)
            return caller
        }
    }

    /// Returns the account or third-party platform whose token the call sends.
    func owner(
        _ query: CallQuery, of endpoint: Endpoint, _ address: String?, _ identity: Gateway.Identity,
        _ trace: inout CallTrace
    ) async throws(Refusal) -> CallOwner {
        if case .token = identity, query["cloudbase_access_token"] == nil,
            case .component(let component) = try await verdict(on: try query.token(Self.componentTokens))
        {
            trace.via = .platform
            trace.platform = component.appID
            try component.allow(address: address)
            return .component(component)
        }
        return .account(try await caller(query, of: endpoint, address, identity, &trace).account)
    }

    /// Returns the third-party platform whose component_access_token the call sends. The token may come under either of
    /// its two documented parameter names.
    ///
    /// - Parameter mayBeAuthorizer: whether to accept an account's authorizer_access_token too. The result then
    ///   includes the account's grant.
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
}

extension Refusal {
    static var unknownToken: Refusal {
        Refusal(.invalidCredential, "the token was never issued here, was replaced by a newer one, or was revoked")
    }

    static var expiredToken: Refusal {
        Refusal(.accessTokenExpired, "the token is past its lifetime; fetch a new one")
    }
}
