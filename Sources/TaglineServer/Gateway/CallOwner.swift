import OfficialAccount
import TagStore

/// The account or third-party platform that makes a call on its own behalf. The quotas count the call for this owner.
enum CallOwner: Sendable {
    case account(Caller)
    indirect case component(Component)

    var appID: AppID {
        switch self {
        case .account(let caller): caller.appID
        case .component(let component): component.appID
        }
    }

    /// The owner's own quotas, by the path of the call. Each one replaces the general quota of its path.
    var quotas: [String: CallQuota] {
        switch self {
        case .account(let caller): caller.account.quotas
        case .component(let component): component.settings.quotas ?? [:]
        }
    }

    /// Returns whether the owner may make calls to `endpoint`. Some endpoints are for third-party platforms, and the
    /// others are for accounts.
    func makes(_ endpoint: Endpoint) -> Bool {
        switch self {
        case .account: !endpoint.isOfComponent
        case .component: endpoint.isOfComponent
        }
    }
}
