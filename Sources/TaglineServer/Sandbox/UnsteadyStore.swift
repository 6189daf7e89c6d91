import AdminAPI
import OfficialAccount
import Synchronization
import TagStore

/// A store whose accounts can be as unsteady as the platform is at times. The calls of a sandbox see it; the admin
/// plane sees the store.
///
/// An account that nobody has made unsteady costs one look at a flag.
public final class UnsteadyStore: TagStore {
    let steady: any TagStore
    private let now: @Sendable () -> UnixTime
    private let accounts = Mutex<[AppID: UnsteadyAccount]>([:])
    private let isUnsteady = Atomic(false)

    /// - Parameter now: the sandbox's time.
    public init(_ steady: any TagStore, now: @escaping @Sendable () -> UnixTime) {
        self.steady = steady
        self.now = now
    }

    // MARK: Settings

    /// How unsteady an account is.
    public func unsteadiness(of appID: AppID) -> Unsteadiness {
        accounts.withLock { $0[appID]?.settings } ?? Unsteadiness()
    }

    /// Makes an account so unsteady from now on. What was remembered of it is forgotten.
    public func setUnsteadiness(_ settings: Unsteadiness, of appID: AppID) {
        accounts.withLock { accounts in
            accounts[appID] = settings == Unsteadiness() ? nil : UnsteadyAccount(settings)
            isUnsteady.store(!accounts.isEmpty, ordering: .releasing)
        }
    }

    /// Makes an account steady, or all of them for nil.
    public func settle(_ appID: AppID?) {
        accounts.withLock { accounts in
            if let appID { accounts[appID] = nil } else { accounts = [:] }
            isUnsteady.store(!accounts.isEmpty, ordering: .releasing)
        }
    }

    /// What `body` decides of an account; nil for a steady one.
    private func decide<Value: Sendable>(
        _ appID: AppID, _ body: (inout UnsteadyAccount, UnixTime) throws(Refusal) -> Value
    ) throws(Refusal) -> Value? {
        guard isUnsteady.load(ordering: .acquiring) else { return nil }
        let now = now()
        return try accounts.withLock { (accounts) throws(Refusal) -> Value? in
            guard var account = accounts[appID] else { return nil }
            defer { accounts[appID] = account }
            return try body(&account, now)
        }
    }

    // MARK: Tags

    public func createTag(named name: String, id: TagID?, for appID: AppID) async throws(Refusal) -> TagID {
        let tag = try await steady.createTag(named: name, id: id, for: appID)
        _ = try decide(appID) { (account, now) throws(Refusal) in account.made(tag, at: now) }
        return tag
    }

    public func tags(of appID: AppID) async throws(Refusal) -> [Tag] {
        let counted = try decide(appID) { (account, now) throws(Refusal) in account.counted(at: now) }
        let tags = try await steady.tags(of: appID)
        if case .some(.some(let old)) = counted {
            // Names are always right; only the counts are old.
            let counts = Dictionary(old.map { ($0.id, $0.count) }, uniquingKeysWith: { first, _ in first })
            return tags.map { Tag(id: $0.id, name: $0.name, count: counts[$0.id] ?? 0) }
        }
        _ = try decide(appID) { (account, now) throws(Refusal) in account.count(tags, at: now) }
        return tags
    }

    // MARK: Taggings

    public func batchTagging(_ list: OpenIDList?, tag: TagID?, for appID: AppID) async throws(Refusal) {
        try await change(list, tag, appID, isTagged: true) { (list) throws(Refusal) in
            try await steady.batchTagging(list, tag: tag, for: appID)
        }
    }

    public func batchUntagging(_ list: OpenIDList?, tag: TagID?, for appID: AppID) async throws(Refusal) {
        try await change(list, tag, appID, isTagged: false) { (list) throws(Refusal) in
            try await steady.batchUntagging(list, tag: tag, for: appID)
        }
    }

