import HTTPTypes
import OfficialAccount
import TagStore

/// The screen of followers: a page of the list, one follower that a person searched for, and forms that tag followers.
struct FollowersPage: PageContent {
    static let screen = ConsoleScreen.followers
    static let template = "followers"
    /// The rows of a page.
    static let rows = 50

    var accounts: AccountChoice
    var tags: [Tag] = []
    /// The tag that the listed followers must carry; nil for all followers.
    var tag: Int?
    /// The expression over tags that the listed followers must meet; nil for none.
    var condition: String?
    /// The result of the search for ``condition``; nil if there is none or it has a mistake.
    var found: FollowerSearch.Found?
    var profiles: [FollowerProfile] = []
    var next: OpenID?
    /// The openid after which the page begins.
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
        var calls = [AdminCall(.get, ["accounts", account, "followers", "page"], query: query)]
        if mayTag, let openID = detail?.profile.openID ?? profiles.first?.openID, let tag = tags.last?.id {
            calls.append(FollowerFormCalls.tag([openID.description], tag.rawValue, of: account))
        }
        var importing = FollowerImportForm.call(account)
        importing.file = "followers.csv"
        return calls + [importing, AdminCall(.get, ["accounts", account, "followers"])]
    }

    func data(_ words: Words) -> PageData {
        let names = Dictionary(tags.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        var data: PageData = [
            "accounts": accounts.data(words), "account": accounts.appID, "hasAccount": accounts.chosen != nil,
            "tags": tags.map { tag -> PageData in
                [
                    "value": tag.id.rawValue, "text": "\(tag.name) · \(NumberText.grouped(tag.count))",
                    "chosen": tag.id.rawValue == self.tag,
                ]
            },
            "rows": profiles.map { row($0, names) }, "none": profiles.isEmpty, "mayTag": mayTag,
            "closeHref": address(openID: nil),
            "total": NumberText.grouped(
                tag.flatMap { id in tags.first { $0.id.rawValue == id }?.count } ?? accounts.chosen?.followers ?? 0),
            "export": "/console/export?" + FormFields.query([("account", accounts.appID)]),
        ]
        data.merge(importForm.data(words, account: accounts.appID)) { own, _ in own }
        data["where"] = condition
        data["matches"] = found.map { matches($0, words) }
        if let detail { data["follower"] = detail.data(words, tags) }
        if let next {
            data["next"] =
                Self.screen.path + "?"
                + FormFields.query([
                    ("account", accounts.appID), ("tag", tag.map(String.init)), ("where", condition),
                    ("after", "\(next)"),
                ])
        }
        return data
    }

    private func matches(_ found: FollowerSearch.Found, _ words: Words) -> String {
        let key = !found.isComplete ? "matches_so_far" : after == nil ? "matches" : "matches_left"
        return words.text(
            key, ["n": NumberText.grouped(found.count), "seen": NumberText.grouped(found.lookedAt)])
    }

    private func row(_ profile: FollowerProfile, _ names: [TagID: String]) -> PageData {
        [
            "openid": "\(profile.openID)", "href": address(openID: "\(profile.openID)"),
            "since": BeijingTimeText.day(UnixTime(seconds: profile.following?.since ?? 0)),
            "remark": profile.following?.remark ?? "", "here": profile.openID == detail?.profile.openID,
            "carried": (profile.following?.tagIDs ?? []).prefix(20).map { names[$0] ?? "\($0)" },
        ]
    }

    private func address(openID: String?) -> String {
        Self.screen.path + "?"
            + FormFields.query([
                ("account", accounts.appID), ("tag", tag.map(String.init)), ("where", condition),
                ("after", after.map { "\($0)" }), ("openid", openID),
            ])
    }

    static let markup = """
        <form class="filter" method="get" action="/console/followers"><select name="account" aria-label="{{t.account}}">{{#accounts}}<option value="{{value}}"{{#chosen}} selected{{/chosen}}>{{text}}</option>{{/accounts}}</select>
        <select name="tag" aria-label="{{t.tag}}"><option value="">{{t.any_tag}}</option>{{#tags}}<option value="{{value}}"{{#chosen}} selected{{/chosen}}>{{text}}</option>{{/tags}}</select>
        <input name="where" value="{{where}}" aria-label="{{t.where}}" placeholder="{{t.where_hint}}">
        <input name="openid" data-search aria-label="openid" placeholder="openid   ( / )"><button class="main">{{t.show}}</button></form>
        {{^hasAccount}}<div class="card empty"><p>{{t.no_accounts}}</p></div>{{/hasAccount}}
        {{#hasAccount}}<p class="soft">{{#matches}}{{.}}{{/matches}}{{^matches}}{{total}} {{t.followers}}{{/matches}} · <a href="{{export}}">{{t.export}}</a></p>
        <div class="panes{{#follower}} open{{/follower}}"><section class="card wide" aria-label="{{t.nav_followers}}"><table><thead><tr><th scope="col">openid</th><th scope="col" class="desk">{{t.since}}</th><th scope="col" class="why">{{t.nav_tags}}</th><th scope="col" class="desk">{{t.remark}}</th></tr></thead>
        <tbody>{{#rows}}<tr{{#here}} aria-selected="true"{{/here}}><td class="mono"><a data-row href="{{href}}">{{openid}}</a></td><td class="mono desk">{{since}}</td><td class="why">{{#carried}}<span class="chip"><bdi>{{.}}</bdi></span>{{/carried}}</td><td class="wrap desk"><bdi>{{remark}}</bdi></td></tr>{{/rows}}</tbody></table>
        {{#none}}<div class="empty"><p>{{t.no_followers}}</p></div>{{/none}}{{#next}}<p class="more"><a href="{{next}}">{{t.next_page}}</a></p>{{/next}}</section>
        <div class="stack">{{>follower}}
        {{#mayTag}}<form class="card fields" method="post" action="/console/followers/tag">{{>form}}<input type="hidden" name="account" value="{{account}}"><h2>{{t.tag_several}}</h2>
        <label>{{t.openids_lines}} <textarea name="openids" required></textarea></label>
        <label>{{t.tag}} <select name="tag">{{#tags}}<option value="{{value}}"{{#chosen}} selected{{/chosen}}>{{text}}</option>{{/tags}}</select></label>
        <div class="do"><button class="main">{{t.put_on}}</button><button formaction="/console/followers/untag">{{t.take_off}}</button></div></form>{{/mayTag}}
        {{>follower-import}}</div></div>{{/hasAccount}}
        """
}
