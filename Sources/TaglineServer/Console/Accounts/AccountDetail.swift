import HTTPTypes
import OfficialAccount
import TagStore

/// One account: its limits, its calls of today, and forms that change it.
struct AccountDetail: Sendable {
    static let template = "account"

    /// How many times the account has made the call `name` of the API today.
    struct Use: Sendable {
        let name: String
        let used: Int
        /// The daily limit; nil for no limit.
        let limit: Int?
    }

    let summary: AccountSummary
    let limits: Limits
    /// The API calls that the account has made today. The most frequent comes first.
    let uses: [Use]
    /// The number of valid tokens.
    let tokens: Int

    /// The admin calls that the forms make.
    var calls: [AdminCall] {
        let appID = summary.account.appID.rawValue
        return [
            AdminCall(.patch, ["accounts", appID]) { $0.field("certified", !summary.account.isCertified) },
            AdminCall(.patch, ["accounts", appID]) { $0.field("frozen", !summary.account.isFrozen) },
            AdminCall(.patch, ["accounts", appID]) { $0.field("secret_frozen", !summary.account.isSecretFrozen) },
            AdminCall(.post, ["accounts", appID, "secret"]),
        ]
    }

    func data(_ words: Words) -> PageData {
        let account = summary.account
        let addresses =
            account.allowedAddresses.isEmpty
            ? words["any_address"] : Excerpt.paragraph(account.allowedAddresses.joined(separator: ", "))
        return [
            "appid": account.appID.rawValue, "kind": words["kind_\(account.kind.rawValue)"],
            "certified": account.isCertified, "frozen": account.isFrozen, "secretFrozen": account.isSecretFrozen,
            "addresses": addresses, "seen": Self.seen(account),
            "tokens": words.text("tokens_alive", ["n": tokens.grouped]),
            "unused": uses.isEmpty,
            "limits": [
                ("limit_openids", limits.openIDsPerCall), ("limit_follower", limits.tagsPerFollower),
                ("limit_account", limits.tagsPerAccount), ("limit_name", limits.tagNameBytes),
                ("limit_delete", limits.followersOfDeletableTag),
            ].map { key, value -> PageData in ["name": words[key], "value": value.grouped] },
            "uses": uses.prefix(30).map { use -> PageData in
                let share = use.limit.map { BarWidth.percent(use.used, of: $0) } ?? 0
                return [
                    "name": use.name, "used": use.used.grouped, "width": share, "over": share >= 100,
                    "limit": use.limit.map(\.grouped) ?? words["no_limit"],
                ]
            },
        ]
    }

    /// Returns a text that changes when the account gets another secret. It does not contain the secret.
    static func seen(_ account: Account) -> String { SeenValue.mark(Self.secret(account)) }

    /// Throws ``ConsoleMistake`` 409 if the account has got another secret after the console made the page with `form`.
    static func checkSeen(_ form: FormFields, _ account: Account) throws(ConsoleMistake) {
        try SeenValue.check(form, Self.secret(account), or: .newerSecret)
    }

    private static func secret(_ account: Account) -> String { Hexadecimal.text(account.secret.bytes) }

    static let markup = """
        {{#detail}}<aside class="card" aria-label="{{t.one_account}}"><h2 class="mono"><bdi>{{appid}}</bdi></h2><p>{{kind}} · {{#certified}}{{t.certified}}{{/certified}}{{^certified}}{{t.not_certified}}{{/certified}}{{#frozen}} · <b class="bad">{{t.frozen}}</b>{{/frozen}}{{#secretFrozen}} · <b class="bad">{{t.secret_frozen}}</b>{{/secretFrozen}} · {{tokens}}</p>
        <form method="post" action="\(ConsoleForm.changeAccount.path)">{{>form}}<input type="hidden" name="account" value="{{appid}}"><div class="do">{{#certified}}<button name="certified" value="false">{{t.uncertify}}</button>{{/certified}}{{^certified}}<button name="certified" value="true">{{t.certify}}</button>{{/certified}}
        {{#frozen}}<button name="frozen" value="false">{{t.unfreeze}}</button>{{/frozen}}{{^frozen}}<button name="frozen" value="true">{{t.freeze}}</button>{{/frozen}}
        {{#secretFrozen}}<button name="secret_frozen" value="false">{{t.unfreeze_secret}}</button>{{/secretFrozen}}{{^secretFrozen}}<button name="secret_frozen" value="true">{{t.freeze_secret}}</button>{{/secretFrozen}}</div></form>
        <p><a href="\(ConsoleScreen.followers.path)?account={{appid}}">{{t.nav_followers}}</a> · <a href="\(ConsoleScreen.tags.path)?account={{appid}}">{{t.nav_tags}}</a> · <a class="button" href="{{closeHref}}">{{t.close}}</a></p>
        <h3>{{t.used_today}}</h3>{{#uses}}<p>{{name}} <span class="soft">{{used}} / {{limit}}</span><svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect{{#over}} class="over"{{/over}} width="{{width}}" height="6"></rect></svg></p>{{/uses}}{{#unused}}<p class="soft">{{t.nothing_used}}</p>{{/unused}}
        <h3>{{t.limits}}</h3><dl>{{#limits}}<dt>{{name}}</dt><dd>{{value}}</dd>{{/limits}}<dt>{{t.addresses}}</dt><dd><bdi>{{addresses}}</bdi></dd></dl>
        <details><summary>{{t.new_secret}}</summary><form method="post" action="\(ConsoleForm.renewSecret.path)">{{>form}}<input type="hidden" name="account" value="{{appid}}"><input type="hidden" name="\(SeenValue.field)" value="{{seen}}"><p>{{t.new_secret_what}}</p><button class="bad">{{t.new_secret}}</button></form></details></aside>{{/detail}}
        """
}
