import HTTPTypes
import OfficialAccount
import TagStore

/// The screen of followers: a page of the list, one follower that a person searched for, and forms that tag followers.
struct FollowersPage: PageContent {
    static let screen = ConsoleScreen.followers
    static let template = "followers"
    /// The number of rows on a page.
    static let rows = 50

    var accounts: AccountChoice
    var tags: [Tag] = []
    /// The tag that the listed followers must carry; nil if the page does not filter by tag.
    var tag: Int?
    /// The expression over tags that the listed followers must meet; nil if the page does not filter by an expression.
    var condition: String?
    /// The number of followers who meet ``condition``; nil if the page has no condition, or if the condition has a
    /// mistake.
    var count: FollowerCount?
    var profiles: [FollowerProfile] = []
    var next: OpenID?
    /// The openid after which the page begins; nil for the first page.
    var after: OpenID?
    var detail: FollowerDetail?
    /// Whether the console can tag followers.
    var mayTag = true
    var importForm = FollowerImportForm()

    var calls: [AdminCall] {
        let account = accounts.appID
        guard !account.isEmpty else { return [AdminCall(.get, ["accounts"])] }
        let query: [(String, String?)] = [
            ("tag", tag.map(String.init)), ("where", condition), ("after", after.map { "\($0)" }),
            ("limit", "\(Self.rows)"),
        ]
        return [AdminCall(.get, ["accounts", account, "followers", "page"], query: query)] + formCalls
            + [importing] + FollowerExport.allCases.map { FollowerExportLinks.call(account, as: $0) }
    }

    /// The calls of the forms that change followers, each with one follower of the page as an example.
    private var formCalls: [AdminCall] {
        guard mayTag, let openID = (detail?.profile.openID ?? profiles.first?.openID)?.description,
            let tag = tags.last?.id.rawValue
        else { return [] }
        return [
            FollowerFormCalls.tag([openID], tag, of: accounts.appID),
            FollowerFormCalls.untag([openID], tag, of: accounts.appID),
            FollowerFormCalls.remark("VIP", on: openID, of: accounts.appID),
        ]
    }

    private var importing: AdminCall {
        var call = FollowerImportForm.call(accounts.appID)
        call.file = "followers.csv"
        return call
    }

    var example: AdminCall? { importing }

    func data(_ words: Words) -> PageData {
        let total = tag.flatMap { id in tags.first { $0.id.rawValue == id }?.count } ?? accounts.chosen?.followers ?? 0
        var data: PageData = [
            "accounts": accounts.data(words), "account": accounts.appID, "hasAccount": accounts.chosen != nil,
            "tags": ListOption.data(of: tags, chosen: tag, showsCount: true),
            "plainTags": ListOption.data(of: tags, chosen: tag), "none": profiles.isEmpty, "mayTag": mayTag,
            "filtered": tag != nil || condition != nil || after != nil, "closeHref": address(openID: nil),
            "total": total.grouped, "exports": FollowerExportLinks(account: accounts.appID).data(words),
        ]
        data.merge(importForm.data(words, account: accounts.appID)) { own, _ in own }
        data["where"] = condition
        data["counted"] = count?.data(words)
        if let detail { data["follower"] = detail.data(words, tags, mayTag: mayTag) }
        return data
    }

    func list(_ words: Words, room: Int) -> String {
        let names = Dictionary(tags.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let end = end(after: next ?? profiles.last?.openID, words)
        let rows = FittingRows(profiles, in: room - end.utf8.count) { profile in
            ListedFollower(
                profile: profile, names: names, isOpen: profile.openID == detail?.profile.openID,
                address: address(openID: profile.openID)
            ).html(words)
        }
        // If not all followers fit on this page, the next page begins with the first follower that does not fit.
        let isCut = rows.count < profiles.count
        return rows.html + self.end(after: isCut ? profiles[rows.count - 1].openID : next, words)
    }

    /// Returns the end of a list with a link to the followers after `cursor`; without a link if `cursor` is nil.
    private func end(after cursor: OpenID?, _ words: Words) -> String {
        guard let cursor else { return ListEnd().html }
        let fields: [(String, String?)] = filter + [("after", cursor.description)]
        return ListEnd(next: FormFields.address(Self.screen.path, fields), label: words["next_page"]).html
    }

    private var filter: [(String, String?)] {
        [("account", accounts.appID), ("tag", tag.map(String.init)), ("where", condition)]
    }

    private func address(openID: OpenID?) -> String {
        let fields: [(String, String?)] = filter + [("after", after?.description), ("openid", openID?.description)]
        return FormFields.address(Self.screen.path, fields)
    }

    static let markup = """
        <form class="filter" method="get" action="\(screen.path)"><select name="account" aria-label="{{t.account}}">{{#accounts}}{{>option}}{{/accounts}}</select>
        <select name="tag" aria-label="{{t.tag}}"><option value="">{{t.any_tag}}</option>{{#tags}}{{>option}}{{/tags}}</select>
        <input name="where" value="{{where}}" aria-label="{{t.where}}" placeholder="{{t.where_hint}}">
        <input name="openid" data-search aria-label="openid" placeholder="openid   ( / )"><button class="main">{{t.show}}</button></form>
        {{^hasAccount}}<div class="card empty"><p>{{t.no_accounts}}</p></div>{{/hasAccount}}
        {{#hasAccount}}<p class="soft">{{#counted}}{{>follower-count}}{{/counted}}{{^counted}}{{total}} {{t.followers}}{{/counted}} · {{t.export_all}}{{#exports}} <a href="{{href}}">{{text}}</a>{{/exports}}</p>
        <div class="panes{{#follower}} open{{/follower}}"><section class="card wide" aria-label="{{t.nav_followers}}"><table><thead><tr><th scope="col">openid</th><th scope="col" class="desk">{{t.since}}</th><th scope="col">{{t.nav_tags}}</th><th scope="col" class="desk">{{t.remark}}</th></tr></thead>
        <tbody>{{{list}}}
        {{#none}}<div class="empty">{{#filtered}}<p>{{t.no_follower_matches}}</p>{{/filtered}}{{^filtered}}<p>{{t.no_followers}}</p><pre tabindex="0">{{example}}</pre>{{/filtered}}</div>{{/none}}</section>
        <div class="stack">{{>follower}}
        {{#mayTag}}<form class="card fields" method="post" action="\(ConsoleForm.tagFollowers.path)">{{>form}}<input type="hidden" name="account" value="{{account}}"><h2>{{t.tag_several}}</h2>
        <label>{{t.openids_lines}} <textarea name="openids" required></textarea></label>
        <label>{{t.tag}} <select name="tag">{{#plainTags}}{{>option}}{{/plainTags}}</select></label>
        <div class="do"><button class="main">{{t.put_on}}</button><button formaction="\(ConsoleForm.untagFollowers.path)">{{t.take_off}}</button></div></form>{{/mayTag}}
        {{>follower-import}}</div></div>{{/hasAccount}}
        """
}
