import OfficialAccount

/// The calls about tags. Source: `doc/service/api/usermanage/tag/`.
public struct TagCalls: Sendable {
    let caller: any Caller

    /// Puts one tag on up to 50 followers, or on none of them.
    ///
    /// Throws ``CallFailure``: 40032 for none or more than 50, 45159 for an unknown tag, 40003 or 49003 for one who does not follow, 45169 if
    /// another call is changing one of them, 45059 for one with twenty tags already.
    public func batchTagging(_ openIDs: [OpenID], tag: TagID) async throws(CallFailure) {
        try await caller.answer(to: BatchTagging.self, TaggingRequest(openIDs, tagID: tag))
    }

    /// Takes one tag off up to 50 followers, or off none of them. Throws as ``batchTagging(_:tag:)`` does, but for 45059.
    public func batchUntagging(_ openIDs: [OpenID], tag: TagID) async throws(CallFailure) {
        try await caller.answer(to: BatchUntagging.self, TaggingRequest(openIDs, tagID: tag))
    }

    /// Creates a tag and returns its id. Throws 45056, 45157 or 45158.
    public func create(named name: String) async throws(CallFailure) -> TagID {
        let tag = try await caller.answer(to: CreateTag.self, TagRequest(name: name)).id
        caller.knownTags.insert(tag)
        return tag
    }

    /// Every tag with the number of followers that carry it.
    public func list() async throws(CallFailure) -> [Tag] {
        let tags = try await caller.answer(to: GetTags.self, NoRequest()).tags
        caller.knownTags.set(tags.map(\.id))
        return tags
    }

    /// Gives a tag another name. Throws 45058, 45157, 45158 or 45159.
    public func rename(_ tag: TagID, to name: String) async throws(CallFailure) {
        try await caller.answer(to: UpdateTag.self, TagRequest(id: tag, name: name))
    }

    /// Deletes a tag. Throws 45057 if more than 100,000 followers carry it, 45058 or 45159.
    public func delete(_ tag: TagID) async throws(CallFailure) {
        try await caller.answer(to: DeleteTag.self, TagRequest(id: tag))
        caller.knownTags.remove(tag)
    }

    /// The tags that a follower carries. Throws 40003 or 49003.
    public func tags(of openID: OpenID) async throws(CallFailure) -> [TagID] {
        try await caller.answer(to: GetTagIDList.self, GetTagIDList.Request(openID: openID)).tagIDs
    }

    /// A page of the followers that carry a tag, from the one after `openID` on.
    public func followers(of tag: TagID, after openID: OpenID? = nil) async throws(CallFailure) -> GetTagFans.Response {
        try await caller.answer(to: GetTagFans.self, GetTagFans.Request(tagID: tag, after: openID))
    }
}
