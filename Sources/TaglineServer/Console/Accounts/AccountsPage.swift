import HTTPTypes
import OfficialAccount
import TagStore

/// The screen of accounts: a list of accounts, third-party platforms with their grants, and the details of one account.
struct AccountsPage: PageContent {
    static let screen = ConsoleScreen.accounts
    static let template = "accounts"
    /// The rows of a page of the list.
    static let rows = 50

    var accounts: [AccountSummary] = []
    /// The number of accounts before the first one shown.
    var skipped = 0
    var total = 0
    var platforms: [Component] = []
    var grants: [Grant] = []
    var detail: AccountDetail?

    var calls: [AdminCall] {
        var calls = [AdminCall(.get, ["accounts"]), AdminCall(.get, ["platforms"])]
        if let appID = detail?.summary.account.appID.rawValue {
            calls.append(AdminCall(.patch, ["accounts", appID]) { $0.field("certified", true) })
            calls.append(AdminCall(.post, ["accounts", appID, "secret"]))
        }
        return calls
    }

    func data(_ words: Words) -> PageData {
        var data: PageData = [
            "accounts": accounts.map { row($0, words) }, "none": accounts.isEmpty, "closeHref": Self.screen.path,
            "total": NumberText.grouped(total), "hasPlatforms": !platforms.isEmpty,
            "platforms": platforms.prefix(Self.rows).map { platform -> PageData in
                [
                    "appid": platform.appID.rawValue,
                    "sets": platform.settings.permissionSets.map(String.init).joined(separator: ", "),
                    "grants": grants.filter { $0.component == platform.appID && $0.isActive }.prefix(Self.rows).map {
                        grant -> PageData in
                        [
                            "appid": grant.account.rawValue,
                            "sets": grant.permissionSets.map(String.init).joined(separator: ", "),
                        ]
                    },
                ]
            },
        ]
        if let detail { data["detail"] = detail.data(words) }
        if skipped + accounts.count < total {
            data["next"] = "\(Self.screen.path)?skip=\(skipped + accounts.count)"
        }
        return data
    }

    private func row(_ summary: AccountSummary, _ words: Words) -> PageData {
        let account = summary.account
        return [
            "appid": account.appID.rawValue, "kind": words["kind_\(account.kind.rawValue)"],
            "certified": account.isCertified, "frozen": account.isFrozen,
            "followers": NumberText.grouped(summary.followers), "tags": summary.tags,
            "here": account.appID == detail?.summary.account.appID,
            "href": "\(Self.screen.path)?"
                + FormFields.query([
                    ("skip", skipped > 0 ? "\(skipped)" : nil), ("account", account.appID.rawValue),
                ]),
        ]
    }

    static let markup = """
        <div class="panes{{#detail}} open{{/detail}}"><div class="stack"><section class="card wide" aria-label="{{t.nav_accounts}}"><table><thead><tr><th scope="col">appid</th><th scope="col" class="desk">{{t.kind}}</th><th scope="col">{{t.state}}</th><th scope="col" class="num">{{t.nav_followers}}</th><th scope="col" class="num desk">{{t.nav_tags}}</th></tr></thead>
        <tbody>{{#accounts}}<tr{{#here}} aria-selected="true"{{/here}}><td class="mono"><a data-row href="{{href}}"><bdi>{{appid}}</bdi></a></td><td class="desk">{{kind}}</td><td>{{#certified}}<span class="pill ok">{{t.certified}}</span>{{/certified}}{{^certified}}<span class="pill fault">{{t.not_certified}}</span>{{/certified}}{{#frozen}} <span class="pill bad">{{t.frozen}}</span>{{/frozen}}</td><td class="num">{{followers}}</td><td class="num desk">{{tags}}</td></tr>{{/accounts}}</tbody></table>
        {{#none}}<div class="empty"><p>{{t.no_accounts}}</p></div>{{/none}}{{#next}}<p class="more"><a href="{{next}}">{{t.next_page}}</a></p>{{/next}}</section>
        {{#hasPlatforms}}<section class="card fields" aria-label="{{t.platforms}}"><h2>{{t.platforms}}</h2>{{#platforms}}<p><code><bdi>{{appid}}</bdi></code> · {{t.sets}} {{sets}}</p><dl>{{#grants}}<dt class="mono"><bdi>{{appid}}</bdi></dt><dd>{{t.granted}} {{sets}}</dd>{{/grants}}</dl>{{/platforms}}</section>{{/hasPlatforms}}</div>
        <div class="stack">{{>account}}
        <form class="card fields" method="post" action="/console/accounts/create">{{>form}}<h2>{{t.new_account}}</h2><label>appid <input name="appid" required maxlength="64" pattern="[A-Za-z0-9_\\-]+"></label><label>{{t.kind}} <select name="kind"><option value="service">{{t.kind_service}}</option><option value="subscription">{{t.kind_subscription}}</option></select></label><p><button>{{t.create}}</button></p></form></div></div>
        """
}
