import OfficialAccount
import TagStore

/// Who makes a call that an account makes for itself and a third-party platform for itself, and whose count it adds to.
enum CallOwner: Sendable {
    case account(Account)
    case component(Component)

    var appID: AppID {
        switch self {
        case .account(let account): account.appID
        case .component(let platform): platform.appID
        }
    }

    /// Its own quotas by path, in place of everyone's.
    var quotas: [String: CallQuota] {
        switch self {
        case .account(let account): account.quotas
        case .component(let platform): platform.settings.quotas ?? [:]
        }
    }

    /// Whether it makes calls of this kind at all: third-party platforms have calls of their own, accounts have the
    /// others.
    func makes(_ endpoint: Endpoint) -> Bool {
        switch self {
        case .account: !endpoint.isOfComponent
        case .component: endpoint.isOfComponent
        }
    }
}
