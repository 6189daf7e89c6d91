import HTTPTypes
import OfficialAccount
import TagStore

/// The screen of accounts: the list of accounts, the third-party platforms with their grants, and the details of one
/// account.
struct AccountsPage: PageContent {
    static let screen = ConsoleScreen.accounts
    static let template = "accounts"
    /// The most accounts on one page of the list.
    static let rows = 50
    /// The most bytes of HTML that the third-party platforms can take up.
    private static let mostComponentBytes = 12_000

    var accounts: [AccountSummary] = []
    /// The number of accounts before the first account on the page.
    var skipped = 0
    var total = 0
    var components: [Component] = []
    var grants: [Grant] = []
    var detail: AccountDetail?

    var calls: [AdminCall] {
        var calls = [AdminCall(.get, ["accounts"]), Self.creation, AdminCall(.get, ["platforms"])]
        if let component = components.first?.appID.rawValue {
            calls.append(AdminCall(.get, ["platforms", component, "authorizations"]))
        }
        return calls + (detail?.calls ?? [])
    }

    /// An admin call that creates an account. It is an example for the reader of the page.
    private static let creation = AdminCall(.post, ["accounts"]) {
        $0.field("appid", "wxmine")
        $0.field("kind", "service")
    }

    var example: AdminCall? { Self.creation }

    func data(_ words: Words) -> PageData {
        let parts = FittingRows(components, in: Self.mostComponentBytes) { component in
            ComponentPart(
                component: component, grants: grants.filter { $0.component == component.appID && $0.isActive }
            ).html(words)
        }
        var data: PageData = [
            "none": accounts.isEmpty, "closeHref": address(account: nil), "total": total.grouped,
            "hasPlatforms": !components.isEmpty, "platforms": parts.html,
            "morePlatforms": parts.count < components.count,
        ]
        if let detail { data["detail"] = detail.data(words) }
        return data
    }

    func list(_ words: Words, room: Int) -> String {
        let end = end(after: total, words)
        let rows = FittingRows(accounts, in: room - end.utf8.count) { summary in
            let appID = summary.account.appID
            return ListedAccount(
                summary: summary, isOpen: appID == detail?.summary.account.appID,
                address: address(account: appID.rawValue)
            ).html(words)
        }
        let shown = skipped + rows.count
        return rows.html + (shown < total ? self.end(after: shown, words) : ListEnd().html)
    }

    /// Returns the end of a list with a link to the accounts after the first `count` accounts.
    private func end(after count: Int, _ words: Words) -> String {
        ListEnd(next: FormFields.address(Self.screen.path, [("skip", "\(count)")]), label: words["next_page"]).html
    }

    private func address(account: String?) -> String {
        FormFields.address(Self.screen.path, [("skip", skipped > 0 ? "\(skipped)" : nil), ("account", account)])
    }

    static let markup = """
        <form class="filter" method="get" action="\(screen.path)"><input name="account" data-search required aria-label="appid" placeholder="appid   ( / )"><button class="main">{{t.show}}</button></form>
        <div class="panes{{#detail}} open{{/detail}}"><div class="stack"><section class="card wide" aria-label="{{t.nav_accounts}}"><table><thead><tr><th scope="col">appid</th><th scope="col" class="desk">{{t.kind}}</th><th scope="col">{{t.state}}</th><th scope="col" class="num">{{t.nav_followers}}</th><th scope="col" class="num desk">{{t.nav_tags}}</th></tr></thead>
        <tbody>{{{list}}}
        {{#none}}<div class="empty"><p>{{t.no_account_yet}}</p><pre tabindex="0">{{example}}</pre></div>{{/none}}</section>
        {{#hasPlatforms}}<section class="card fields" aria-label="{{t.platforms}}"><h2>{{t.platforms}}</h2>{{{platforms}}}{{#morePlatforms}}<p class="soft">{{t.more_platforms}}</p>{{/morePlatforms}}</section>{{/hasPlatforms}}</div>
        <div class="stack">{{>account}}
        <form class="card fields" method="post" action="\(ConsoleForm.createAccount.path)">{{>form}}<h2>{{t.new_account}}</h2><label>appid <input name="appid" required maxlength="64" pattern="[A-Za-z0-9_\\-]+"></label><label>{{t.kind}} <select name="kind"><option value="service">{{t.kind_service}}</option><option value="subscription">{{t.kind_subscription}}</option></select></label><p><button>{{t.create}}</button></p></form></div></div>
        """
}
