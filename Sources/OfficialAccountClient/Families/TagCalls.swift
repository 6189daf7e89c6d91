import OfficialAccount

/// The calls about tags. Source: `doc/service/api/usermanage/tag/`.
public struct TagCalls: Sendable {
    let caller: any Caller

    private struct Listed: Decodable, Sendable {
        struct Tag: Decodable {
            let id: LenientNumber
            let name: LenientText?
            let count: LenientNumber?
        }

        let tags: LenientArray<Tag>
    }

    private struct Created: Decodable, Sendable {
        struct Tag: Decodable {
            let id: LenientNumber
        }

        let tag: Tag
    }

    struct Carried: Decodable, Sendable {
        let tagid_list: LenientArray<LenientNumber>
    }

    /// Puts one tag on up to 50 followers, or on none of them.
    ///
    /// Throws ``CallFailure``: 40032 for none or more than 50, 45159 for an unknown tag, 40003 or 49003 for one who does not follow, 45169 if
    /// another call is changing one of them, 45059 for one with twenty tags already.
    public func batchTagging(_ openIDs: [OpenID], tag: TagID) async throws(CallFailure) {
        try await caller.command(Self.call(.tag, openIDs, tag))
    }

    /// Takes one tag off up to 50 followers, or off none of them. Throws as ``batchTagging(_:tag:)`` does, but for 45059.
    public func batchUntagging(_ openIDs: [OpenID], tag: TagID) async throws(CallFailure) {
        try await caller.command(Self.call(.untag, openIDs, tag))
    }

    static func call(_ verb: Tagging.Verb, _ openIDs: [OpenID], _ tag: TagID) -> APICall {
        let body = RequestBody { body in
            body.field("openid_list") { json in json.array(openIDs) { $1.openID($0) } }
            body.field("tagid", tag.rawValue)
        }
        return APICall(verb == .tag ? .batchTagging : .batchUntagging, body: body.bytes, tag: tag)
    }

    /// Creates a tag and returns its id. Throws 45056, 45157 or 45158.
    public func create(named name: String) async throws(CallFailure) -> TagID {
        let body = RequestBody { $0.field("tag") { json in json.object { $0.field("name", name) } } }
        let created = try await caller.answer(to: APICall(.createTag, body: body.bytes), as: Created.self)
        let tag = TagID(created.tag.id.value)
        caller.knownTags.insert(tag)
        return tag
    }

    /// Every tag with the number of followers that carry it.
    public func list() async throws(CallFailure) -> [Tag] {
        let tags = try await caller.answer(to: APICall(.getTags), as: Listed.self).tags.elements.map {
            Tag(
                id: TagID($0.id.value), name: $0.name?.value ?? "",
                count: min(max($0.count?.value ?? 0, 0), Int(Int32.max)))
        }
        caller.knownTags.set(tags.map(\.id))
        return tags
    }

    /// Gives a tag another name. Throws 45058, 45157, 45158 or 45159.
    public func rename(_ tag: TagID, to name: String) async throws(CallFailure) {
        let body = RequestBody { body in
            body.field("tag") { json in
                json.object {
                    $0.field("id", tag.rawValue)
                    $0.field("name", name)
                }
            }
        }
        try await caller.command(APICall(.updateTag, body: body.bytes, tag: tag))
    }

    /// Deletes a tag. Throws 45057 if more than 100,000 followers carry it, 45058 or 45159.
    public func delete(_ tag: TagID) async throws(CallFailure) {
        let body = RequestBody { $0.field("tag") { json in json.object { $0.field("id", tag.rawValue) } } }
        try await caller.command(APICall(.deleteTag, body: body.bytes, tag: tag))
        caller.knownTags.remove(tag)
    }

    /// The tags that a follower carries. Throws 40003 or 49003.
    public func tags(of openID: OpenID) async throws(CallFailure) -> [TagID] {
        try await caller.answer(to: Self.listing(openID), as: Carried.self).tagid_list.elements.map { TagID($0.value) }
    }

    static func listing(_ openID: OpenID) -> APICall {
        APICall(.getTagIDList, body: RequestBody { $0.field("openid") { $0.openID(openID) } }.bytes)
    }

    /// A page of the followers that carry a tag, from the one after `openID` on.
    public func followers(of tag: TagID, after openID: OpenID? = nil) async throws(CallFailure) -> OpenIDPage {
        let body = RequestBody { body in
            body.field("tagid", tag.rawValue)
            body.field("next_openid") { json in
                if let openID { json.openID(openID) } else { json.string("") }
            }
        }
        return try await caller.answer(to: APICall(.getTagFans, body: body.bytes, tag: tag), as: OpenIDPage.self)
    }
}
