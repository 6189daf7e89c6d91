import AdminAPI
import HTTPTypes
import OfficialAccount
import TagStore

/// Makes the screen of tags, and performs the actions of its forms.
struct TagsScreen: Sendable {
    let services: ConsoleServices

    var views: [ConsoleView] {
        [
            ConsoleView(ConsoleScreen.tags.path) { visit, _ in
                var page = try await content(of: visit.query["account"], tag: visit.query.number("tag"))
                page.first = visit.query.number("first")
                page.carrier = try await carriers(of: page).first
                return PageFrame.html(of: page, in: visit)
            }
        ]
    }

    private func content(of account: String?, tag: Int?) async throws -> TagsPage {
        let accounts = try await services.accounts(chosen: account)
        var page = TagsPage(accounts: accounts, chosen: tag)
        guard let account = accounts.chosen?.account else { return page }
        page.tags = try await services.store.tags(of: account.appID)
        if services.makesCalls {
            page.drainSize = TagDrain.size(account.limits.applied(to: services.store.limits))
        }
        return page
    }

    /// Returns the first followers who carry the open tag of `page`; an empty list if the console cannot drain the tag.
    private func carriers(of page: TagsPage) async throws -> [OpenID] {
        guard page.drainSize != nil, let tag = page.openTag, tag.count > 0, let account = page.accounts.chosen else {
            return []
        }
        return try await services.store.followers(carrying: tag.id, after: nil, for: account.account.appID)
    }

    /// Takes a tag off some of its carriers only, so that the server answers the form soon. The page in the answer
    /// sends the form again, until no follower carries the tag or the drain cannot go on.
    private var drainAction: ConsoleAction {
        ConsoleAction(.drainTag) { form, visit, context in
            try form.checkSure()
            let tag = form.number("tag") ?? 0
            let account = form.raw("account")
            let start = try await content(of: account, tag: tag)
            guard let before = start.openTag?.count, let size = start.drainSize else {
                throw AdminError(Refusal.unknownTag(TagID(tag)))
            }
            let carriers = try await carriers(of: start)
            let step = try await TagDrain(of: tag, account, callSize: size, through: services.door)
                .step(carriers, until: ContinuousClock.now + TagDrain.time, context)
            var page = try await content(of: account, tag: tag)
            page.carrier = carriers.first
            page.drain = TagDrainPart(
                step, total: form.number("total") ?? before, before: before, left: page.openTag?.count ?? 0)
            var visit = visit
            visit.open(ConsoleScreen.tags.path, FormFields.query([("account", account), ("tag", "\(tag)")]))
            return .page(PageFrame.html(of: page, in: visit))
        }
    }

    var actions: [ConsoleAction] { services.makesCalls ? tagActions + [drainAction] : tagActions }

    private var tagActions: [ConsoleAction] {
        [
            action(.createTag, "tag_created") { form in
                AdminCall(.post, ["accounts", form.raw("account"), "tags"], sending: TagWish(name: form.raw("name")))
            },
            action(.renameTag, "tag_renamed") { form in
                try await checkSeen(form)
                return AdminCall(
                    .patch, ["accounts", form.raw("account"), "tags", form.raw("tag")],
                    sending: TagWish(name: form.raw("name")))
            },
            action(.deleteTag, "tag_deleted") { form in
                try await checkSeen(form)
                return AdminCall(.delete, ["accounts", form.raw("account"), "tags", form.raw("tag")])
            },
        ]
    }

    /// Throws ``ConsoleMistake`` 409 if the tag's name has changed after the page of the form showed the name.
    private func checkSeen(_ form: FormFields) async throws {
        let tags = try await services.store.tags(of: AppID(form.raw("account")))
        // If the tag does not exist, the call that the form makes reports the mistake.
        guard let tag = tags.first(where: { $0.id.rawValue == form.number("tag") }) else { return }
        try SeenValue.check(form, tag.name)
    }

    private func action(
        _ form: ConsoleForm, _ done: String, _ call: @escaping @Sendable (FormFields) async throws -> AdminCall
    ) -> ConsoleAction {
        ConsoleAction(form) { form, _, context in
            try await services.door.perform(try await call(form), in: context)
            return .done(
                done, at: FormFields.address(ConsoleScreen.tags.path, [("account", form.raw("account"))]))
        }
    }
}
