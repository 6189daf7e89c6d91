import AdminAPI
import HTTPTypes
import OfficialAccount
import TagStore

/// The screen of refusals: how often each kind of call was refused, and what to do about it.
struct ErrorsPage: PageContent {
    static let screen = ConsoleScreen.errors
    static let template = "errors"
    /// The most groups, and the most hints, on the page.
    static let most = 50

    var refusals: [CallRefusals] = []
    var hints: [CallHint] = []

    var calls: [AdminCall] {
        [AdminCall(.get, ["calls", "refusals"]), AdminCall(.get, ["calls", "hints"])]
    }

    func data(_ words: Words) -> PageData {
        [
            "refusals": refusals.prefix(Self.most).map { Self.row($0, words) }, "none": refusals.isEmpty,
            "cut": refusals.count > Self.most,
            "hints": hints.prefix(Self.most).map { hint -> PageData in
                [
                    "sentence": hint.sentence, "count": NumberText.grouped(hint.count),
                    "name": hint.path.map(CallRow.name) ?? "", "account": hint.account ?? "",
                    "href": "\(ConsoleScreen.calls.path)?call=\(hint.last)",
                ]
            },
            "hasHints": !hints.isEmpty,
        ]
    }

    private static func row(_ group: CallRefusals, _ words: Words) -> PageData {
        let explanation = ErrorCode(group.errcode).explanation
        let advice = words.language == .chinese ? explanation?.chinese : explanation?.english
        return [
            "code": group.errcode, "name": CallRow.name(group.path), "account": group.account ?? words["nobody"],
            "via": words["via_\(group.via.rawValue)"], "count": NumberText.grouped(group.count),
            "first": BeijingTimeText.clock(UnixTime(seconds: group.first)),
            "latest": BeijingTimeText.clock(UnixTime(seconds: group.latest)),
            "meaning": advice?.meaning ?? "", "remedy": advice?.remedy ?? "",
            "href": "\(ConsoleScreen.calls.path)?"
                + FormFields.query([
                    ("account", group.account), ("path", group.path), ("find", "\(group.errcode)"),
                    ("call", "\(group.last)"),
                ]),
        ]
    }

    static let markup = """
        {{#hasHints}}<section class="card fields" aria-label="{{t.hints}}"><h2>{{t.hints}}</h2>
        {{#hints}}<p><b><bdi>{{name}}</bdi></b> <span class="soft"><bdi>{{account}}</bdi></span> <span lang="en">{{sentence}}</span> <a href="{{href}}">{{count}} ×</a></p>{{/hints}}</section>{{/hasHints}}
        <section class="card wide" aria-label="{{t.nav_errors}}"><table><thead><tr><th scope="col">errcode</th><th scope="col">{{t.call}}</th><th scope="col" class="num">{{t.times}}</th><th scope="col" class="desk">{{t.first}}</th><th scope="col">{{t.latest}}</th><th scope="col" class="why">{{t.what_to_do}}</th></tr></thead>
        <tbody>{{#refusals}}<tr><td><span class="pill bad">{{code}}</span></td><td class="wrap"><a data-row href="{{href}}"><bdi>{{name}}</bdi></a><br><span class="soft"><bdi class="mono">{{account}}</bdi> · {{via}}</span></td><td class="num">{{count}}</td><td class="mono desk">{{first}}</td><td class="mono">{{latest}}</td><td class="why">{{meaning}} {{remedy}}</td></tr>{{/refusals}}</tbody></table>
        {{#none}}<div class="empty"><p>{{t.no_errors}}</p></div>{{/none}}{{#cut}}<p class="more">{{t.more_groups}}</p>{{/cut}}</section>
        """
}
