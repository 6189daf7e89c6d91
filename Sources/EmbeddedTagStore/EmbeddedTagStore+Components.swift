import OfficialAccount
import TagStore

// Third-party platforms and grants.
extension EmbeddedTagStore {
    public func createPlatform(_ platform: Component) async throws(Refusal) {
        try await change { world throws(Refusal) -> ComponentChange<Void> in
            guard world.platforms[platform.appID] == nil, world[platform.appID] == nil else {
                throw .appIDTaken(platform.appID)
            }
            return ComponentChange(platform: platform, answer: ())
        }
    }

    public func platform(_ appID: AppID) -> Component? {
        read { $0.platforms[appID] }
    }

    public func platforms() -> [Component] {
        read { $0.platforms.platforms }
    }

    public func grants(to component: AppID?, of account: AppID?) -> [Grant] {
        read { world in
            if let component, let account {
                let key = ComponentTable.GrantKey(component: component, account: account)
                return world.platforms.grant(key).map { [$0] } ?? []
            }
            return world.platforms.grants.filter {
                ($0.component == component || component == nil) && ($0.account == account || account == nil)
            }
        }
    }

    public func changePlatform<Value: Sendable>(
        _ component: AppID, account: AppID?,
        _ change: @escaping @Sendable (inout Component, inout Grant?) throws(Refusal) -> Value
    ) async throws(Refusal) -> Value {
        try await self.change { world throws(Refusal) -> ComponentChange<Value> in
            guard var platform = world.platforms[component] else { throw .unknownPlatform(component) }
            var grant: Grant?
            if let account {
                guard world[account] != nil else { throw .unknownAccount(account) }
                grant = world.platforms.grant(ComponentTable.GrantKey(component: component, account: account))
            }
            let before = (platform, grant)
            let value = try change(&platform, &grant)
            return ComponentChange(
                platform: platform, grant: grant == before.1 ? nil : grant, isEmpty: before == (platform, grant),
                answer: value)
        }
    }
}
