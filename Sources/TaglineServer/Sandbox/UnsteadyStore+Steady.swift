import OfficialAccount
import TagStore

// The functions that unsteadiness does not change.
extension UnsteadyStore {
    public var limits: Limits { steady.limits }
    public var condition: StoreCondition { get async { await steady.condition } }
    public var vitals: StoreVitals { get async { await steady.vitals } }
    public var timings: StoreVitals { get async { await steady.timings } }

    public func createAccount(_ account: Account) async throws(Refusal) { try await steady.createAccount(account) }
    public func account(_ appID: AppID) async throws(Refusal) -> Account? { try await steady.account(appID) }
    public func summary(of appID: AppID) async throws(Refusal) -> AccountSummary? {
        try await steady.summary(of: appID)
    }
    public func accounts() async throws(Refusal) -> [AccountSummary] { try await steady.accounts() }
    public func deleteAccount(_ appID: AppID) async throws(Refusal) { try await steady.deleteAccount(appID) }

    @discardableResult
    public func updateAccount(_ appID: AppID, _ change: AccountChange) async throws(Refusal) -> Account {
        try await steady.updateAccount(appID, change)
    }

    public func exportState(of appID: AppID?) async throws(Refusal) -> AsyncThrowingStream<StateRecord, any Error> {
        try await steady.exportState(of: appID)
    }

    public func importState(
        _ arrival: StateArrival, _ feed: (any StateSink) async throws -> Void
    ) async throws -> [AppID] {
        try await steady.importState(arrival, feed)
    }

    public func issueToken(
        _ token: NewToken, for appID: AppID, at now: UnixTime, rules: TokenRules
    ) async throws(Refusal) {
        try await steady.issueToken(token, for: appID, at: now, rules: rules)
    }

    public func stableToken(
        for appID: AppID, at now: UnixTime, forceRefresh: Bool, candidate: NewToken, rules: TokenRules
    ) async throws(Refusal) -> TokenRecord {
        try await steady.stableToken(
            for: appID, at: now, forceRefresh: forceRefresh, candidate: candidate, rules: rules)
    }

    public func tokens(of appID: AppID) async throws(Refusal) -> [TokenRecord] { try await steady.tokens(of: appID) }

    public func verdict(on token: Fingerprint, at now: UnixTime) async throws(Refusal) -> TokenVerdict {
        try await steady.verdict(on: token, at: now)
    }

    public func verdict(
        on token: Fingerprint, text: TokenText, at now: UnixTime
    ) async throws(Refusal) -> TokenVerdict {
        try await steady.verdict(on: token, text: text, at: now)
    }

    public func createComponent(_ component: Component) async throws(Refusal) {
        try await steady.createComponent(component)
    }

    public func component(_ appID: AppID) async throws(Refusal) -> Component? { try await steady.component(appID) }
    public func components() async throws(Refusal) -> [Component] { try await steady.components() }

    public func grants(to component: AppID?, of account: AppID?) async throws(Refusal) -> [Grant] {
        try await steady.grants(to: component, of: account)
    }

    public func changeComponent<Value: Sendable>(
        _ component: AppID, account: AppID?,
        _ change: @escaping @Sendable (inout Component, inout Grant?) throws(Refusal) -> Value
    ) async throws(Refusal) -> Value {
        try await steady.changeComponent(component, account: account, change)
    }

    public func add(_ additions: [CounterAddition]) async throws(Refusal) -> [CallCounter] {
        try await steady.add(additions)
    }

    public func counters() async throws(Refusal) -> [CallCounter] { try await steady.counters() }
    public func counters(of appID: AppID) async throws(Refusal) -> [CallCounter] {
        try await steady.counters(of: appID)
    }
    public func note(_ calls: [RefusedCall]) async throws(Refusal) { try await steady.note(calls) }
    public func refusedCall(rid: String) async throws(Refusal) -> RefusedCall? {
        try await steady.refusedCall(rid: rid)
    }
    public func refusedCall(rid: String, askedBy appID: AppID) async throws(Refusal) -> RefusedCall? {
        try await steady.refusedCall(rid: rid, askedBy: appID)
    }

    @discardableResult
    public func follow(_ openIDs: [OpenID], of appID: AppID, at now: UnixTime) async throws(Refusal) -> Int {
        try await steady.follow(openIDs, of: appID, at: now)
    }

    public func followers(after cursor: OpenID?, of appID: AppID) async throws(Refusal) -> OpenIDPage {
        try await steady.followers(after: cursor, of: appID)
    }

    public func followers(
        meeting condition: TagCondition, after cursor: OpenID?, limit: Int, for appID: AppID
    ) async throws(Refusal) -> FoundFollowers {
        try await steady.followers(meeting: condition, after: cursor, limit: limit, for: appID)
    }

    public func profiles(of openIDs: [OpenID], for appID: AppID) async throws(Refusal) -> [FollowerProfile] {
        try await steady.profiles(of: openIDs, for: appID)
    }

    public func setRemark(_ remark: String, of openID: OpenID, for appID: AppID) async throws(Refusal) {
        try await steady.setRemark(remark, of: openID, for: appID)
    }

    public func setBlacklisted(_ isBlacklisted: Bool, _ list: OpenIDList?, for appID: AppID) async throws(Refusal) {
        try await steady.setBlacklisted(isBlacklisted, list, for: appID)
    }

    public func blacklist(after cursor: OpenID?, of appID: AppID) async throws(Refusal) -> OpenIDPage {
        try await steady.blacklist(after: cursor, of: appID)
    }

    public func unfollow(_ openIDs: [OpenID], of appID: AppID) async throws(Refusal) {
        try await steady.unfollow(openIDs, of: appID)
    }
}
