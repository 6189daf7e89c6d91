import AdminAPI
import OfficialAccount
import Synchronization
import TagStore

/// A store whose accounts can be unsteady, as the platform is at times. API calls of a sandbox use this store. The
/// admin plane uses the store inside, ``steady``.
///
/// If all accounts are steady, the only cost for each call is to read one flag.
public final class UnsteadyStore: TagStore {
    let steady: any TagStore
    private let now: @Sendable () -> UnixTime
    private let accounts = Mutex<[AppID: UnsteadyAccount]>([:])
    private let isUnsteady = Atomic(false)

    /// - Parameter now: returns the sandbox's time.
    public init(_ steady: any TagStore, now: @escaping @Sendable () -> UnixTime) {
        self.steady = steady
        self.now = now
    }

    // MARK: Settings

    /// Returns the settings of the unsteadiness of an account.
    public func unsteadiness(of appID: AppID) -> Unsteadiness {
        accounts.withLock { $0[appID]?.settings } ?? Unsteadiness()
    }

    /// Sets the unsteadiness of an account for the calls from now on. Forgets the earlier changes that the store
    /// remembered for the account.
    public func setUnsteadiness(_ settings: Unsteadiness, of appID: AppID) {
        accounts.withLock { accounts in
            accounts[appID] = settings == Unsteadiness() ? nil : UnsteadyAccount(settings)
            isUnsteady.store(!accounts.isEmpty, ordering: .releasing)
        }
    }

    /// Makes an account steady; nil makes all accounts steady.
    public func settle(_ appID: AppID?) {
        restore([:], of: appID)
    }

    /// The settings of every account that is unsteady.
    var settings: [AppID: Unsteadiness] { accounts.withLock { $0.mapValues(\.settings) } }

    /// Gives an account its settings in `earlier`; nil gives all accounts their settings. Forgets the changes that the
    /// store remembered for these accounts. An account without settings becomes steady.
    func restore(_ earlier: [AppID: Unsteadiness], of appID: AppID?) {
        accounts.withLock { accounts in
            if let appID { accounts[appID] = nil } else { accounts = [:] }
            for (appID, settings) in earlier { accounts[appID] = UnsteadyAccount(settings) }
            isUnsteady.store(!accounts.isEmpty, ordering: .releasing)
        }
    }

