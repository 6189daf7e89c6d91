import HTTPTypes
import OfficialAccount

/// The screen of tags: names, the number of followers of each, and forms that create, rename, drain and delete tags.
struct TagsPage: PageContent {
    static let screen = ConsoleScreen.tags
    static let template = "tags"
    /// The most tags on the page; an account can create at most 120 and has the starred one.
    static let most = 130

    var accounts: AccountChoice
    var tags: [Tag] = []
    /// The id of the tag whose form is open.
    var chosen: Int?
    /// A follower who carries that tag.
    var carrier: OpenID?
    /// The number of openids in a call that takes the tag off; nil if the console can make no such calls.
    var drainSize: Int?
    /// The progress of the drain of that tag; nil if none goes on.
    var drain: TagDrainPart?

    /// The tag whose form is open. The platform's own tags have no form.
    var openTag: Tag? { tags.first { $0.id.rawValue == chosen && !$0.id.isReserved } }

    var calls: [AdminCall] {
        let account = accounts.appID
        guard !account.isEmpty else { return [AdminCall(.get, ["accounts"])] }
        let tag = openTag?.id ?? tags.first(where: { !$0.id.isReserved })?.id ?? TagID.firstCreated
        let id = tag.rawValue
        var calls = [
            AdminCall(.get, ["accounts", account, "tags"]),
            AdminCall(.post, ["accounts", account, "tags"]) { $0.field("name", "广东") },
            AdminCall(.patch, ["accounts", account, "tags", "\(id)"]) { $0.field("name", "广东") },
            AdminCall(.delete, ["accounts", account, "tags", "\(id)"]),
        ]
        if let drainSize, let carrier {
            let carriers: [(String, String?)] = [("tag", "\(id)"), ("limit", "\(drainSize)")]
            calls.append(AdminCall(.get, ["accounts", account, "followers", "page"], query: carriers))
            calls.append(FollowerFormCalls.untag(["\(carrier)"], id, of: account))
        }
        return calls
    }

    func data(_ words: Words) -> PageData {
        let most = max(1, tags.map(\.count).max() ?? 1)
        let address = "\(Self.screen.path)?account=\(FormFields.encoded(accounts.appID))"
        var data: PageData = [
            "accounts": accounts.data(words), "account": accounts.appID, "hasAccount": accounts.chosen != nil,
            "total": tags.filter { !$0.id.isReserved }.count, "closeHref": address,
            "tags": tags.prefix(Self.most).map { tag -> PageData in
                [
                    "id": tag.id.rawValue, "name": tag.name, "count": NumberText.grouped(tag.count),
                    "width": tag.count * 100 / most, "here": tag.id.rawValue == chosen,
                    "href": tag.id.isReserved ? Self.followers(of: tag, accounts.appID) : "\(address)&tag=\(tag.id)",
                ]
            },
        ]
        if let openTag { data["open"] = self.data(of: openTag, words) }
        return data
    }

    private func data(of tag: Tag, _ words: Words) -> PageData {
        var data: PageData = [
            "id": tag.id.rawValue, "name": tag.name, "count": NumberText.grouped(tag.count),
            "carried": tag.count > 0, "href": Self.followers(of: tag, accounts.appID),
        ]
        if let drain {
            data["drain"] = drain.data(words)
        } else if let drainSize, tag.count > 0 {
            let calls = (tag.count + drainSize - 1) / drainSize
            data["drainWhat"] = words.text(
                "drain_what", ["n": NumberText.grouped(tag.count), "calls": NumberText.grouped(calls)])
        }
        return data
    }

    private static func followers(of tag: Tag, _ account: String) -> String {
        ConsoleScreen.followers.path + "?" + FormFields.query([("account", account), ("tag", "\(tag.id)")])
    }

    static let markup = """
        <form class="filter" method="get" action="/console/tags"><select name="account" aria-label="{{t.account}}" data-search>{{#accounts}}<option value="{{value}}"{{#chosen}} selected{{/chosen}}>{{text}}</option>{{/accounts}}</select><button class="main">{{t.show}}</button></form>
        {{^hasAccount}}<div class="card empty"><p>{{t.no_accounts}}</p></div>{{/hasAccount}}
        {{#hasAccount}}<div class="panes{{#open}} open{{/open}}"><section class="card" aria-label="{{t.nav_tags}}"><table><thead><tr><th scope="col" class="num">{{t.tag_id}}</th><th scope="col">{{t.name}}</th><th scope="col" class="num">{{t.nav_followers}}</th><th scope="col" class="why"><span class="soft">{{t.share}}</span></th></tr></thead>
        <tbody>{{#tags}}<tr{{#here}} aria-selected="true"{{/here}}><td class="num mono">{{id}}</td><td class="wrap"><a data-row href="{{href}}"><bdi>{{name}}</bdi></a></td><td class="num">{{count}}</td><td class="why"><svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width="{{width}}" height="6"></rect></svg></td></tr>{{/tags}}</tbody></table></section>
        <div class="stack">{{#open}}<aside class="card" aria-label="{{t.one_tag}}"><h2><bdi>{{name}}</bdi> <span class="soft">{{id}}</span></h2><p>{{count}} {{t.carry_it}}{{#carried}} · <a href="{{href}}">{{t.show_them}}</a>{{/carried}}</p>
        {{#drain}}{{>tag-drain}}{{/drain}}
        <form method="post" action="/console/tags/rename">{{>form}}<input type="hidden" name="account" value="{{account}}"><input type="hidden" name="tag" value="{{id}}"><div class="fields"><label>{{t.new_name}} <input name="name" required value="{{name}}"></label></div><div class="do"><button class="main">{{t.rename}}</button><a class="button" href="{{closeHref}}">{{t.close}}</a></div></form>
        {{#drainWhat}}<details><summary>{{t.drain_tag}}</summary><form method="post" action="/console/tags/drain">{{>form}}<input type="hidden" name="account" value="{{account}}"><input type="hidden" name="tag" value="{{id}}"><div class="fields"><p>{{drainWhat}}</p><label class="line"><input type="checkbox" name="sure" value="1" required> {{t.sure}}</label></div><button class="bad">{{t.drain_tag}}</button></form></details>{{/drainWhat}}
        <details><summary>{{t.delete_tag}}</summary><form method="post" action="/console/tags/delete">{{>form}}<input type="hidden" name="account" value="{{account}}"><input type="hidden" name="tag" value="{{id}}"><p>{{t.delete_tag_what}}</p><button class="bad">{{t.delete}}</button></form></details></aside>{{/open}}
        <form class="card fields" method="post" action="/console/tags/create">{{>form}}<input type="hidden" name="account" value="{{account}}"><h2>{{t.new_tag}}</h2><label>{{t.name}} <input name="name" required></label><p><button>{{t.create}}</button></p></form></div></div>{{/hasAccount}}
        """
}
