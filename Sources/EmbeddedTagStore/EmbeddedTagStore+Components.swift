import OfficialAccount
import TagStore

// Third-party platforms and grants.
extension EmbeddedTagStore {
    public func createComponent(_ component: Component) async throws(Refusal) {
        try await change { world throws(Refusal) -> ComponentChange<Void> in
            guard world.components[component.appID] == nil, world[component.appID] == nil else {
                throw .appIDTaken(component.appID)
            }
            return ComponentChange(component: component, answer: ())
        }
    }

    public func component(_ appID: AppID) -> Component? {
        read { $0.components[appID] }
    }

    public func components() -> [Component] {
        read { $0.components.components }
    }

    public func grants(to component: AppID?, of account: AppID?) -> [Grant] {
        read { world in
            if let component, let account {
                let key = ComponentTable.GrantKey(component: component, account: account)
                return world.components.grant(key).map { [$0] } ?? []
            }
            return world.components.grants.filter {
                ($0.component == component || component == nil) && ($0.account == account || account == nil)
            }
        }
    }

    public func changeComponent<Value: Sendable>(
        _ appID: AppID, account: AppID?,
        _ change: @escaping @Sendable (inout Component, inout Grant?) throws(Refusal) -> Value
    ) async throws(Refusal) -> Value {
        try await self.change { world throws(Refusal) -> ComponentChange<Value> in
            guard var component = world.components[appID] else { throw .unknownComponent(appID) }
            var grant: Grant?
            if let account {
                guard world[account] != nil else { throw .unknownAccount(account) }
                grant = world.components.grant(ComponentTable.GrantKey(component: appID, account: account))
            }
            let before = (component, grant)
            let value = try change(&component, &grant)
            return ComponentChange(
                component: component, grant: grant == before.1 ? nil : grant, isEmpty: before == (component, grant),
                answer: value)
        }
    }
}
