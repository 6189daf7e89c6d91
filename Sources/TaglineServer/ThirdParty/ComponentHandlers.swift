import OfficialAccount
import TagStore

/// The calls of third-party platforms.
///
/// Source: `doc/oplatform/openApi/ticket-token/` and `doc/oplatform/openApi/authorization-management/`.
struct ComponentHandlers: Sendable {
    private static let options = [
        "location_report": ["0", "1", "2"], "voice_recognize": ["0", "1"], "customer_service": ["0", "1"],
    ]
    /// The most entries in one page of `api_get_authorizer_list`.
    private static let entriesPerPage = 500

    private let store: any TagStore
    private let surroundings: Surroundings
    private let quotas: QuotaKeeper
    private let mint: ComponentMint

    init(store: any TagStore, surroundings: Surroundings, quotas: QuotaKeeper) {
        self.store = store
        self.quotas = quotas
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
        table.authorizer(SetAuthorizerOption.self, setOption)
        table.authorizer(GetAuthorizerOption.self, getOption)
        table.component(SetAuthorizerOptionAtOlderPath.self) { (request, platform) throws(Refusal) in
            try await setOption(request, platform, nil)
        }
        table.component(GetAuthorizerOptionAtOlderPath.self) { (request, platform) throws(Refusal) in
            try await getOption(request, platform, nil)
        }
    }

    // MARK: With the secret

    @Sendable private func startPushTicket(
        _ request: StartPushTicket.Request, _ address: String?
    ) async throws(Refusal) -> StartPushTicket.Response {
        let platform = try await platform(request, secret: request.secret, from: address)
        try quotas.count(StartPushTicket.endpoint, by: .component(platform))
        let wasOn = try await store.changePlatform(platform.appID, account: nil) { platform, _ in
            defer { platform.isPushing = true }
            return platform.isPushing
        }
        return StartPushTicket.Response(wasOn: wasOn)
    }

    @Sendable private func getComponentAccessToken(
        _ request: GetComponentAccessToken.Request, _ address: String?
    ) async throws(Refusal) -> ComponentSecret {
        let platform = try await platform(request, secret: request.secret, from: address)
        try quotas.count(GetComponentAccessToken.endpoint, by: .component(platform))
        let ticket = Fingerprint(of: request.ticket ?? "")
        let token = mint.token()
        let (fingerprint, secret, now) = (Fingerprint(of: token), platform.secret, surroundings.now())
        try await store.changePlatform(platform.appID, account: nil) { (platform, _) throws(Refusal) in
            try platform.allow(secret: secret)
            try platform.issueToken(fingerprint, for: ticket, at: now)
        }
        return ComponentSecret(
            .accessToken, secret: token, expiresIn: Int(ComponentRules.tokenLifetime))
    }

    /// Returns the platform that a call names, if the secret is the platform's. Throws 41018, 61000, 61011, 41004,
    /// 40125 or 61004.
    func platform(
        _ request: some ComponentRequest, secret: String?, from address: String?
    ) async throws(Refusal) -> Component {
        let appID = try Self.componentAppID(request)
        guard let platform = try await store.platform(appID) else {
            guard try await store.account(appID) == nil else {
                throw Refusal(.invalidComponentType, "\(appID) is an official account, not a third-party platform")
            }
            throw .unknownPlatform(appID)
        }
        guard let secret, !secret.isEmpty else {
            throw Refusal(.appSecretMissing, "the component's secret is missing from the JSON body")
        }
        try platform.allow(secret: Fingerprint(of: secret))
        try platform.allow(address: address)
        return platform
    }

    private static func componentAppID(_ request: some ComponentRequest) throws(Refusal) -> AppID {
        guard let appID = request.componentAppID, !isMissing(appID) else {
            throw Refusal(.componentAppIDMissing, "component_appid is missing from the JSON body")
        }
        return AppID(appID)
    }

    /// Returns whether a field is missing. An empty field counts as missing with every kind of token.
    private static func isMissing(_ field: String?) -> Bool { field?.isEmpty ?? true }

    // MARK: With the component_access_token