    /// Returns the decision of `body` about an account; nil for a steady account.
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
            // The names are current, and only the counts are old.
            let counts = Dictionary(old.map { ($0.id, $0.count) }, uniquingKeysWith: { first, _ in first })
            return tags.map { Tag(id: $0.id, name: $0.name, count: counts[$0.id] ?? 0) }
        }
        _ = try decide(appID) { (account, now) throws(Refusal) in account.count(tags, at: now) }
        return tags
    }

    public func renameTag(_ tag: TagID, to name: String, for appID: AppID) async throws(Refusal) {
        try judge(tag, of: appID)
        try await steady.renameTag(tag, to: name, for: appID)
    }

    public func deleteTag(_ tag: TagID, for appID: AppID) async throws(Refusal) {
        try judge(tag, of: appID)
        try await steady.deleteTag(tag, for: appID)
    }

    /// Throws 45159 for a tag that is not yet visible.
    private func judge(_ tag: TagID?, of appID: AppID) throws(Refusal) {
        _ = try decide(appID) { (account, now) throws(Refusal) in try account.judge(tag, at: now) }
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
        let settings = try decide(appID) { (account, _) throws(Refusal) in account.settings }
        guard let settings else { return try await apply(list) }
        let prospect = try await prospect(of: list, tag, appID, isTagged: isTagged, settings)
        let isLost = try decide(appID) { (account, now) throws(Refusal) in
            try account.judge(list, tag, prospect, appID, at: now)
        }
        // The store refuses such a call as a whole.
        guard prospect > .unknownTag else { return try await apply(list) }
        // A missing list has the prospect `wrongSize`, so there is a list here.
        guard let list, isLost != true else { return }
        // For an account with partial batches, the store judges each entry of a list by itself, even the entries after
        // a malformed entry.
        let isPartial = settings.partial != nil
        let later = isPartial ? list.rest.compactMap { OpenID($0) } : []
        let openIDs = list.openIDs + later
        let changing = await changing(openIDs, tag, appID, isTagged: isTagged)
        if isPartial { return try await applyEach(of: list, tag, appID, isTagged, changing, apply) }
        try await apply(list)
        _ = try decide(appID) { (account, now) throws(Refusal) in
            account.changed(openIDs, tag: tag, isTagged: isTagged, changing: changing, at: now)
        }
    }

    /// Returns how far a tagging would get if the store judged it now. Changes nothing.
    ///
    /// An account without `openid_cooldown` and `lost_success` needs only the judgement of the list's size. For such an
    /// account, the function judges nothing else.
    private func prospect(
        of list: OpenIDList?, _ tag: TagID?, _ appID: AppID, isTagged: Bool, _ settings: Unsteadiness
    ) async throws(Refusal) -> TaggingProspect {
        guard let list, let account = try await steady.account(appID) else { return .wrongSize }
        let own = account.limits.applied(to: steady.limits)
        guard list.count >= 1, list.count <= own.openIDsPerCall else { return .wrongSize }
        guard settings.openIDCooldown != nil || settings.lostSuccess != nil else { return .accepted }
        let tags = try await steady.tags(of: appID)
        guard let tag, tags.contains(where: { $0.id == tag }) else { return .unknownTag }
        var isFull = false
        for openID in list.openIDs {
            guard let carried = try? await steady.tagIDs(of: openID, for: appID) else { return .wrongFollower }
            if isTagged, !carried.contains(tag), carried.count >= own.tagsPerFollower { isFull = true }
        }
        guard list.malformed == nil else { return .wrongFollower }
        return isFull ? .fullFollower : .accepted
    }

    /// Returns the openids in `openIDs` whose state the call changes; an empty set for an account whose lists do not
    /// lag.
    private func changing(
        _ openIDs: [OpenID], _ tag: TagID?, _ appID: AppID, isTagged: Bool
    ) async -> Set<OpenID> {
        guard let tag, unsteadiness(of: appID).listLag != nil else { return [] }
        var changing: Set<OpenID> = []
        for openID in openIDs {
            // The call does not change an openid that the store refuses here.
            guard let tags = try? await steady.tagIDs(of: openID, for: appID) else { continue }
            if tags.contains(tag) != isTagged { changing.insert(openID) }
        }
        return changing
    }

    /// The errcodes that concern only one follower of a list.
    private static let ofFollowers: Set<ErrorCode> = [
        .invalidOpenID, .openIDOfAnotherAccount, .unsubscribed, .concurrentChange, .tooManyTagsOnUser,
    ]

    private func applyEach(
        of list: OpenIDList, _ tag: TagID?, _ appID: AppID, _ isTagged: Bool, _ changing: Set<OpenID>,
        _ apply: (OpenIDList?) async throws(Refusal) -> Void
    ) async throws(Refusal) {
        if try await appliesAll(list, tag, appID, isTagged, changing, apply) { return }
        var failed: [String] = []
        var reason: String?
        var seen: Set<ExactText> = []
        for text in list.openIDs.map(\.description) + list.rest where seen.insert(ExactText(text)).inserted {
            do throws(Refusal) {
                guard let openID = OpenID(text) else { throw .malformed(text) }
                _ = try decide(appID) { (account, now) throws(Refusal) in try account.judge([openID], at: now) }
                try await apply(OpenIDList([openID]))
                _ = try decide(appID) { (account, now) throws(Refusal) in
                    account.changed([openID], tag: tag, isTagged: isTagged, changing: changing, at: now)
                }
            } catch {
                guard Self.ofFollowers.contains(error.code) else { throw error }
                failed.append(text)
                reason = reason ?? error.reason
            }
        }
        guard let reason else { return }
        var refusal = Refusal(
            .someOpenIDsFailed,
            "the change failed for \(failed.count) openids and was made for the others; the first failure: \(reason)")
        refusal.failedOpenIDs = failed
        throw refusal
    }

    /// Tries to apply the call to the whole list at once, which usually succeeds. Returns false if the call is refused
    /// because of one follower of the list.
    private func appliesAll(
        _ list: OpenIDList, _ tag: TagID?, _ appID: AppID, _ isTagged: Bool, _ changing: Set<OpenID>,
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
            account.changed(list.openIDs, tag: tag, isTagged: isTagged, changing: changing, at: now)
        }
        return true
    }

    // MARK: Lists

    public func tagIDs(of openID: OpenID, for appID: AppID) async throws(Refusal) -> [TagID] {
        let tags = try await steady.tagIDs(of: openID, for: appID)
        let late = try decide(appID) { (account, now) throws(Refusal) in
            (
                seen: tags.filter { !account.isHidden($0, on: openID, at: now) },
                lost: account.stillShown(on: openID, at: now).subtracting(tags)
            )
        }
        guard let late else { return tags }
        guard !late.lost.isEmpty else { return late.seen }
        // If a call has deleted a tag since the untagging, no list shows this tag any more.
        let lost = try await steady.tags(of: appID).map(\.id).filter(late.lost.contains)
        return (late.seen + lost).sorted { $0.rawValue < $1.rawValue }
    }

    public func followers(carrying tag: TagID?, after cursor: OpenID?, for appID: AppID) async throws(Refusal)
        -> [OpenID]
    {
        try judge(tag, of: appID)
        var cursor = cursor
        while true {
            let page = try await steady.followers(carrying: tag, after: cursor, for: appID)
            guard let tag else { return page }
            let late = try decide(appID) { (account, now) throws(Refusal) in
                (
                    seen: account.listsLag ? page.filter { !account.isHidden(tag, on: $0, at: now) } : page,
                    lost: account.stillShown(with: tag, at: now)
                )
            }
            guard let late else { return page }
            if !late.lost.isEmpty {
                return try await followers(carrying: tag, or: late.lost, after: cursor, for: appID)
            }
            // A caller would take an empty page for the end of the list.
            guard late.seen.isEmpty, let last = page.last else { return late.seen }
            cursor = last
        }
    }

    /// Returns a page of the followers whom lists show with the tag: the followers that have the tag, and the followers
    /// in `lost`, who lost it a moment ago.
    ///
    /// Cost: proportional to the followers of the account. Only an account whose lists lag needs this function.
    private func followers(
        carrying tag: TagID, or lost: Set<OpenID>, after cursor: OpenID?, for appID: AppID
    ) async throws(Refusal) -> [OpenID] {
        var shown = lost
        var place = cursor
        while true {
            let page = try await steady.followers(carrying: tag, after: place, for: appID)
            guard let last = page.last else { break }
            let seen = try decide(appID) { (account, now) throws(Refusal) in
                page.filter { !account.isHidden(tag, on: $0, at: now) }
            }
            shown.formUnion(seen ?? page)
            place = last
        }
        var found: [OpenID] = []
        place = cursor
        while found.count < limits.openIDsPerPage {
            let page = try await steady.followers(after: place, of: appID).openIDs
            guard let last = page.last else { break }
            found += page.filter(shown.contains)
            place = last
        }
        return Array(found.prefix(limits.openIDsPerPage))
    }
}
