import AdminAPI
import HTTPTypes
import OfficialAccount
import TagStore

/// The first screen of the console: the list of calls, and the details of one call. New calls appear when they arrive.
struct CallsPage: PageContent {
    static let screen = ConsoleScreen.calls
    static let template = "calls"
    /// The number of rows on a page.
    static let rows = 50

    /// A row of the list as HTML.
    struct Row: Sendable {
        let number: Int
        let html: String
    }

    var query: CallsQuery
    /// The calls of the page, newest first.
    var records: [CallRecord] = []
    /// The rows of the page in HTML; nil if the page must render `records` itself.
    var drawn: [Row]?
    /// Whether the journal has older calls that fit the filter.
    var hasMore = false
    /// The number of the latest call in the journal when the page was made.
    var last = 0
    var accounts = AccountChoice(offered: [], chosen: nil, total: 0)
    var detail: CallDetail?
    /// An example of an admin call. A page without calls shows it.
    var example: AdminCall?

    private var isEmpty: Bool { drawn?.isEmpty ?? records.isEmpty }

    var calls: [AdminCall] {
        var calls = [query.adminCall(limit: Self.rows)]
        if let number = detail?.record.number {
            calls.append(AdminCall(.get, ["calls"], query: [("after", "\(number - 1)"), ("limit", "1")]))
        }
        return calls + [AdminCall(.post, ["calls", "marks"], body: "{}"), AdminCall(.delete, ["calls"])]
    }

    func data(_ words: Words) -> PageData {
        let paths = Endpoint.all.filter { !$0.isOfComponent }.map { endpoint in
            ListOption(endpoint.path, endpoint.name, isChosen: endpoint.path == query.path)
        }
        var data: PageData = [
            "live": query.isLive, "accounts": accounts.data(filteredBy: query.account), "paths": paths.map(\.data),
            "refused": query.answer == "refused", "fine": query.answer == "ok", "filtered": query.isFiltered,
            "open": detail != nil, "none": isEmpty, "stream": LiveCalls.address(after: last, query: query),
            "again": query.address, "closeHref": query.with(call: nil).address,
        ]
        data["find"] = query.search
        data["mark"] = query.mark
        data["rule"] = query.fault
        if let detail { data["call"] = detail.data(words) }
        if query.before != nil { data["newest"] = query.with(before: nil).address }
        return data
    }

    func list(_ words: Words, room: Int) -> String {
        let rows = drawn ?? records.map { Row(number: $0.number, html: CallRow(record: $0, query: query).html(words)) }
        let end = end(before: rows.last?.number, words)
        let fitting = FittingRows(rows, in: room - end.utf8.count, \.html)
        if fitting.count == rows.count, !hasMore { return fitting.html + ListEnd().html }
        return fitting.html + self.end(before: rows.prefix(fitting.count).last?.number, words)
    }

    /// Returns the end of a list with a link to the calls before the call `number`.
    private func end(before number: Int?, _ words: Words) -> String {
        ListEnd(next: number.map { query.with(before: $0).address }, label: words["older"]).html
    }

    static let markup = """
        <form class="filter" method="get" action="\(screen.path)">
        <select name="account" aria-label="{{t.account}}"><option value="">{{t.all_accounts}}</option>{{#accounts}}{{>option}}{{/accounts}}</select>
        <select name="path" aria-label="{{t.call}}"><option value="">{{t.all_calls}}</option>{{#paths}}{{>option}}{{/paths}}</select>
        <select name="answer" aria-label="{{t.answer}}"><option value="">{{t.all_answers}}</option><option value="refused"{{#refused}} selected{{/refused}}>{{t.refused_only}}</option><option value="ok"{{#fine}} selected{{/fine}}>{{t.fine_only}}</option></select>
        <input name="find" data-search aria-label="{{t.find}}" placeholder="{{t.find_calls}}" value="{{find}}">{{#mark}}<input type="hidden" name="mark" value="{{mark}}">{{/mark}}{{#rule}}<input type="hidden" name="fault" value="{{rule}}">{{/rule}}
        <button class="main">{{t.filter}}</button>{{#filtered}}<a class="button" href="\(screen.path)">{{t.show_all}}</a>{{/filtered}}</form>
        <div class="do"><form method="post" action="\(ConsoleForm.setMark.path)">{{>form}}<button>{{t.set_mark}}</button></form>
        <form method="post" action="\(ConsoleForm.forgetCalls.path)">{{>form}}<button>{{t.forget_calls}}</button></form>
        {{#live}}<span class="clock live">{{t.live}}</span>{{/live}}{{^live}}<span class="clock">{{t.paused}}</span>{{/live}} <a href="{{again}}">{{t.load_again}}</a>
        {{#mark}}<span class="chip">{{t.since_mark}} <bdi>{{mark}}</bdi></span>{{/mark}}{{#rule}}<span class="chip">{{t.fault}} <bdi>{{rule}}</bdi></span>{{/rule}}</div>
        <div class="panes{{#open}} open{{/open}}">
        <section id="list" class="card" aria-label="{{t.nav_calls}}" hx-ext="sse" sse-connect="{{stream}}"{{#live}} hx-get="\(screen.path)" hx-trigger="sse:reload" hx-select="#list" hx-target="#list" hx-swap="outerHTML"{{/live}}>
        <div class="more" aria-live="polite"{{^live}} sse-swap="count"{{/live}}>{{#newest}}<a href="{{newest}}">{{t.newest}}</a>{{/newest}}</div>
        <table><thead><tr><th scope="col">{{t.time}}</th><th scope="col">{{t.call}}</th><th scope="col" class="num desk">{{t.openids}}</th><th scope="col">{{t.answer}}</th><th scope="col" class="num desk">ms</th><th scope="col" class="why">{{t.why}}</th></tr></thead>
        <tbody{{#live}} sse-swap="rows" hx-swap="afterbegin" hx-target="this"{{/live}}>{{{list}}}
        {{#none}}<div class="empty">{{#filtered}}<p>{{t.no_match}}</p>{{/filtered}}{{^filtered}}<p>{{t.no_calls}}</p>{{#example}}<pre tabindex="0">{{example}}</pre>{{/example}}{{/filtered}}</div>{{/none}}
        </section>
        {{>call}}</div>
        """
}