    private func change(
        _ list: OpenIDList?, _ tag: TagID?, _ appID: AppID, isTagged: Bool,
        _ apply: (OpenIDList?) async throws(Refusal) -> Void
    ) async throws(Refusal) {
        let openIDs = list?.openIDs ?? []
        let isLost = try decide(appID) { (account, now) throws(Refusal) in
            try account.judge(tag, at: now)
            if account.settings.partial == nil { try account.judge(openIDs, at: now) }
            return account.losesSuccess(appID)
        }
        guard let isLost else { return try await apply(list) }
        guard !isLost else { return }
        // Of a list with a malformed entry nobody knows the rest: it is refused whole.
        if unsteadiness(of: appID).partial != nil, let list, list.malformed == nil,
            1...limits.openIDsPerCall ~= list.count
        {
            return try await applyEach(of: list, tag, appID, isTagged, apply)
        }
        try await apply(list)
        _ = try decide(appID) { (account, now) throws(Refusal) in
            account.changed(openIDs, tag: tag, isTagged: isTagged, at: now)
        }
    }

    /// Codes that are about one follower of the list.
    private static let ofFollowers: Set<ErrorCode> = [
        .invalidOpenID, .openIDOfAnotherAccount, .unsubscribed, .concurrentChange, .tooManyTagsOnUser,
    ]

    private func applyEach(
        of list: OpenIDList, _ tag: TagID?, _ appID: AppID, _ isTagged: Bool,
        _ apply: (OpenIDList?) async throws(Refusal) -> Void
    ) async throws(Refusal) {
        if try await appliesAll(list, tag, appID, isTagged, apply) { return }
        var failed: [String] = []
        var reason: String?
        var seen: Set<OpenID> = []
        for openID in list.openIDs where seen.insert(openID).inserted {
            do throws(Refusal) {
                _ = try decide(appID) { (account, now) throws(Refusal) in try account.judge([openID], at: now) }
                try await apply(OpenIDList([openID]))
                _ = try decide(appID) { (account, now) throws(Refusal) in
                    account.changed([openID], tag: tag, isTagged: isTagged, at: now)
                }
            } catch {
                guard Self.ofFollowers.contains(error.code) else { throw error }
                failed.append(openID.description)
                reason = reason ?? error.reason
            }
        }
        guard let reason else { return }
        var refusal = Refusal(
            .someOpenIDsFailed, "\(failed.count) openids failed, and the others were done; the first one: \(reason)")
        refusal.failedOpenIDs = failed
        throw refusal
    }

    /// Whether all of them could be changed at once, as most can.
    private func appliesAll(
        _ list: OpenIDList, _ tag: TagID?, _ appID: AppID, _ isTagged: Bool,
        _ apply: (OpenIDList?) async throws(Refusal) -> Void
    ) async throws(Refusal) -> Bool {
        do throws(Refusal) {
            _ = try decide(appID) { (account, now) throws(Refusal) in try account.judge(list.openIDs, at: now) }
            try await apply(list)
        } catch {
            guard Self.ofFollowers.contains(error.code) else { throw error }
            return false
        }
        _ = try decide(appID) { (account, now) throws(Refusal) in
            account.changed(list.openIDs, tag: tag, isTagged: isTagged, at: now)
        }
        return true
    }

    // MARK: Lists

    public func tagIDs(of openID: OpenID, for appID: AppID) async throws(Refusal) -> [TagID] {
        let tags = try await steady.tagIDs(of: openID, for: appID)
        let seen = try decide(appID) { (account, now) throws(Refusal) in
            tags.filter { !account.isHidden($0, on: openID, at: now) }
        }
        return seen ?? tags
    }

    public func followers(carrying tag: TagID?, after cursor: OpenID?, for appID: AppID) async throws(Refusal)
        -> [OpenID]
    {
        var cursor = cursor
        while true {
            let page = try await steady.followers(carrying: tag, after: cursor, for: appID)
            guard let tag, let last = page.last else { return page }
            let seen = try decide(appID) { (account, now) throws(Refusal) in
                account.hidesTaggings ? page.filter { !account.isHidden(tag, on: $0, at: now) } : page
            }
            // A page of nothing would be the end of the list.
            guard let seen, seen.isEmpty else { return seen ?? page }
            cursor = last
        }
    }
}
