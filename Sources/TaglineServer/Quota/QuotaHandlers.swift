import OfficialAccount
import TagStore

/// Answers the calls that report and reset counts.
struct QuotaHandlers: Sendable {
    let keeper: QuotaKeeper
    let credentials: CredentialHandlers
    let components: ComponentJudge

    private static let endpoints = Dictionary(uniqueKeysWithValues: Endpoint.all.map { ($0.path, $0) })

    func answer(_ table: inout CallTable) {
        table.either(GetAPIQuota.self) { (request, owner) async throws(Refusal) in
            await keeper.quota(of: try Self.path(request, owner), for: owner)
        }
        table.either(ClearAPIQuota.self) { (request, owner) async throws(Refusal) in
            try await keeper.reset(try Self.path(request, owner), of: owner.appID)
            return CommandDone()
        }
        table.either(ClearQuota.self, clearQuota)
        table.open(ClearQuotaByAppSecret.self, clearQuotaBySecret)
        table.component(ClearComponentQuota.self, clearComponentQuota)
        table.open(ClearComponentQuotaByAppSecret.self, clearComponentQuotaBySecret)
    }

    @Sendable private func clearQuota(
        _ request: ClearQuota.Request, _ owner: CallOwner
    ) async throws(Refusal) -> CommandDone {
        guard request.appID == owner.appID.rawValue else {
            throw Refusal(.invalidAppID, "appid must be the appid of the token's owner, \(owner.appID)")
        }
        try await keeper.resetAll(of: owner.appID)
        return CommandDone()
    }

    @Sendable private func clearQuotaBySecret(
        _ request: ClearQuotaByAppSecret.Request, _ address: String?
    ) async throws(Refusal) -> CommandDone {
        let account = try await credentials.account(
            appID: request.appID, secret: request.secret, place: "query and body")
        try account.allowToken(for: account.secret)
        try await keeper.count(ClearQuotaByAppSecret.endpoint, by: .account(Caller(account: account)))
        try await keeper.resetAll(of: account.appID)
        return CommandDone()
    }

    @Sendable private func clearComponentQuota(
        _ request: ClearComponentQuota.Request, _ component: Component
    ) async throws(Refusal) -> CommandDone {
        try components.allow(request, of: component)
        try await keeper.resetAll(of: counted(request.appID, component))
        return CommandDone()
    }

    @Sendable private func clearComponentQuotaBySecret(
        _ request: ClearComponentQuotaByAppSecret.Request, _ address: String?
    ) async throws(Refusal) -> CommandDone {
        let component = try await components.component(request, secret: request.secret, from: address)
        try await keeper.count(ClearComponentQuotaByAppSecret.endpoint, by: .component(component))
        try await keeper.resetAll(of: counted(request.appID, component))
        return CommandDone()
    }

    /// Returns the owner whose counts a platform resets: the account `appID`, or the platform itself if `appID` is
    /// missing or its own. Throws 40013 or 61003 if the account has not authorised the platform.
    private func counted(_ appID: String?, _ component: Component) async throws(Refusal) -> AppID {
        guard let appID, !appID.isEmpty, appID != component.appID.rawValue else { return component.appID }
        return try await components.grant(of: appID, to: component).account
    }

    /// Returns the path in `request` if the server counts calls of this path for `owner`. Throws 76021 if no API
    /// has this path, and 76022 if `owner` may not make this call.
    private static func path(_ request: CallPathRequest, _ owner: CallOwner) throws(Refusal) -> String {
        guard let path = request.path, let endpoint = endpoints[path] else {
            throw Refusal(
                .quotaPathNotFound,
                "there is no API at \(Refusal.quoted(request.path ?? "")); cgi_path is the path with its leading slash")
        }
        guard owner.makes(endpoint) else {
            throw Refusal(
                .quotaPathNotAllowed,
                endpoint.isOfComponent
                    ? "\(path) is counted for third-party platforms; ask with a component_access_token"
                    : "\(path) is counted for accounts; ask with an account's access_token")
        }
        if case .account(let caller) = owner, !caller.account.isCertified, endpoint.access == .certifiedAccount {
            throw Refusal(
                .quotaPathNotAllowed, "the account \(caller.appID) is not certified and may not call \(path) at all")
        }
        return path
    }
}
