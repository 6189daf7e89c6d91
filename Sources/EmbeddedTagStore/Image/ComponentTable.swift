import OfficialAccount
import TagStore

/// The third-party platforms, and the grants that accounts have given to these platforms.
struct ComponentTable {
    struct GrantKey: Hashable {
        let component: AppID
        let account: AppID
    }

    private enum TokenOwner {
        case component(AppID)
        case grant(GrantKey)
    }

    /// The third-party platforms in the order of creation.
    private(set) var components: [Component] = []
    /// The grants in the order in which the accounts first made them.
    private(set) var grants: [Grant] = []
    private var componentPlaces: [AppID: Int] = [:]
    private var grantPlaces: [GrantKey: Int] = [:]
    private var tokens: [Fingerprint: TokenOwner] = [:]

    subscript(appID: AppID) -> Component? {
        componentPlaces[appID].map { components[$0] }
    }

    func grant(_ key: GrantKey) -> Grant? {
        grantPlaces[key].map { grants[$0] }
    }

    /// Returns the index of a third-party platform, which is also the number of the platform's row. A new platform gets
    /// the next index.
    func place(of component: Component) -> Int { componentPlaces[component.appID] ?? components.count }
    func place(of grant: Grant) -> Int { grantPlaces[grant.key] ?? grants.count }

    /// Adds a third-party platform, or replaces the platform that has the same appid.
    mutating func put(_ component: Component) {
        for token in self[component.appID]?.tokens ?? [] { tokens[token.fingerprint] = nil }
        for token in component.tokens { tokens[token.fingerprint] = .component(component.appID) }
        let place = place(of: component)
        if place == components.count { components.append(component) } else { components[place] = component }
        componentPlaces[component.appID] = place
    }

    /// Adds a grant, or replaces the grant that has the same platform and account.
    mutating func put(_ grant: Grant) {
        for token in self.grant(grant.key)?.tokens ?? [] { tokens[token.fingerprint] = nil }
        for token in grant.tokens { tokens[token.fingerprint] = .grant(grant.key) }
        let place = place(of: grant)
        if place == grants.count { grants.append(grant) } else { grants[place] = grant }
        grantPlaces[grant.key] = place
    }

    /// Removes all grants of `accounts`.
    mutating func removeGrants(of accounts: Set<AppID>) {
        let gone = grants.filter { accounts.contains($0.account) }
        guard !gone.isEmpty else { return }
        for token in gone.flatMap(\.tokens) { tokens[token.fingerprint] = nil }
        grants.removeAll { accounts.contains($0.account) }
        grantPlaces = Dictionary(uniqueKeysWithValues: grants.enumerated().map { ($0.element.key, $0.offset) })
    }

    /// Returns whether a third-party platform, or a grant of an account that is not in `gone`, has this token.
    func has(_ token: Fingerprint, exceptGrantsOf gone: Set<AppID>) -> Bool {
        switch tokens[token] {
        case .component?: true
        case .grant(let key)?: !gone.contains(key.account)
        case nil: false
        }
    }

    /// Returns the verdict on a token of a platform or a grant; nil if the table has no such token.
    func verdict(on token: Fingerprint, at now: UnixTime, account: (AppID) -> Account?) -> TokenVerdict? {
        switch tokens[token] {
        case .component(let appID):
            return self[appID]?.verdict(on: token, at: now)
        case .grant(let key):
            guard let grant = grant(key), let component = self[key.component], let account = account(key.account) else {
                return nil
            }
            return grant.verdict(on: token, at: now, account: account, component: component)
        case nil:
            return nil
        }
    }
}

extension Grant {
    var key: ComponentTable.GrantKey { ComponentTable.GrantKey(component: component, account: account) }
}
