import OfficialAccount
import TagStore

/// Judges what a call of a third-party platform names: the platform, its secret, and the account.
struct ComponentJudge: Sendable {
    let store: any TagStore

    /// Returns the platform that a call names. Throws 41018, 61000 or 61011 if the call names no known platform. Throws
    /// 41004 or 40125 if `secret` is missing or wrong, and 61004 if the platform does not allow calls from `address`.
    func component(
        _ request: some ComponentRequest, secret: String?, from address: String?
    ) async throws(Refusal) -> Component {
        let appID = try Self.componentAppID(request)
        guard let component = try await store.component(appID) else {
            guard try await store.account(appID) == nil else {
                throw Refusal(.invalidComponentType, "\(appID) is an official account, not a third-party platform")
            }
            throw .unknownComponent(appID)
        }
        guard let secret, !secret.isEmpty else {
            throw Refusal(.appSecretMissing, "the component's secret is missing from the JSON body")
        }
        try component.allow(secret: Fingerprint(of: secret))
        try component.allow(address: address)
        return component
    }

    /// Throws 41018 if the call names no platform, or 61011 if the token of the call belongs to another platform.
    func allow(_ request: some ComponentRequest, of component: Component) throws(Refusal) {
        guard try Self.componentAppID(request) == component.appID else {
            throw .otherComponent(than: component)
        }
    }

    /// Returns the grant of the account that a call names. Throws 40013 if the account never authorised any platform.
    /// Throws 61003 if the account does not authorise this platform.
    func grant(of appID: String?, to component: Component) async throws(Refusal) -> Grant {
        let account = AppID(appID ?? "")
        let grants = try await store.grants(to: nil, of: account)
        guard !grants.isEmpty else {
            throw Refusal(
                .invalidAppID,
                "no account with the appid \(Refusal.quoted(account.rawValue)) has authorised any third-party platform")
        }
        guard let grant = grants.first(where: { $0.component == component.appID }) else {
            throw .notAuthorized(account, component.appID)
        }
        try grant.allow()
        return grant
    }

    /// Returns the platform that a call names. An empty appid counts as missing.
    private static func componentAppID(_ request: some ComponentRequest) throws(Refusal) -> AppID {
        guard let appID = request.componentAppID, !appID.isEmpty else {
            throw Refusal(.componentAppIDMissing, "component_appid is missing from the JSON body")
        }
        return AppID(appID)
    }
}

extension Refusal {
    /// Returns the refusal of a call that sends a token of `component` but names another platform.
    static func otherComponent(than component: Component) -> Refusal {
        Refusal(.invalidComponent, "component_appid must be the third-party platform of the token, \(component.appID)")
    }
}
