import AdminAPI
import HTTPTypes
import OfficialAccount

/// The screen of tags: the name and the number of followers of each tag, and forms that create, rename, drain and
/// delete tags.
struct TagsPage: PageContent {
    static let screen = ConsoleScreen.tags
    static let template = "tags"

    var accounts: AccountChoice
    var tags: [Tag] = []
    /// The id of the tag with which the list begins; nil if the list begins with the first tag of the account.
    var first: Int?
    /// The id of the tag whose form is open.
    var chosen: Int?
    /// A follower who carries the chosen tag.
    var carrier: OpenID?
    /// The number of openids in one call of a drain; nil if the console cannot make calls of the API.
    var drainSize: Int?
    /// The progress of the drain of the chosen tag; nil if no drain runs.
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
            AdminCall(.post, ["accounts", account, "tags"], sending: TagWish(name: "广东")),
            AdminCall(.patch, ["accounts", account, "tags", "\(id)"], sending: TagWish(name: "广东")),
            AdminCall(.delete, ["accounts", account, "tags", "\(id)"]),
        ]
        if let drainSize, let carrier {
            let carriers: [(String, String?)] = [("tag", "\(id)"), ("limit", "\(drainSize)")]
            calls.append(AdminCall(.get, ["accounts", account, "followers", "page"], query: carriers))
            calls.append(FollowerFormCalls.untag(["\(carrier)"], id, of: account))
        }
        return calls
    }

    var example: AdminCall? {
        AdminCall(.post, ["accounts", accounts.appID, "tags"], sending: TagWish(name: "广东"))
    }

    func data(_ words: Words) -> PageData {
        var data: PageData = [
            "accounts": accounts.data(words), "account": accounts.appID, "hasAccount": accounts.chosen != nil,
            "none": tags.allSatisfy(\.id.isReserved), "closeHref": address(first: first),
        ]
        if let openTag { data["open"] = self.data(of: openTag, words) }
        return data
    }

    func list(_ words: Words, room: Int) -> String {
        let most = tags.map(\.count).max() ?? 0
        let listed = tags.drop { $0.id.rawValue < first ?? 0 }
        func end(_ next: Tag?) -> String {
            ListEnd(next: next.map { address(first: $0.id.rawValue) }, label: words["next_page"]).html
        }
        let rows = FittingRows(listed, in: room - end(tags.last).utf8.count) { tag in
            let id = tag.id.rawValue
            return ListedTag(
                tag: tag, most: most, isOpen: id == chosen,
                address: tag.id.isReserved ? followers(of: tag) : address(first: first, tag: id)
            ).html(words)
        }
        return rows.html + end(listed.dropFirst(rows.count).first)
    }

    private func address(first: Int?, tag: Int? = nil) -> String {
        FormFields.address(
            Self.screen.path,
            [("account", accounts.appID), ("first", first.map(String.init)), ("tag", tag.map(String.init))])
    }

    private func followers(of tag: Tag) -> String {
        FormFields.address(ConsoleScreen.followers.path, [("account", accounts.appID), ("tag", "\(tag.id)")])
    }

    private func data(of tag: Tag, _ words: Words) -> PageData {
        var data: PageData = [
            "id": tag.id.rawValue, "name": tag.name, "count": tag.count.grouped,
            "carried": tag.count > 0, "href": followers(of: tag), "seen": SeenValue.mark(tag.name),
        ]
        if let drain {
            data["drain"] = drain.data(words)
        } else if let drainSize, tag.count > 0 {
            let calls = (tag.count + drainSize - 1) / drainSize
            data["drainWhat"] = words.text(
                "drain_what", ["n": tag.count.grouped, "calls": calls.grouped])
        }
        return data
    }

    static let markup = """
        <form class="filter" method="get" action="\(screen.path)"><select name="account" aria-label="{{t.account}}" data-search>{{#accounts}}{{>option}}{{/accounts}}</select><button class="main">{{t.show}}</button></form>
        {{^hasAccount}}<div class="card empty"><p>{{t.no_accounts}}</p></div>{{/hasAccount}}
        {{#hasAccount}}<div class="panes{{#open}} open{{/open}}"><section class="card" aria-label="{{t.nav_tags}}"><table><thead><tr><th scope="col" class="num">{{t.tag_id}}</th><th scope="col">{{t.name}}</th><th scope="col" class="num">{{t.nav_followers}}</th><th scope="col" class="why"><span class="soft">{{t.share}}</span></th></tr></thead>
        <tbody>{{{list}}}
        {{#none}}<div class="empty"><p>{{t.no_tags}}</p><pre tabindex="0">{{example}}</pre></div>{{/none}}</section>
        <div class="stack">{{#open}}<aside class="card" aria-label="{{t.one_tag}}"><h2><bdi>{{name}}</bdi> <span class="soft">{{id}}</span></h2><p>{{count}} {{t.carry_it}}{{#carried}} · <a href="{{href}}">{{t.show_them}}</a>{{/carried}}</p>
        {{#drain}}{{>tag-drain}}{{/drain}}
        <form method="post" action="\(ConsoleForm.renameTag.path)">{{>form}}<input type="hidden" name="account" value="{{account}}"><input type="hidden" name="tag" value="{{id}}"><input type="hidden" name="\(SeenValue.field)" value="{{seen}}"><div class="fields"><label>{{t.new_name}} <input name="name" required value="{{name}}"></label></div><div class="do"><button class="main">{{t.rename}}</button><a class="button" href="{{closeHref}}">{{t.close}}</a></div></form>
        {{#drainWhat}}<details><summary>{{t.drain_tag}}</summary><form method="post" action="\(ConsoleForm.drainTag.path)">{{>form}}<input type="hidden" name="account" value="{{account}}"><input type="hidden" name="tag" value="{{id}}"><div class="fields"><p>{{drainWhat}}</p><label class="line"><input type="checkbox" name="sure" value="1" required> {{t.sure}}</label></div><button class="bad">{{t.drain_tag}}</button></form></details>{{/drainWhat}}
        <details><summary>{{t.delete_tag}}</summary><form method="post" action="\(ConsoleForm.deleteTag.path)">{{>form}}<input type="hidden" name="account" value="{{account}}"><input type="hidden" name="tag" value="{{id}}"><input type="hidden" name="\(SeenValue.field)" value="{{seen}}"><p>{{t.delete_tag_what}}</p><button class="bad">{{t.delete}}</button></form></details></aside>{{/open}}
        <form class="card fields" method="post" action="\(ConsoleForm.createTag.path)">{{>form}}<input type="hidden" name="account" value="{{account}}"><h2>{{t.new_tag}}</h2><label>{{t.name}} <input name="name" required></label><p><button>{{t.create}}</button></p></form></div></div>{{/hasAccount}}
        """
}
