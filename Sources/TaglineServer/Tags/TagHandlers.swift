import OfficialAccount
import TagStore

/// The tag calls: decode, one function of the store, encode.
struct TagHandlers: Sendable {
    let store: any TagStore

    @Sendable func getTags(_ caller: Caller, _ body: CallBody) async throws(Refusal) -> any Answer {
        TagList(tags: try await store.tags(of: caller.appID))
    }

    @Sendable func batchTagging(_ caller: Caller, _ body: CallBody) async throws(Refusal) -> any Answer {
        let request = try body.decode(BatchTaggingRequest.self)
        try await store.batchTagging(request.openIDList, tag: request.tagID, for: caller.appID)
        return CommandDone()
    }

    @Sendable func getTagIDList(_ caller: Caller, _ body: CallBody) async throws(Refusal) -> any Answer {
        let request = try body.decode(TagIDListRequest.self)
        guard let text = request.openID else { throw Refusal(.invalidOpenID, "openid is missing") }
        guard let openID = OpenID(text) else { throw .malformed(text) }
        return TagIDList(tagIDs: try await store.tagIDs(of: openID, for: caller.appID))
    }

    @Sendable func getTagFans(_ caller: Caller, _ body: CallBody) async throws(Refusal) -> any Answer {
        let request = try body.decode(TagFansRequest.self)
        var cursor: OpenID?
        if let text = request.nextOpenID, !text.isEmpty {
            guard let openID = OpenID(text) else { throw .malformed(text) }
            cursor = openID
        }
        return FollowerPage(
            openIDs: try await store.followers(carrying: request.tagID, after: cursor, for: caller.appID))
    }
}
