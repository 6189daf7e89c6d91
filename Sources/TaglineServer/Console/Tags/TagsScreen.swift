import HTTPTypes
import OfficialAccount
import TagStore

/// The data and the actions of the screen of tags.
struct TagsScreen: Sendable {
    let services: ConsoleServices

    var views: [ConsoleView] {
        [
            ConsoleView(ConsoleScreen.tags.path) { visit, _ in
                let accounts = try await services.accounts(chosen: visit.query["account"])
                var page = TagsPage(accounts: accounts, chosen: visit.query.number("tag"))
                if let account = accounts.chosen {
                    page.tags = try await services.store.tags(of: account.account.appID)
                }
                return PageFrame.html(of: page, in: visit)
            }
        ]
    }

    var actions: [ConsoleAction] {
        [
            action("create", "tag_created") { form in
                AdminCall(.post, ["accounts", form.raw("account"), "tags"]) { $0.field("name", form.raw("name")) }
            },
            action("rename", "tag_renamed") { form in
                AdminCall(.patch, ["accounts", form.raw("account"), "tags", form.raw("tag")]) {
                    $0.field("name", form.raw("name"))
                }
            },
            action("delete", "tag_deleted") { form in
                AdminCall(.delete, ["accounts", form.raw("account"), "tags", form.raw("tag")])
            },
        ]
    }

    private func action(
        _ name: String, _ done: String, _ call: @escaping @Sendable (FormFields) -> AdminCall
    ) -> ConsoleAction {
        ConsoleAction("\(ConsoleScreen.tags.path)/\(name)") { form, _, context in
            try await services.door.perform(call(form), in: context)
            let query = FormFields.query([("account", form.raw("account"))])
            return .done(done, at: "\(ConsoleScreen.tags.path)?\(query)")
        }
    }
}
