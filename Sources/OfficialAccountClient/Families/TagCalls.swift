public import OfficialAccount

/// The calls that create, list, rename and delete tags, and that tag followers.
///
/// Source: `doc/service/api/usermanage/tag/`.
public struct TagCalls: Sendable {
    let caller: any CallSender

    /// Puts one tag on 1 to 50 followers: on all of them, or on none.
    ///
    /// A follower that already carries the tag keeps it. ``BulkTagger`` accepts any number of followers. WeChat allows
    /// 100,000 calls a day.
    ///
    /// Source: `doc/service/api/usermanage/tag/api_batchtagging`.
    ///
    /// - Parameters:
    ///   - openIDs: 1 to 50 followers.
    ///   - tag: the tag's id.
    /// - Throws: ``CallFailure``. 40032 for no openid or more than 50. 45159 for an unknown tag. 40003 or 49003 if an
    ///   openid belongs to no follower. 45169 if another call is changing one of the followers. 45059 if a follower
    ///   already carries twenty tags.
    public func batchTagging(_ openIDs: [OpenID], tag: TagID) async throws(CallFailure) {
        try await caller.answer(to: BatchTagging.self, TaggingRequest(openIDs, tagID: tag))
    }

    /// Takes one tag off 1 to 50 followers: off all of them, or off none.
    ///
    /// The call does not change a follower that does not carry the tag. WeChat allows 100,000 calls a day.
    ///
    /// Source: `doc/service/api/usermanage/tag/api_batchuntagging`.
    ///
    /// - Parameters:
    ///   - openIDs: 1 to 50 followers.
    ///   - tag: the tag's id.
    /// - Throws: ``CallFailure``, with the codes of ``batchTagging(_:tag:)`` except 45059.
    public func batchUntagging(_ openIDs: [OpenID], tag: TagID) async throws(CallFailure) {
        try await caller.answer(to: BatchUntagging.self, TaggingRequest(openIDs, tagID: tag))
    }

    /// Creates a tag and returns its id.
    ///
    /// The client does not retry the call if the platform may have carried it out. WeChat allows 1,000 calls a day.
    ///
    /// Source: `doc/service/api/usermanage/tag/api_createtag`.
    ///
    /// - Parameter name: up to 30 bytes of UTF-8, which are ten Chinese characters.
    /// - Returns: the id of the new tag.
    /// - Throws: ``CallFailure``. 45056 if the account has 100 tags, 45157 for an empty or taken name, 45158 for a
    ///   longer name.
    public func create(named name: String) async throws(CallFailure) -> TagID {
        let tag = try await caller.answer(to: CreateTag.self, TagRequest(name: name)).id
        caller.knownTags.insert(tag)
        return tag
    }

    /// Returns every tag of the account with the number of followers that carry it.
    ///
    /// After this call the client knows these tags. It retries a call that fails with 45159 for a tag that it knows.
    /// WeChat allows 1,000 calls a day.
    ///
    /// Source: `doc/service/api/usermanage/tag/api_gettags`.
    ///
    /// - Returns: up to 100 tags and the starred tag, which has the id 2.
    /// - Throws: ``CallFailure``, for example 48001 for an account that is not certified.
    public func list() async throws(CallFailure) -> [Tag] {
        let tags = try await caller.answer(to: GetTags.self, NoRequest()).tags
        caller.knownTags.set(tags.map(\.id))
        return tags
    }

    /// Gives a tag another name.
    ///
    /// WeChat allows 1,000 calls a day.
    ///
    /// Source: `doc/service/api/usermanage/tag/api_updatetag`.
    ///
    /// - Parameters:
    ///   - tag: the tag's id.
    ///   - name: up to 30 bytes of UTF-8, which are ten Chinese characters.
    /// - Throws: ``CallFailure``. 45058 for the tags 0, 1 and 2, 45159 for an unknown tag. 45157 for an empty or taken
    ///   name, 45158 for a longer name.
    public func rename(_ tag: TagID, to name: String) async throws(CallFailure) {
        try await caller.answer(to: UpdateTag.self, TagRequest(id: tag, name: name))
    }

    /// Deletes a tag, and takes it off every follower.
    ///
    /// Source: `doc/service/api/usermanage/tag/api_deletetag`.
    ///
    /// - Parameter tag: the tag's id.
    /// - Throws: ``CallFailure``. 45057 if more than 100,000 followers carry the tag. 45058 for the tags 0, 1 and 2,
    ///   45159 for an unknown tag.
    public func delete(_ tag: TagID) async throws(CallFailure) {
        try await caller.answer(to: DeleteTag.self, TagRequest(id: tag))
        caller.knownTags.remove(tag)
    }

    /// Returns the tags that a follower carries.
    ///
    /// Source: `doc/service/api/usermanage/tag/api_gettagidlist`.
    ///
    /// - Parameter openID: the follower.
    /// - Returns: up to 20 ids, in the order of the platform's answer.
    /// - Throws: ``CallFailure``. 40003 or 49003 if `openID` does not follow the account.
    public func tags(of openID: OpenID) async throws(CallFailure) -> [TagID] {
        try await caller.answer(to: GetTagIDList.self, GetTagIDList.Request(openID: openID)).tagIDs
    }

    /// Returns a page of up to 10,000 followers that carry a tag.
    ///
    /// Pass the last openid of a page to get the next page. The page after the last follower is empty.
    ///
    /// Source: `doc/service/api/usermanage/tag/api_gettagfans`.
    ///
    /// - Parameters:
    ///   - tag: the tag's id.
    ///   - openID: the last openid of the previous page, or nil for the first page.
    /// - Returns: the page.
    /// - Throws: ``CallFailure``. 45159 for an unknown tag. 40003 or 49003 if `openID` has never followed the account.
    public func followers(of tag: TagID, after openID: OpenID? = nil) async throws(CallFailure) -> GetTagFans.Response {
        try await caller.answer(to: GetTagFans.self, GetTagFans.Request(tagID: tag, after: openID))
    }

    /// Returns the page at a cursor: up to 10,000 followers that carry a tag.
    ///
    /// Unlike ``followers(of:after:)``, this call also works after a page whose last entry is not an openid.
    ///
    /// Source: `doc/service/api/usermanage/tag/api_gettagfans`.
    ///
    /// - Parameters:
    ///   - tag: the tag's id.
    ///   - cursor: the `cursor` of the previous page, or nil for the first page.
    /// - Returns: the page. The `cursor` of the last page is nil.
    /// - Throws: ``CallFailure``. 45159 for an unknown tag. 40003 if the server does not accept the cursor.
    public func followers(of tag: TagID, from cursor: String?) async throws(CallFailure) -> GetTagFans.Response {
        try await caller.answer(to: GetTagFans.self, GetTagFans.Request(tagID: tag, from: cursor))
    }
}
