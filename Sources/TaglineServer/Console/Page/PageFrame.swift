import TagStore

/// The content of a page of the console: a value that becomes HTML without further look-ups.
protocol PageContent: Sendable {
    static var screen: ConsoleScreen { get }
    /// The name of the page's template.
    static var template: String { get }
    /// The admin calls that return what the page shows, and the admin calls that its forms make.
    var calls: [AdminCall] { get }
    /// An example of a call, which the page shows if it has nothing else to show; nil if the page has no example.
    var example: AdminCall? { get }

    func data(_ words: Words) -> PageData

    /// Returns the long list of the page as HTML, with the end of its table. In the template, `{{{list}}}` marks the
    /// place of the list.
    ///
    /// - Parameter room: the most bytes that the list may have.
    func list(_ words: Words, room: Int) -> String
}

extension PageContent {
    var example: AdminCall? { nil }

    func list(_ words: Words, room: Int) -> String { "" }
}

/// The frame of every page: head, links to the screens, clock, notices, and the page's admin calls as `curl` commands.
struct PageFrame: Sendable {
    let visit: ConsoleVisit
    var screen: ConsoleScreen?
    /// The title of a page that does not belong to a screen.
    var title: String?

    /// Returns a page as HTML. Cost: proportional to its rows.
    static func html<Content: PageContent>(of content: Content, in visit: ConsoleVisit) -> String {
        var data = content.data(visit.words)
        data["list"] = PageRoom.listMark
        data["example"] = content.example?.curl(visit.base, needsToken: visit.needsToken)
        let page = PageFrame(visit: visit, screen: Content.screen).html(Content.template, data, calls: content.calls)
        return PageRoom.filled(page) { room in content.list(visit.words, room: room) }
    }

    func html(_ template: String, _ own: PageData, calls: [AdminCall] = []) -> String {
        var frame = common
        frame["body"] = PageLibrary.render(template, frame.merging(own) { _, own in own })
        let lines = calls.map { $0.curl(visit.base, needsToken: visit.needsToken) }
        if !lines.isEmpty { frame["curl"] = lines.joined(separator: "\n") }
        return PageLibrary.render("frame", frame)
    }

    /// The data that every template can use.
    var common: PageData {
        let words = visit.words
        var data: PageData = [
            "t": words.texts, "lang": visit.language.tag, "form": visit.formToken, "back": visit.address,
            "title": title ?? screen.map { words["nav_\($0.rawValue)"] } ?? "", "sandbox": visit.isSandbox,
            "product": words[visit.isSandbox ? "product_sandbox" : "product_serve"],
            "other": visit.language.other.rawValue, "session": visit.hasSession, "zone": BeijingTimeText.zone,
            "moment": BeijingTimeText.moment(visit.clock.now), "version": ConsoleAssets.version,
            "links": screen == nil ? [] : visit.screens.map(link),
        ]
        if let problem = visit.problem {
            data["problem"] = Excerpt.paragraph(problem)
        } else if let done = visit.query["done"] {
            data["done"] = words.texts["done_\(done)"]
        }
        if let clock = Self.clock(visit.clock, words) { data["moved"] = clock }
        return data
    }

    private func link(_ screen: ConsoleScreen) -> PageData {
        var link: PageData = [
            "path": screen.path, "name": visit.words["nav_\(screen.rawValue)"], "here": screen == self.screen,
        ]
        if let count = visit.counts[screen] { link["count"] = count }
        return link
    }

    /// Returns a text that says that the clock is frozen, or how far it is from the system's clock. Returns nil if the
    /// clock runs and shows the system's time.
    static func clock(_ clock: ConsoleVisit.Clock, _ words: Words) -> String? {
        if clock.isFrozen { return words["clock_frozen"] }
        guard clock.lead != 0 else { return nil }
        return words.text(
            clock.lead > 0 ? "clock_ahead" : "clock_behind", ["span": span(abs(clock.lead))])
    }

    /// Returns a duration in its two largest units, such as `2 h 5 min`.
    static func span(_ seconds: Int64) -> String {
        let parts = [
            ("d", seconds / 86_400), ("h", seconds / 3600 % 24), ("min", seconds / 60 % 60), ("s", seconds % 60),
        ]
        let shown = parts.drop { $0.1 == 0 }.prefix(2).filter { $0.1 != 0 }
        return shown.isEmpty ? "0 s" : shown.map { "\($0.1) \($0.0)" }.joined(separator: " ")
    }

    static let markup = """
        <!doctype html>
        <html lang="{{lang}}"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false,"historyEnabled":false}'>
        <title>{{title}} · {{product}}</title>
        <link rel="icon" href="/console/assets/icon.svg?{{version}}" type="image/svg+xml">
        <link rel="stylesheet" href="/console/assets/style.css?{{version}}">
        <script src="/console/assets/htmx.js?{{version}}" defer></script>
        <script src="/console/assets/sse.js?{{version}}" defer></script>
        <script src="/console/assets/keys.js?{{version}}" defer></script>
        </head><body>
        <a class="skip" href="#main">{{t.skip}}</a>
        <nav aria-label="{{t.pages}}"><b>{{product}}</b>
        {{#links}}<a href="{{path}}"{{#here}} aria-current="page"{{/here}}>{{name}}{{#count}} <span>{{count}}</span>{{/count}}</a>
        {{/links}}<footer>
        <form method="post" action="\(ConsoleForm.language.path)">{{>form}}<button class="plain" name="language" value="{{other}}">{{t.other_language}}</button></form>
        {{#session}}<form method="post" action="\(ConsoleForm.signOut.path)">{{>form}}<button class="plain">{{t.sign_out}}</button></form>{{/session}}
        <span class="wide">{{t.press_keys}}</span></footer></nav>
        <main id="main" tabindex="-1"><header><h1>{{title}}</h1>
        {{#moment}}<span class="clock">{{moment}} {{zone}}{{#moved}} ({{moved}}){{/moved}}</span>{{/moment}}</header>
        {{#problem}}<p class="notice bad" role="alert"><span>{{problem}}</span></p>{{/problem}}
        {{#done}}<p class="notice ok" role="status">{{done}}</p>{{/done}}
        {{{body}}}
        {{#curl}}<details class="curl"><summary>{{t.by_curl}}</summary>{{>curl}}</details>{{/curl}}
        </main>
        <dialog id="keys"><h2>{{t.keys}}</h2><dl><dt><kbd>/</kbd></dt><dd>{{t.key_search}}</dd><dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>{{t.key_rows}}</dd><dt><kbd>?</kbd></dt><dd>{{t.key_help}}</dd></dl><form method="dialog"><button>{{t.close}}</button></form></dialog>
        </body></html>
        """

    /// The name of the field with the form token. The name must not be `form`. A field with the name `form` hides the
    /// property `form` of the HTML form from htmx. htmx then sends the field last, after the file.
    static let tokenField = "form-token"

    static let formFields = """
        <input type="hidden" name="\(tokenField)" value="{{form}}"><input type="hidden" name="back" value="{{back}}">
        """

    static let curl = """
        <div class="copy"><pre tabindex="0">{{curl}}</pre><button type="button" data-copy hidden>{{t.copy}}</button></div>
        """
}

/// A page that only explains why the console shows nothing else.
enum ProblemPage {
    static let template = "problem"

    static let markup = """
        <div class="card empty"><p>{{t.nothing_here}}</p><p><a href="\(ConsoleScreen.home)">{{t.back_home}}</a></p></div>
        """
}
