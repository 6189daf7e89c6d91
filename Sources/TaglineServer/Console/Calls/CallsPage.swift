import AdminAPI
import HTTPTypes
import OfficialAccount
import TagStore

/// The first screen: the list of calls, with new calls as they arrive, and the details of one call.
struct CallsPage: PageContent {
    static let screen = ConsoleScreen.calls
    static let template = "calls"
    /// The rows of a page.
    static let rows = 50

    var query: CallsQuery
    /// The calls of the page, newest first.
    var records: [CallRecord] = []
    /// The rendered rows of these calls; nil if they are not rendered yet.
    var drawn: String?
    /// The number of the oldest call of the page.
    var oldest: Int?
    /// Whether there are older calls.
    var hasMore = false
    /// The number of the last call that the page knows.
    var last = 0
    var accounts = AccountChoice(offered: [], chosen: nil, total: 0)
    var detail: CallDetail?
    /// A call to begin with, shown while there are no calls yet.
    var example: String?

    var calls: [AdminCall] {
        var calls = [query.adminCall(limit: Self.rows)]
        if let number = detail?.record.number {
            calls.append(AdminCall(.get, ["calls"], query: [("after", "\(number - 1)"), ("limit", "1")]))
        }
        calls.append(AdminCall(.post, ["calls", "marks"], body: "{}"))
        return calls
    }

    func data(_ words: Words) -> PageData {
        var live = query
        live.call = nil
        var data: PageData = [
            "rows": drawn == nil ? records.map { CallRow(record: $0, query: query).data(words) } : [],
            "live": query.isLive,
            "accounts": accounts.offered.map { summary -> PageData in
                let appID = summary.account.appID.rawValue
                return ["value": appID, "text": appID, "chosen": appID == query.account]
            },
            "paths": Endpoint.all.filter { $0.isOfComponent == false }.map { endpoint -> PageData in
                ["value": endpoint.path, "text": endpoint.name, "chosen": endpoint.path == query.path]
            },
            "refused": query.answer == "refused", "fine": query.answer == "ok", "filtered": query.isFiltered,
            "open": detail != nil, "none": records.isEmpty && (drawn ?? "").isEmpty,
            "stream": LiveCalls.address(after: last, query: query), "closeHref": query.with(call: nil).address,
        ]
        data["drawn"] = drawn
        data["find"] = query.search
        data["mark"] = query.mark
        data["example"] = example
        if let detail { data["call"] = detail.data(words) }
        if hasMore, let oldest { data["older"] = query.with(before: oldest).address }
        if query.before != nil { data["newest"] = query.with(before: nil).address }
        return data
    }

    static let markup = """
        <form class="filter" method="get" action="/console/calls">
        <select name="account" aria-label="{{t.account}}"><option value="">{{t.all_accounts}}</option>{{#accounts}}<option value="{{value}}"{{#chosen}} selected{{/chosen}}>{{text}}</option>{{/accounts}}</select>
        <select name="path" aria-label="{{t.call}}"><option value="">{{t.all_calls}}</option>{{#paths}}<option value="{{value}}"{{#chosen}} selected{{/chosen}}>{{text}}</option>{{/paths}}</select>
        <select name="answer" aria-label="{{t.answer}}"><option value="">{{t.all_answers}}</option><option value="refused"{{#refused}} selected{{/refused}}>{{t.refused_only}}</option><option value="ok"{{#fine}} selected{{/fine}}>{{t.fine_only}}</option></select>
        <input name="find" data-search aria-label="{{t.find}}" placeholder="{{t.find_calls}}" value="{{find}}">{{#mark}}<input type="hidden" name="mark" value="{{mark}}">{{/mark}}
        <button class="main">{{t.filter}}</button>{{#filtered}}<a class="button" href="/console/calls">{{t.show_all}}</a>{{/filtered}}</form>
        <div class="do"><form method="post" action="/console/calls/mark">{{>form}}<button>{{t.set_mark}}</button></form>
        <form method="post" action="/console/calls/forget">{{>form}}<button>{{t.forget_calls}}</button></form>
        {{#live}}<span class="clock live">{{t.live}}</span>{{/live}}{{^live}}<span class="clock">{{t.paused}}</span>{{/live}}{{#mark}}<span class="chip">{{t.since_mark}} <bdi>{{mark}}</bdi></span>{{/mark}}</div>
        <div class="panes{{#open}} open{{/open}}">
        <section id="list" class="card" aria-label="{{t.nav_calls}}" hx-ext="sse" sse-connect="{{stream}}"{{#live}} hx-get="/console/calls" hx-trigger="sse:reload" hx-select="#list" hx-target="#list" hx-swap="outerHTML"{{/live}}>
        <div class="more" aria-live="polite"{{^live}} sse-swap="count"{{/live}}>{{#newest}}<a href="{{newest}}">{{t.newest}}</a>{{/newest}}</div>
        <table><thead><tr><th scope="col">{{t.time}}</th><th scope="col">{{t.call}}</th><th scope="col" class="num desk">{{t.openids}}</th><th scope="col">{{t.answer}}</th><th scope="col" class="num desk">ms</th><th scope="col" class="why">{{t.why}}</th></tr></thead>
        <tbody{{#live}} sse-swap="rows" hx-swap="afterbegin" hx-target="this"{{/live}}>{{{drawn}}}{{#rows}}{{>call-row}}{{/rows}}</tbody></table>
        {{#none}}<div class="empty">{{#filtered}}<p>{{t.no_match}}</p>{{/filtered}}{{^filtered}}<p>{{t.no_calls}}</p>{{#example}}<pre tabindex="0">{{example}}</pre>{{/example}}{{/filtered}}</div>{{/none}}
        {{#older}}<p class="more"><a href="{{older}}">{{t.older}}</a></p>{{/older}}
        </section>
        {{>call}}</div>
        """
}
