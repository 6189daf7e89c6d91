import Hummingbird
import OfficialAccount
import TagStore

/// What the admin plane does with the tags of an account. The rules are those of the platform's own calls.
struct TagRoutes: Sendable {
    let store: any TagStore

    private struct Named: Decodable {
        let name: String
    }

    private static let named = [
        AdminMember("name", .text(.any), isRequired: true, "up to 30 bytes of UTF-8, if the account has no other limit")
    ]

    var routes: [AdminRoute] {
        [
            AdminRoute(
                .get, "/accounts/{appid}/tags", "List the tags of an account and how many followers carry each.",
                statuses: [200, 404]
            ) { _, context in
                let tags = try await store.tags(of: try await store.existing(context))
                return .json { answer in
                    answer.field("tags") { json in json.array(tags) { tag, json in json.object { tag.fields(&$0) } } }
                }
            },
            AdminRoute(
                .post, "/accounts/{appid}/tags", "Create a tag.", body: .object(Self.named), statuses: [201, 404, 409]
            ) { request, context in
                let appID = try await store.existing(context)
                let named: Named = try await request.decodeJSON(of: Self.named)
                let id = try await store.createTag(named: named.name, id: nil, for: appID)
                return .json(status: .created) { Tag(id: id, name: named.name, count: 0).fields(&$0) }
            },
            AdminRoute(
                .patch, "/accounts/{appid}/tags/{id}", "Rename a tag.", body: .object(Self.named),
                statuses: [200, 404, 409]
            ) { request, context in
                let (appID, tag) = try await self.tag(context)
                let named: Named = try await request.decodeJSON(of: Self.named)
                try await store.renameTag(tag, to: named.name, for: appID)
                return .json {
                    $0.field("id", tag.rawValue)
                    $0.field("name", named.name)
                }
            },
            AdminRoute(
                .delete, "/accounts/{appid}/tags/{id}", "Delete a tag and take it off everyone.",
                statuses: [200, 404, 409]
            ) { _, context in
                let (appID, tag) = try await self.tag(context)
                try await store.deleteTag(tag, for: appID)
                return .json { $0.field("id", tag.rawValue) }
            },
        ]
    }

    private func tag(_ context: AdminContext) async throws -> (AppID, TagID) {
        let appID = try await store.existing(context)
        guard let id = context.parameters.get("id", as: Int.self) else {
            throw AdminError.notFound("a tag is named by its id, a number")
        }
        return (appID, TagID(id))
    }
}

extension Tag {
    fileprivate func fields(_ fields: inout JSONText.Fields) {
        fields.field("id", id.rawValue)
        fields.field("name", name)
        fields.field("count", count)
    }
}

extension TagStore {
    /// The account that the path names. Throws ``AdminError`` 404 if there is none.
    func existing(_ context: AdminContext) async throws -> AppID {
        let appID = try AccountRoutes.appID(context)
        guard try await account(appID) != nil else { throw AdminError(Refusal.unknownAccount(appID)) }
        return appID
    }
}
