import OfficialAccount
import Synchronization
import TagStore

// Third-party platforms and grants.
extension EmbeddedTagStore {
    public func createPlatform(_ platform: Component) async throws(Refusal) {
        try await change { world throws(Refusal) in
            guard world.platforms[platform.appID] == nil, world[platform.appID] == nil else {
                throw .appIDTaken(platform.appID)
            }
            return .platform(platform, grant: nil)
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
        let decided = Decided<Value>()
        let value = try await self.change { world throws(Refusal) in
            guard var platform = world.platforms[component] else { throw .unknownPlatform(component) }
            var grant: Grant?
            if let account {
                guard world[account] != nil else { throw .unknownAccount(account) }
                grant = world.platforms.grant(ComponentTable.GrantKey(component: component, account: account))
            }
            let before = (platform, grant)
            decided.value.withLock { $0 = nil }
            let value = try change(&platform, &grant)
            decided.value.withLock { $0 = value }
            if before == (platform, grant) { return nil }
            return .platform(platform, grant: grant == before.1 ? nil : grant)
        } reading: { _, _ in
            decided.value.withLock { $0 }
        }
        guard let value else { throw .unknownPlatform(component) }
        return value
    }
}

/// Carries a value from the closure that decides a change to the caller that gets the answer.
private final class Decided<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}
