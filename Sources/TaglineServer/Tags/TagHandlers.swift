import NIOCore
import OfficialAccount
import TagStore

/// The tag calls: decode, one function of the store, encode.
struct TagHandlers: Sendable {
    let store: any TagStore

    @Sendable func createTag(_ caller: Caller, _ call: Call) async throws(Refusal) -> any Answer {
        let request = try call.body.decode(TagRequest.self)
        let name = request.name ?? ""
        let id = try await store.createTag(named: name, id: nil, for: caller.appID)
        return TagCreated(id: id, name: name)
    }

    @Sendable func getTags(_ caller: Caller, _ call: Call) async throws(Refusal) -> any Answer {
        TagList(tags: try await store.tags(of: caller.appID))
    }

    @Sendable func updateTag(_ caller: Caller, _ call: Call) async throws(Refusal) -> any Answer {
        let request = try call.body.decode(TagRequest.self)
        guard let tag = request.tagID else { throw Refusal(.invalidTagID, "tag.id is missing") }
        try await store.renameTag(tag, to: request.name ?? "", for: caller.appID)
        return CommandDone()
    }

    @Sendable func deleteTag(_ caller: Caller, _ call: Call) async throws(Refusal) -> any Answer {
        let request = try call.body.decode(TagRequest.self)
        guard let tag = request.tagID else { throw Refusal(.invalidTagID, "tag.id is missing") }
        try await store.deleteTag(tag, for: caller.appID)
        return CommandDone()
    }

    @Sendable func batchTagging(_ caller: Caller, _ call: Call) async throws(Refusal) -> any Answer {
        let request = try Self.taggingRequest(call.body)
        try await store.batchTagging(request.openIDList, tag: request.tagID, for: caller.appID)
        return CommandDone()
    }

    @Sendable func batchUntagging(_ caller: Caller, _ call: Call) async throws(Refusal) -> any Answer {
        let request = try Self.taggingRequest(call.body)
        try await store.batchUntagging(request.openIDList, tag: request.tagID, for: caller.appID)
        return CommandDone()
    }

    private static func taggingRequest(_ body: CallBody) throws(Refusal) -> BatchTaggingRequest {
        let usual = body.buffer.withUnsafeReadableBytes { BatchTaggingRequest(usual: $0) }
        if let usual { return usual }
        return try body.decode(BatchTaggingRequest.self)
    }

    @Sendable func getTagIDList(_ caller: Caller, _ call: Call) async throws(Refusal) -> any Answer {
        let request = try call.body.decode(TagIDListRequest.self)
        let openID = try OpenID.required(request.openID)
        return TagIDList(tagIDs: try await store.tagIDs(of: openID, for: caller.appID))
    }

    @Sendable func getTagFans(_ caller: Caller, _ call: Call) async throws(Refusal) -> any Answer {
        let request = try call.body.decode(TagFansRequest.self)
        let cursor = try OpenID.cursor(request.nextOpenID)
        return FollowerPage(
            openIDs: try await store.followers(carrying: request.tagID, after: cursor, for: caller.appID))
    }
}
