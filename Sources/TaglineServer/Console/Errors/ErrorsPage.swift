import AdminAPI
import HTTPTypes
import OfficialAccount
import TagStore

/// The screen of refusals: how often the server refused each kind of call, and what a client can do.
struct ErrorsPage: PageContent {
    static let screen = ConsoleScreen.errors
    static let template = "errors"
    /// The most bytes that the hints take on the page.
    private static let mostHintBytes = 12_000

    /// The filter of the calls. On this screen, a person can choose the account and the errcode.
    var query = CallsQuery(FormFields(""))
    var accounts = AccountChoice(offered: [], chosen: nil, total: 0)
    var refusals: [CallRefusals] = []
    var hints: [CallHint] = []
    let now: UnixTime
    /// An example of a call that the server refuses. The page shows the example if it has no refusals to show.
    var example: AdminCall?

    var calls: [AdminCall] {
        [
            AdminCall(.get, ["calls", "refusals"], query: query.adminFields),
            AdminCall(.get, ["calls", "hints"], query: query.adminFields),
        ]
    }

    func data(_ words: Words) -> PageData {
        let hints = FittingRows(hints, in: Self.mostHintBytes) { HintRow(hint: $0).html(words) }
        var data: PageData = [
            "none": refusals.isEmpty, "filtered": query.isFiltered, "hints": hints.html, "hasHints": hints.count > 0,
            "accounts": accounts.data(filteredBy: query.account), "moreHints": hints.count < self.hints.count,
        ]
        data["find"] = query.search
        return data
    }

    func list(_ words: Words, room: Int) -> String {
        let cut = ListEnd(note: words["more_groups"]).html
        let rows = FittingRows(refusals, in: room - cut.utf8.count) { RefusalRow(group: $0, now: now).html(words) }
        return rows.html + (rows.count < refusals.count ? cut : ListEnd().html)
    }

    static let markup = """
        <form class="filter" method="get" action="\(screen.path)"><select name="account" aria-label="{{t.account}}"><option value="">{{t.all_accounts}}</option>{{#accounts}}{{>option}}{{/accounts}}</select>
        <input name="find" data-search aria-label="{{t.find}}" placeholder="{{t.find_errors}}" value="{{find}}"><button class="main">{{t.filter}}</button>{{#filtered}}<a class="button" href="\(screen.path)">{{t.show_all}}</a>{{/filtered}}</form>
        {{#hasHints}}<section class="card fields" aria-label="{{t.hints}}"><h2>{{t.hints}}</h2>
        {{{hints}}}{{#moreHints}}<p class="soft">{{t.more_hints}}</p>{{/moreHints}}</section>{{/hasHints}}
        <section class="card wide" aria-label="{{t.nav_errors}}"><table class="loose"><thead><tr><th scope="col">errcode</th><th scope="col">{{t.call}}</th><th scope="col" class="num">{{t.times}}</th><th scope="col" class="desk">{{t.first}}</th><th scope="col" class="desk">{{t.latest}}</th><th scope="col" class="why">{{t.what_to_do}}</th></tr></thead>
        <tbody>{{{list}}}
        {{#none}}<div class="empty">{{#filtered}}<p>{{t.no_match}}</p>{{/filtered}}{{^filtered}}<p>{{t.no_errors}}</p>{{#example}}<pre tabindex="0">{{example}}</pre>{{/example}}{{/filtered}}</div>{{/none}}</section>
        """
}
