import HTTPTypes
import Hummingbird
import NIOCore
import OfficialAccount
import TagStore

/// Makes the screen of followers, and performs the actions of its forms.
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
            progressView, countView,
        ]
    }

    private func fill(_ page: inout FollowersPage, _ account: AppID, _ query: FormFields) async throws {
        page.after = query["after"].flatMap { OpenID($0) }
        page.condition = query["where"]
        if let text = page.condition {
            page.tag = nil
            let found = try await Self.search(text, page.tags).page(
                of: account, after: page.after, limit: FollowersPage.rows, in: store)
            (page.profiles, page.next) = (found.profiles, found.next)
            page.count = FollowerCount(of: text, account, found, isRest: page.after != nil)
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

    private static func search(_ text: String, _ tags: [Tag]) throws(AdminError) -> FollowerSearch {
        do {
            return try FollowerSearch(text, tags: tags)
        } catch {
            throw .badRequest(error.description)
        }
    }

    /// The part of a page that shows how many followers match, after the next step of the search.
    private var countView: ConsoleView {
        ConsoleView(FollowerCount.path) { visit, _ in
            guard var count = FollowerCount(visit.query) else { throw ConsoleMistake.noCount }
            let account = AppID(count.account)
            let search = try Self.search(count.condition, try await store.tags(of: account))
            count.add(try await search.page(of: account, after: count.end, limit: 0, in: store))
            return count.html(visit.words)
        }
    }

    var actions: [ConsoleAction] {
        [importAction] + (services.makesCalls ? taggingActions : [])
    }

    private var taggingActions: [ConsoleAction] {
        [
            action(.tagFollowers, "tagged") { form in
                FollowerFormCalls.tag(
                    FollowerFormCalls.openIDs(form.raw("openids")), form.number("tag") ?? 0, of: form.raw("account"))
            },
            action(.untagFollowers, "untagged") { form in
                FollowerFormCalls.untag(
                    FollowerFormCalls.openIDs(form.raw("openids")), form.number("tag") ?? 0, of: form.raw("account"))
            },
            action(.setRemark, "remark_saved") { form in
                try await checkSeen(form)
                return FollowerFormCalls.remark(form.raw("remark"), on: form.raw("openid"), of: form.raw("account"))
            },
        ]
    }

    /// Throws ``ConsoleMistake`` 409 if the follower's remark has changed after the page of the form showed the remark.
    private func checkSeen(_ form: FormFields) async throws {
        // If the openid is wrong, the call that the form makes reports the mistake.
        guard let openID = OpenID(form.raw("openid")),
            let profile = try? await store.profiles(of: [openID], for: AppID(form.raw("account"))).first
        else { return }
        try SeenValue.check(form, profile.following?.remark ?? "")
    }

    private func action(
        _ form: ConsoleForm, _ done: String, _ call: @escaping @Sendable (FormFields) async throws -> AdminCall
    ) -> ConsoleAction {
        ConsoleAction(form) { form, visit, context in
            try await FollowerFormCalls.perform(try await call(form), through: services.door, visit.words, context)
            return .done(done)
        }
    }

    var downloads: [ConsoleDownload] {
        [
            ConsoleDownload(FollowerExportLinks.path) { visit, context in
                let format = FollowerExport(rawValue: visit.query.raw("format")) ?? .openIDs
                let call = FollowerExportLinks.call(visit.query.raw("account"), as: format)
                var response = try await services.door.respond(to: call, in: context)
                if format == .csv { response.body = response.body.markedAsUTF8 }
                return ConsoleDownload.File(format.fileName, response)
            }
        ]
    }
}

extension ResponseBody {
    /// The body with a byte order mark before it. Without the mark, Excel does not read the body as UTF-8.
    fileprivate var markedAsUTF8: ResponseBody {
        let body = self
        return ResponseBody { writer in
            try await writer.write(ByteBuffer(string: "\u{FEFF}"))
            try await body.write(writer)
        }
    }
}
