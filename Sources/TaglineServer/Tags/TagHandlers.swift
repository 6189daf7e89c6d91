import OfficialAccount
import TagStore

/// Answers the calls that concern tags. Each answer uses one function of the store.
struct TagHandlers: Sendable {
    let store: any TagStore

    func answer(_ table: inout CallTable) {
        table.account(CreateTag.self) { (request, caller) throws(Refusal) in
            let name = request.name ?? ""
            return CreateTag.Response(
                id: try await store.createTag(named: name, id: nil, for: caller.appID), name: name)
        }
        table.account(GetTags.self) { (_, caller) throws(Refusal) in
            GetTags.Response(tags: try await store.tags(of: caller.appID))
        }
        table.account(UpdateTag.self) { (request, caller) throws(Refusal) in
            try await store.renameTag(try Self.tag(request), to: request.name ?? "", for: caller.appID)
            return CommandDone()
        }
        table.account(DeleteTag.self) { (request, caller) throws(Refusal) in
            try await store.deleteTag(try Self.tag(request), for: caller.appID)
            return CommandDone()
        }
        table.account(BatchTagging.self) { (request, caller) throws(Refusal) in
            try await store.batchTagging(request.openIDList, tag: request.tagID, for: caller.appID)
            return CommandDone()
        }
        table.account(BatchUntagging.self) { (request, caller) throws(Refusal) in
            try await store.batchUntagging(request.openIDList, tag: request.tagID, for: caller.appID)
            return CommandDone()
        }
        table.account(GetTagIDList.self) { (request, caller) throws(Refusal) in
            let openID = try OpenID.required(request.openID)
            return GetTagIDList.Response(tagIDs: try await store.tagIDs(of: openID, for: caller.appID))
        }
        table.account(GetTagFans.self) { (request, caller) throws(Refusal) in
            let cursor = try await pageStart(of: request, for: caller.appID)
            return GetTagFans.Response(
                openIDs: try await store.followers(carrying: request.tagID, after: cursor, for: caller.appID))
        }
    }

    /// Returns the openid after which the page begins; nil for the first page. Throws 45159 for an unknown tag before
    /// 40003 for a malformed openid, in the order in which the store judges them.
    private func pageStart(of request: GetTagFans.Request, for appID: AppID) async throws(Refusal) -> OpenID? {
        do throws(Refusal) {
            return try OpenID.cursor(request.nextOpenID)
        } catch {
            _ = try await store.followers(carrying: request.tagID, after: nil, for: appID)
            throw error
        }
    }

    private static func tag(_ request: TagRequest) throws(Refusal) -> TagID {
        guard let tag = request.tagID else { throw Refusal(.invalidTagID, "tag.id is missing") }
        return tag
    }
}
