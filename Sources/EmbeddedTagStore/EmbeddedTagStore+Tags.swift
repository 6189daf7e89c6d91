import OfficialAccount
import TagStore

// Tags, and the followers that carry them.
extension EmbeddedTagStore {
    public func createTag(named name: String, id: TagID?, for appID: AppID) async throws(Refusal) -> TagID {
        try await change { world throws(Refusal) -> TagDefinition in
            let account = try world.existing(appID)
            return TagDefinition(
                account: account.number, entry: try account.tags.propose(named: name, id: id, limits: account.limits))
        }
    }

    public func tags(of appID: AppID) -> [Tag] {
        read { world in
            guard let account = world[appID] else { return [] }
            return account.tags.entries.map {
                Tag(id: $0.id, name: $0.name, count: account.followers.carriers[Int($0.slot)])
            }
        }
    }

    public func renameTag(_ tag: TagID, to name: String, for appID: AppID) async throws(Refusal) {
        _ = try await change { world throws(Refusal) -> TagDefinition in
            let account = try world.existing(appID)
            return TagDefinition(
                account: account.number, entry: try account.tags.propose(name, for: tag, limits: account.limits))
        }
    }

    public func deleteTag(_ tag: TagID, for appID: AppID) async throws(Refusal) {
        try await change { world throws(Refusal) -> TagDeletion in
            let account = try world.existing(appID)
            let entry = try account.tags.modifiable(tag)
            try TagRules.judgeDeletion(
                of: tag, carriers: account.followers.carriers[Int(entry.slot)], limits: account.limits)
            return TagDeletion(account: account.number, entry: entry)
        }
    }

    public func batchTagging(_ list: OpenIDList?, tag: TagID?, for appID: AppID) async throws(Refusal) {
        try await changeFollowers(.tag(tag), list, of: appID)
    }

    public func batchUntagging(_ list: OpenIDList?, tag: TagID?, for appID: AppID) async throws(Refusal) {
        try await changeFollowers(.untag(tag), list, of: appID)
    }

    public func tagIDs(of openID: OpenID, for appID: AppID) throws(Refusal) -> [TagID] {
        try read { world throws(Refusal) in
            let account = try world.existing(appID)
            return account.tags.carried(in: account.followers.word(at: try world.following(openID, account)))
        }
    }

    public func followers(
        carrying tag: TagID?, after cursor: OpenID?, for appID: AppID
    ) throws(Refusal) -> [OpenID] {
        try read { world throws(Refusal) in
            let account = try world.existing(appID)
            guard let tag else { throw .tagMissing }
            guard let slot = account.tags.slot(of: tag) else { throw .unknownTag(tag) }
            return account.followers.openIDs(
                carrying: slot, from: try world.start(after: cursor, account), limit: account.limits.openIDsPerPage)
        }
    }

    public func followers(
        meeting condition: TagCondition, after cursor: OpenID?, limit: Int, for appID: AppID
    ) throws(Refusal) -> FoundFollowers {
        try read { world throws(Refusal) in
            let account = try world.existing(appID)
            let base = condition.base.map { ($0, account.tags.slot(of: $0)) }
            if let base, base.1 == nil { throw .unknownTag(base.0) }
            var search = WordSearch(condition, among: account.tags)
            return account.followers.search(
                &search, from: try world.start(after: cursor, account), carrying: base?.1, limit: limit)
        }
    }
}
