import AdminAPI
import HTTPTypes
import OfficialAccount
import TagStore

/// The screen of faults: switches for scenarios, the rules that are on, and a form for a new rule.
struct FaultsPage: PageContent {
    static let screen = ConsoleScreen.faults
    static let template = "faults"
    /// A call that turns a scenario on.
    private static let ghostTag = AdminCall(.post, ["sandbox", "faults"]) { $0.field("scenario", "ghost-tag") }

    var rules: [FaultStatus]
    var accounts = AccountChoice(offered: [], chosen: nil, total: 0)
    /// The initial content of the form for a new rule.
    var wish = FormFields("")

    var calls: [AdminCall] {
        let name = rules.first?.rule.name ?? "ghost-tag"
        return [
            AdminCall(.get, ["sandbox", "faults"]), Self.ghostTag, FaultsScreen.rule(FormFields(decoded: Self.wishes)),
            AdminCall(.delete, ["sandbox", "faults", name]), AdminCall(.delete, ["sandbox", "faults"]),
        ]
    }

    /// The fields of a form for a rule, as an example.
    private static let wishes = [
        (name: "name", value: "no-such-tag"), (name: "path", value: BatchTagging.endpoint.path),
        (name: "errcode", value: "45159"), (name: "times", value: "1"),
    ]

    var example: AdminCall? { Self.ghostTag }

    func data(_ words: Words) -> PageData {
        let names = Set(rules.map(\.rule.name))
        let path = wish["path"]
        let paths = Endpoint.all.map { ListOption($0.path, $0.name, isChosen: $0.path == path) }
        let stages = FaultRule.Stage.allCases.map { stage in
            ListOption(stage.rawValue, words["stage_\(stage.rawValue)"])
        }
        let connections = FaultRule.Connection.allCases.map { connection in
            ListOption(connection.rawValue, words["connection_\(connection.rawValue)"])
        }
        var data: PageData = [
            "scenarios": FaultScenario.all.map { scenario -> PageData in
                [
                    "name": scenario.name, "on": names.contains(scenario.name),
                    "summary": words["fault_\(scenario.name)"],
                ]
            },
            "none": rules.isEmpty, "accounts": accounts.data(filteredBy: wish["appid"]),
            "paths": paths.map(\.data), "stages": stages.map(\.data), "connections": connections.map(\.data),
        ]
        for field in ["name", "errcode", "openid", "tag"] { data["wish_\(field)"] = wish[field] ?? "" }
        return data
    }

    func list(_ words: Words, room: Int) -> String {
        func end(_ left: Int) -> String {
            ListEnd(note: left > 0 ? words.text("more_rules", ["n": left.grouped]) : nil).html
        }
        let rows = FittingRows(rules, in: room - end(rules.count).utf8.count) { FaultRow(status: $0).html(words) }
        return rows.html + end(rules.count - rows.count)
    }

    static let markup = """
        <div class="panes"><div class="stack">
        <section class="card wide" aria-label="{{t.rules}}"><form id="off" method="post" action="\(ConsoleForm.turnFaultOff.path)">{{>form}}</form><table><thead><tr><th scope="col">{{t.rule}}</th><th scope="col" class="desk">{{t.which_calls}}</th><th scope="col">{{t.does}}</th><th scope="col" class="num">{{t.met}}</th><th scope="col" class="num">{{t.fired}}</th><th scope="col"><span class="soft">{{t.change}}</span></th></tr></thead>
        <tbody>{{{list}}}
        {{#none}}<div class="empty"><p>{{t.no_faults}}</p><pre tabindex="0">{{example}}</pre></div>{{/none}}</section>
        {{^none}}<form method="post" action="\(ConsoleForm.clearFaults.path)">{{>form}}<button>{{t.clear_faults}}</button></form>{{/none}}
        <section class="card wide" aria-label="{{t.scenarios}}"><form id="on" method="post" action="\(ConsoleForm.turnFaultOn.path)">{{>form}}</form><table class="loose"><thead><tr><th scope="col">{{t.scenario}}</th><th scope="col">{{t.what_it_is}}</th><th scope="col"><span class="soft">{{t.change}}</span></th></tr></thead>
        <tbody>{{#scenarios}}<tr{{#on}} class="here"{{/on}}><td><b>{{name}}</b>{{#on}} <span class="pill fault">{{t.on}}</span>{{/on}}</td><td class="wrap below">{{summary}}</td><td>{{#on}}<button form="off" name="name" value="{{name}}">{{t.turn_off}}</button>{{/on}}{{^on}}<button form="on" name="scenario" value="{{name}}">{{t.turn_on}}</button>{{/on}}</td></tr>{{/scenarios}}</tbody></table></section></div>
        <aside class="card" id="new" aria-label="{{t.new_rule}}"><h2>{{t.new_rule}}</h2><form class="fields" method="post" action="\(ConsoleForm.addFault.path)">{{>form}}
        <label>{{t.name}} <input name="name" data-search required maxlength="100" value="{{wish_name}}"></label>
        <label>{{t.call}} <select name="path"><option value="">{{t.all_calls}}</option>{{#paths}}{{>option}}{{/paths}}</select></label>
        <label>{{t.account}} <select name="appid"><option value="">{{t.all_accounts}}</option>{{#accounts}}{{>option}}{{/accounts}}</select></label>
        <div class="two"><label>openid <input name="openid" value="{{wish_openid}}"></label><label>{{t.tag_id}} <input name="tag" inputmode="numeric" value="{{wish_tag}}"></label></div>
        <div class="two"><label>{{t.skip_calls}} <input name="skip" inputmode="numeric"></label><label>{{t.fire_times}} <input name="times" inputmode="numeric" placeholder="{{t.always}}"></label></div>
        <div class="two"><label>{{t.chance}} <input name="chance" inputmode="decimal" placeholder="1"></label><label>{{t.holds_for}} <input name="for" placeholder="5m"></label></div>
        <label>{{t.at_stage}} <select name="at"><option value="">{{t.stage_usual}}</option>{{#stages}}{{>option}}{{/stages}}</select></label>
        <div class="two"><label>{{t.answer_code}} <input name="errcode" inputmode="numeric" placeholder="45159" value="{{wish_errcode}}"></label><label>{{t.delay}} <input name="delay" placeholder="300ms"></label></div>
        <label>{{t.connection}} <select name="connection">{{#connections}}{{>option}}{{/connections}}</select></label>
        <p><button class="main">{{t.add_rule}}</button></p></form></aside></div>
        """
}