    @Sendable private func createPreAuthCode(
        _ request: GetPreAuthCode.Request, _ platform: Component
    ) async throws(Refusal) -> ComponentSecret {
        try allow(request, of: platform)
        let code = mint.preAuthCode()
        let (fingerprint, now) = (Fingerprint(of: code), surroundings.now())
        try await store.changePlatform(platform.appID, account: nil) { platform, _ in
            platform.issuePreAuthCode(fingerprint, at: now)
        }
        return ComponentSecret(
            .preAuthCode, secret: code, expiresIn: Int(ComponentRules.preAuthCodeLifetime))
    }

    @Sendable private func queryAuth(
        _ request: QueryAuth.Request, _ platform: Component
    ) async throws(Refusal) -> AuthorizationInfo {
        try allow(request, of: platform)
        let code = Fingerprint(of: request.authorizationCode ?? "")
        let token = mint.token()
        let (fingerprint, now) = (Fingerprint(of: token), surroundings.now())
        // The change needs the account of the code first. `useCode` judges later whether the code is still valid.
        let account = platform.account(ofCode: code)
        let grant = try await store.changePlatform(platform.appID, account: account) {
            (platform, grant) throws(Refusal) in
            let account = try platform.useCode(code, at: now)
            guard var used = grant, used.account == account else { throw .notAuthorized(account, platform.appID) }
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
        _ request: GetAuthorizerAccessToken.Request, _ platform: Component
    ) async throws(Refusal) -> AuthorizerToken {
        try allow(request, of: platform)
        let account = try await grant(of: request.authorizerAppID, to: platform).account
        let refreshToken = Fingerprint(of: request.refreshToken ?? "")
        let token = mint.token()
        let (fingerprint, now) = (Fingerprint(of: token), surroundings.now())
        let grant = try await store.changePlatform(platform.appID, account: account) {
            (platform, grant) throws(Refusal) in
            guard var renewed = grant else { throw .notAuthorized(account, platform.appID) }
            try renewed.allow()
            guard Fingerprint(of: renewed.refreshToken) == refreshToken else {
                throw Refusal(
                    .refreshTokenInvalid,
                    "authorizer_refresh_token is not the one of the last authorisation of \(account)")
            }
            renewed.issueToken(fingerprint, at: now)
            grant = renewed
            return renewed
        }
        return answer(token, of: grant)
    }

    @Sendable private func getAuthorizerInfo(
        _ request: GetAuthorizerInfo.Request, _ platform: Component
    ) async throws(Refusal) -> GetAuthorizerInfo.Response {
        try allow(request, of: platform)
        let grant = try await grant(of: request.authorizerAppID, to: platform)
        guard let account = try await store.account(grant.account) else { throw .unknownAccount(grant.account) }
        return GetAuthorizerInfo.Response(
            authorization: AuthorizationInfo(
                authorizer: grant.account, token: nil, refreshToken: grant.refreshToken,
                permissionSets: grant.permissionSets),
            name: grant.account.rawValue, serviceType: account.kind == .service ? 2 : 0,
            verifyType: account.isCertified ? 0 : -1, status: account.isFrozen ? 19 : 1)
    }

    @Sendable private func getAuthorizerList(
        _ request: GetAuthorizerList.Request, _ platform: Component
    ) async throws(Refusal) -> GetAuthorizerList.Response {
        try allow(request, of: platform)
        let grants = try await store.grants(to: platform.appID, of: nil).filter(\.isActive)
        let page = grants.dropFirst(max(0, request.offset ?? 0))
            .prefix(min(max(0, request.count ?? Self.entriesPerPage), Self.entriesPerPage))
        return GetAuthorizerList.Response(
            total: grants.count,
            entries: page.map {
                GetAuthorizerList.Response.Entry(
                    authorizer: $0.account, refreshToken: $0.refreshToken, time: Int($0.authorizedAt.seconds))
            })
    }

    /// - Parameter own: the grant of the account whose token the call sends; nil if the body names the account.
    @Sendable private func setOption(
        _ request: OptionRequest, _ platform: Component, _ own: Grant?
    ) async throws(Refusal) -> CommandDone {
        let account = try await grant(request, platform, own).account
        let name = try Self.optionName(request)
        guard let value = request.value, Self.options[name]?.contains(value) == true else {
            let values = (Self.options[name] ?? []).joined(separator: ", ")
            throw Refusal(.dataFormatError, "option_value of \(name) is one of these texts: \(values)")
        }
        try await store.changePlatform(platform.appID, account: account) { _, grant in grant?.options[name] = value }
        return CommandDone()
    }

    /// - Parameter own: the grant of the account whose token the call sends; nil if the body names the account.
    @Sendable private func getOption(
        _ request: OptionRequest, _ platform: Component, _ own: Grant?
    ) async throws(Refusal) -> AuthorizerOption {
        let grant = try await grant(request, platform, own)
        let name = try Self.optionName(request)
        return AuthorizerOption(authorizer: grant.account, name: name, value: grant.options[name] ?? "0")
    }

    /// Returns the grant of the account in a call about an option.
    ///
    /// With the token of an account, the body may omit platform and account or leave them empty. If it names them, they
    /// must be those of the token.
    private func grant(
        _ request: OptionRequest, _ platform: Component, _ own: Grant?
    ) async throws(Refusal) -> Grant {
        guard let own else {
            try allow(request, of: platform)
            return try await grant(of: request.authorizerAppID, to: platform)
        }
        guard Self.isMissing(request.componentAppID) || request.componentAppID == platform.appID.rawValue else {
            throw Refusal(.invalidComponent, "component_appid is not the platform whose token it is, \(platform.appID)")
        }
        guard Self.isMissing(request.authorizerAppID) || request.authorizerAppID == own.account.rawValue else {
            throw Refusal(.invalidAppID, "authorizer_appid is not the account whose token it is, \(own.account)")
        }
        return own
    }

    private static func optionName(_ request: OptionRequest) throws(Refusal) -> String {
        guard let name = request.name, options[name] != nil else {
            throw Refusal(
                .dataFormatError, "option_name is one of \(options.keys.sorted().joined(separator: ", "))")
        }
        return name
    }

    /// Throws 41018 or 61011 unless the call names the platform whose token it sends.
    func allow(_ request: some ComponentRequest, of platform: Component) throws(Refusal) {
        guard try Self.componentAppID(request) == platform.appID else {
            throw Refusal(.invalidComponent, "component_appid is not the platform whose token it is, \(platform.appID)")
        }
    }

    /// Returns the grant of the account that a call names. Throws 40013 if the account never authorised any platform.
    /// Throws 61003 if it does not authorise this one.
    func grant(of appID: String?, to platform: Component) async throws(Refusal) -> Grant {
        let account = AppID(appID ?? "")
        let grants = try await store.grants(to: nil, of: account)
        guard !grants.isEmpty else {
            throw Refusal(
                .invalidAppID,
                "no account with the appid \(Refusal.quoted(account.rawValue)) has authorised any platform")
        }
        guard let grant = grants.first(where: { $0.component == platform.appID }) else {
            throw .notAuthorized(account, platform.appID)
        }
        try grant.allow()
        return grant
    }

    private func answer(_ token: String, of grant: Grant) -> AuthorizerToken {
        AuthorizerToken(
            token: token, expiresIn: Int(ComponentRules.tokenLifetime), refreshToken: grant.refreshToken)
    }
}

/// Makes the texts of tickets, codes and tokens for platforms. The part before `@@@` is the same as in WeChat's texts.
struct ComponentMint: Sendable {
    let surroundings: Surroundings

    func token() -> String { TokenMint(surroundings: surroundings).ordinaryToken(of: nil) }
    func ticket() -> String { text("ticket") }
    func preAuthCode() -> String { text("preauthcode") }
    func authorizationCode() -> String { text("queryauthcode") }
    func refreshToken() -> String { text("refreshtoken") }

    private func text(_ name: String) -> String {
        let digits = surroundings.randomBytes(66).map { Self.alphabet[Int($0) & 63] }
        return "\(name)@@@" + String(decoding: digits, as: UTF8.self)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
}

extension Component {
    /// Throws 61004 for an address that may not call for this platform.
    func allow(address: String?) throws(Refusal) {
        guard let address, !settings.allowedAddresses.isEmpty, !settings.allowedAddresses.contains(address) else {
            return
        }
        throw Refusal(
            .componentAddressNotAllowed, "\(address) is not on the list of the platform \(appID)",
            message: "access clientip is not registered requestIP: \(address)")
    }
}
