import OfficialAccount
import TagStore

/// Answers the calls of third-party platforms that concern tickets, tokens and authorisations.
///
/// Source: `doc/oplatform/openApi/ticket-token/` and `doc/oplatform/openApi/authorization-management/`.
struct ComponentHandlers: Sendable {
    /// The most entries in one page of `api_get_authorizer_list`.
    private static let entriesPerPage = 500

    private let store: any TagStore
    private let surroundings: Surroundings
    private let quotas: QuotaKeeper
    private let judge: ComponentJudge
    private let mint: ComponentMint

    init(store: any TagStore, surroundings: Surroundings, quotas: QuotaKeeper, judge: ComponentJudge) {
        self.store = store
        self.quotas = quotas
        self.judge = judge
        self.surroundings = surroundings
        mint = ComponentMint(surroundings: surroundings)
    }

    func answer(_ table: inout CallTable) {
        table.open(StartPushTicket.self, startPushTicket)
        table.open(GetComponentAccessToken.self, getComponentAccessToken)
        table.component(GetPreAuthCode.self, createPreAuthCode)
        table.component(QueryAuth.self, queryAuth)
        table.component(GetAuthorizerAccessToken.self, getAuthorizerAccessToken)
        table.component(GetAuthorizerInfo.self, getAuthorizerInfo)
        table.component(GetAuthorizerList.self, getAuthorizerList)
    }

    // MARK: With the secret

    @Sendable private func startPushTicket(
        _ request: StartPushTicket.Request, _ address: String?
    ) async throws(Refusal) -> StartPushTicket.Response {
        let component = try await judge.component(request, secret: request.secret, from: address)
        try await quotas.count(StartPushTicket.endpoint, by: .component(component))
        let wasOn = try await store.changeComponent(component.appID, account: nil) { component, _ in
            defer { component.isPushing = true }
            return component.isPushing
        }
        return StartPushTicket.Response(wasOn: wasOn)
    }

    @Sendable private func getComponentAccessToken(
        _ request: GetComponentAccessToken.Request, _ address: String?
    ) async throws(Refusal) -> ComponentSecret {
        let component = try await judge.component(request, secret: request.secret, from: address)
        try await quotas.count(GetComponentAccessToken.endpoint, by: .component(component))
        let ticket = Fingerprint(of: request.ticket ?? "")
        let token = mint.token()
        let (fingerprint, secret, now) = (Fingerprint(of: token), component.secret, surroundings.now())
        try await store.changeComponent(component.appID, account: nil) { (component, _) throws(Refusal) in
            try component.allow(secret: secret)
            try component.issueToken(fingerprint, for: ticket, at: now)
        }
        return ComponentSecret(
            .accessToken, secret: token, expiresIn: Int(ComponentRules.tokenLifetime))
    }

    // MARK: With the component_access_token

    @Sendable private func createPreAuthCode(
        _ request: GetPreAuthCode.Request, _ component: Component
    ) async throws(Refusal) -> ComponentSecret {
        try judge.allow(request, of: component)
        let code = mint.preAuthCode()
        let (fingerprint, now) = (Fingerprint(of: code), surroundings.now())
        try await store.changeComponent(component.appID, account: nil) { component, _ in
            component.issuePreAuthCode(fingerprint, at: now)
        }
        return ComponentSecret(
            .preAuthCode, secret: code, expiresIn: Int(ComponentRules.preAuthCodeLifetime))
    }

    @Sendable private func queryAuth(
        _ request: QueryAuth.Request, _ component: Component
    ) async throws(Refusal) -> AuthorizationInfo {
        try judge.allow(request, of: component)
        let code = Fingerprint(of: request.authorizationCode ?? "")
        let token = mint.token()
        let (fingerprint, now) = (Fingerprint(of: token), surroundings.now())
        // The store must know the account of the code before the change. `useCode` judges later whether the code is
        // still valid.
        let account = component.account(ofCode: code)
        let grant = try await store.changeComponent(component.appID, account: account) {
            (component, grant) throws(Refusal) in
            let account = try component.useCode(code, at: now)
            guard var used = grant, used.account == account else { throw .notAuthorized(account, component.appID) }
            try used.allow()
            used.issueToken(fingerprint, at: now)
            grant = used
            return used
        }
        return AuthorizationInfo(
            authorizer: grant.account, token: answer(token, of: grant), refreshToken: grant.refreshToken,
            permissionSets: grant.permissionSets)
    }

    @Sendable private func getAuthorizerAccessToken(
        _ request: GetAuthorizerAccessToken.Request, _ component: Component
    ) async throws(Refusal) -> AuthorizerToken {
        try judge.allow(request, of: component)
        let account = try await judge.grant(of: request.authorizerAppID, to: component).account
        let refreshToken = Fingerprint(of: request.refreshToken ?? "")
        let token = mint.token()
        let (fingerprint, now) = (Fingerprint(of: token), surroundings.now())
        let grant = try await store.changeComponent(component.appID, account: account) {
            (component, grant) throws(Refusal) in
            guard var renewed = grant else { throw .notAuthorized(account, component.appID) }
            try renewed.allow()
            guard Fingerprint(of: renewed.refreshToken) == refreshToken else {
                throw Refusal(
                    .refreshTokenInvalid,
                    "authorizer_refresh_token does not come from the last authorisation of \(account)")
            }
            renewed.issueToken(fingerprint, at: now)
            grant = renewed
            return renewed
        }
        return answer(token, of: grant)
    }

    @Sendable private func getAuthorizerInfo(
        _ request: GetAuthorizerInfo.Request, _ component: Component
    ) async throws(Refusal) -> GetAuthorizerInfo.Response {
        try judge.allow(request, of: component)
        let grant = try await judge.grant(of: request.authorizerAppID, to: component)
        guard let account = try await store.account(grant.account) else { throw .unknownAccount(grant.account) }
        return GetAuthorizerInfo.Response(
            authorization: AuthorizationInfo(
                authorizer: grant.account, token: nil, refreshToken: grant.refreshToken,
                permissionSets: grant.permissionSets),
            name: grant.account.rawValue, serviceType: account.kind == .service ? 2 : 0,
            verifyType: account.isCertified ? 0 : -1, status: account.isFrozen ? 19 : 1)
    }

    @Sendable private func getAuthorizerList(
        _ request: GetAuthorizerList.Request, _ component: Component
    ) async throws(Refusal) -> GetAuthorizerList.Response {
        try judge.allow(request, of: component)
        let grants = try await store.grants(to: component.appID, of: nil).filter(\.isActive)
        let page = grants.dropFirst(max(0, request.offset ?? 0))
            .prefix(min(max(0, request.count ?? Self.entriesPerPage), Self.entriesPerPage))
        return GetAuthorizerList.Response(
            total: grants.count,
            entries: page.map {
                GetAuthorizerList.Response.Entry(
                    authorizer: $0.account, refreshToken: $0.refreshToken, time: Int($0.authorizedAt.seconds))
            })
    }

    private func answer(_ token: String, of grant: Grant) -> AuthorizerToken {
        AuthorizerToken(
            token: token, expiresIn: Int(ComponentRules.tokenLifetime), refreshToken: grant.refreshToken)
    }
}
