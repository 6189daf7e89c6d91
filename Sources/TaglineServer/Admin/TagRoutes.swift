import AdminAPI
import Hummingbird
import OfficialAccount
import TagStore

/// The routes of the admin plane for the tags of an account.
///
/// A request to these routes must obey the same rules for tags as a call of the API.
struct TagRoutes: Sendable {
    let store: any TagStore

    private static let named = [
        AdminMember("name", .text(.any), isRequired: true, "up to 30 bytes of UTF-8, if the account has no other limit")
    ]

    var routes: [AdminRoute] {
        [
            AdminRoute(
                .get, "/accounts/{appid}/tags", "List the tags of an account and how many followers carry each.",
                answer: TagList.self, statuses: [200, 404]
            ) { _, context in
                let tags = try await store.tags(of: try await store.existing(context))
                return TagList(tags: tags.map { TagInfo(id: $0.id.rawValue, name: $0.name, count: $0.count) })
            },
            AdminRoute(
                .post, "/accounts/{appid}/tags", "Create a tag.", body: .object(Self.named), answer: TagInfo.self,
                statuses: [201, 404, 409]
            ) { request, context in
                let appID = try await store.existing(context)
                let wish: TagWish = try await request.decodeJSON(of: Self.named)
                let id = try await store.createTag(named: wish.name, id: nil, for: appID)
                return TagInfo(id: id.rawValue, name: wish.name, count: 0)
            },
            AdminRoute(
                .patch, "/accounts/{appid}/tags/{id}", "Rename a tag.", body: .object(Self.named),
                answer: RenamedTag.self, statuses: [200, 404, 409]
            ) { request, context in
                let (appID, tag) = try await self.tag(context)
                let wish: TagWish = try await request.decodeJSON(of: Self.named)
                try await store.renameTag(tag, to: wish.name, for: appID)
                return RenamedTag(id: tag.rawValue, name: wish.name)
            },
            AdminRoute(
                .delete, "/accounts/{appid}/tags/{id}", "Delete a tag, and remove it from every follower.",
                answer: DeletedTag.self, statuses: [200, 404, 409]
            ) { _, context in
                let (appID, tag) = try await self.tag(context)
                try await store.deleteTag(tag, for: appID)
                return DeletedTag(id: tag.rawValue)
            },
        ]
    }

    private func tag(_ context: AdminContext) async throws -> (AppID, TagID) {
        let appID = try await store.existing(context)
        guard let id = context.parameters.get("id", as: Int.self) else {
            throw AdminError.notFound("name the tag by its id, which is a number")
        }
        return (appID, TagID(id))
    }
}

extension TagStore {
    /// Returns the appid of the account in the path. Throws ``AdminError`` 404 if there is no such account.
    func existing(_ context: AdminContext) async throws -> AppID {
        let appID = try AccountRoutes.appID(context)
        guard try await account(appID) != nil else { throw AdminError(Refusal.unknownAccount(appID)) }
        return appID
    }
}
