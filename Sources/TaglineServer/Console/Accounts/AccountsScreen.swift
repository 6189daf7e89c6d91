import AdminAPI
import HTTPTypes
import OfficialAccount
import TagStore

/// Collects the data for the screen of accounts, and performs the actions of the screen's forms.
struct AccountsScreen: Sendable {
    let services: ConsoleServices

    private var store: any TagStore { services.store }

    var views: [ConsoleView] {
        [
            ConsoleView(ConsoleScreen.accounts.path) { visit, _ in
                let all = try await store.accounts()
                let skipped = min(max(0, visit.query.number("skip") ?? 0), max(0, all.count - 1))
                var page = AccountsPage(
                    accounts: Array(all.dropFirst(skipped).prefix(AccountsPage.rows)), skipped: skipped,
                    total: all.count, components: try await store.components())
                if !page.components.isEmpty { page.grants = try await store.grants(to: nil, of: nil) }
                if let name = visit.query["account"] {
                    guard let summary = all.first(where: { $0.account.appID.rawValue == name }) else {
                        throw AdminError(Refusal.unknownAccount(AppID(name)))
                    }
                    page.detail = try await detail(summary)
                }
                return PageFrame.html(of: page, in: visit)
            }
        ]
    }

    private func detail(_ summary: AccountSummary) async throws -> AccountDetail {
        let account = summary.account
        var uses: [AccountDetail.Use] = []
        for endpoint in Endpoint.all where !endpoint.isOfComponent {
            let allowance = await services.quotas.quota(of: endpoint.path, for: .account(Caller(account: account)))
            guard allowance.used > 0 else { continue }
            let limit = allowance.perDay == CallAllowance.unlimited ? nil : allowance.perDay
            uses.append(AccountDetail.Use(name: endpoint.name, used: allowance.used, limit: limit))
        }
        return AccountDetail(
            summary: summary, limits: account.limits.applied(to: store.limits),
            uses: uses.sorted { $0.used > $1.used }, tokens: try await tokens(of: summary))
    }

    /// Counts the valid tokens of an account.
    private func tokens(of summary: AccountSummary) async throws -> Int {
        let now = services.surroundings.now()
        return try await store.tokens(of: summary.account.appID).filter { token in
            if case .valid = token.verdict(at: now, of: summary.account) { true } else { false }
        }.count
    }

    var actions: [ConsoleAction] {
        [
            ConsoleAction(.changeAccount) { form, _, context in
                let call = AdminCall(.patch, ["accounts", form.raw("account")]) { fields in
                    for name in ["certified", "frozen", "secret_frozen"] where form[name] != nil {
                        fields.field(name, form[name] == "true")
                    }
                }
                try await services.door.perform(call, in: context)
                return .done("account_changed")
            },
            ConsoleAction(.renewSecret) { form, visit, context in
                // If the account does not exist, the admin call below fails and says so.
                if let account = try await store.account(AppID(form.raw("account"))) {
                    try AccountDetail.checkSeen(form, account)
                }
                let call = AdminCall(.post, ["accounts", form.raw("account"), "secret"])
                let issued = try await services.door.perform(call, in: context).decode(IssuedSecret.self)
                return .page(SecretPage.html(of: issued.appID, secret: issued.secret, by: call, in: visit))
            },
            ConsoleAction(.createAccount) { form, visit, context in
                let call = AdminCall(.post, ["accounts"]) {
                    $0.field("appid", form.raw("appid"))
                    $0.field("kind", form.raw("kind"))
                }
                let account = try await services.door.perform(call, in: context).decode(AccountInfo.self)
                return .page(SecretPage.html(of: account.appID, secret: account.secret ?? "", by: call, in: visit))
            },
        ]
    }
}
