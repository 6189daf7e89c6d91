import HTTPTypes
import OfficialAccount
import TagStore

/// The data and the actions of the screen of followers.
struct FollowersScreen: Sendable {
    let services: ConsoleServices

    private var store: any TagStore { services.store }

    var views: [ConsoleView] {
        [
            ConsoleView(ConsoleScreen.followers.path) { visit, _ in
                var visit = visit
                let accounts = try await services.accounts(chosen: visit.query["account"])
                var page = FollowersPage(accounts: accounts, tag: visit.query.number("tag"))
                page.mayTag = services.makesCalls
                page.importForm = importForm(visit.query)
                if let account = accounts.chosen?.account.appID {
                    page.tags = try await store.tags(of: account)
                    do {
                        try await fill(&page, account, visit.query)
                    } catch let refusal as Refusal {
                        visit.problem = visit.problem ?? "\(refusal.code): \(refusal.reason)"
                    } catch let error as AdminError {
                        visit.problem = visit.problem ?? error.sentence
                    }
                }
                return PageFrame.html(of: page, in: visit)
            },
            progressView,
        ]
    }

    private func fill(_ page: inout FollowersPage, _ account: AppID, _ query: FormFields) async throws {
        page.after = query["after"].flatMap { OpenID($0) }
        page.condition = query["where"]
        if let text = page.condition {
            page.tag = nil
            do {
                let found = try await FollowerSearch(text, tags: page.tags).page(
                    of: account, after: page.after, limit: FollowersPage.rows, in: store)
                (page.profiles, page.next, page.found) = (found.profiles, found.next, found)
            } catch let mistake as FollowerSearch.Mistake {
                throw AdminError.badRequest(mistake.description)
            }
        } else {
            let found = try await FollowerPage(
                of: account, carrying: page.tag.map { TagID($0) }, after: page.after, limit: FollowersPage.rows,
                in: store)
            (page.profiles, page.next) = (found.profiles, found.next)
        }
        guard let text = query["openid"] else { return }
        let openID = try OpenID.required(text)
        guard let profile = try await store.profiles(of: [openID], for: account).first else { return }
        page.detail = FollowerDetail(account: account.rawValue, profile: profile)
    }

    var actions: [ConsoleAction] {
        [importAction] + (services.makesCalls ? taggingActions : [])
    }

    private var taggingActions: [ConsoleAction] {
        [
            action("tag", "tagged") { form in
                FollowerFormCalls.tag(
                    FollowerFormCalls.openIDs(form.raw("openids")), form.number("tag") ?? 0, of: form.raw("account"))
            },
            action("untag", "untagged") { form in
                FollowerFormCalls.untag(
                    FollowerFormCalls.openIDs(form.raw("openids")), form.number("tag") ?? 0, of: form.raw("account"))
            },
            action("remark", "remark_saved") { form in
                FollowerFormCalls.remark(form.raw("remark"), on: form.raw("openid"), of: form.raw("account"))
            },
        ]
    }

    private func action(
        _ name: String, _ done: String, _ call: @escaping @Sendable (FormFields) -> AdminCall
    ) -> ConsoleAction {
        ConsoleAction("\(ConsoleScreen.followers.path)/\(name)") { form, _, context in
            try await FollowerFormCalls.perform(call(form), through: services.door, context)
            return .done(done)
        }
    }
}
