import AdminAPI
import HTTPTypes
import OfficialAccount
import TagStore

/// The screen of faults: switches for scenarios, the rules with their effects so far, and a form for a new rule.
struct FaultsPage: PageContent {
    static let screen = ConsoleScreen.faults
    static let template = "faults"
    /// The most rules on the page.
    static let most = 50

    var list: FaultList
    var accounts = AccountChoice(offered: [], chosen: nil, total: 0)
    /// The initial content of the form.
    var wish = FormFields("")

    var calls: [AdminCall] {
        let scenario = list.faults.isEmpty ? "ghost-tag" : list.faults[0].rule.name
        return [
            AdminCall(.get, ["sandbox", "faults"]),
            AdminCall(.post, ["sandbox", "faults"]) { $0.field("scenario", "ghost-tag") },
            AdminCall(.delete, ["sandbox", "faults", scenario]), AdminCall(.delete, ["sandbox", "faults"]),
        ]
    }

    func data(_ words: Words) -> PageData {
        let names = Set(list.faults.map(\.rule.name))
        let chosen = wish["path"]
        let account = wish["appid"]
        var data: PageData = [
            "scenarios": FaultScenario.all.map { scenario -> PageData in
                [
                    "name": scenario.name, "on": names.contains(scenario.name),
                    "summary": words["fault_\(scenario.name)"],
                ]
            },
            "rules": list.faults.prefix(Self.most).map { Self.row($0) }, "none": list.faults.isEmpty,
            "accounts": accounts.offered.map { summary -> PageData in
                let appID = summary.account.appID.rawValue
                return ["value": appID, "text": appID, "chosen": appID == account]
            },
            "paths": Endpoint.all.map { endpoint -> PageData in
                ["value": endpoint.path, "text": endpoint.name, "chosen": endpoint.path == chosen]
            },
            "stages": FaultRule.Stage.allCases.map { stage -> PageData in
                ["value": stage.rawValue, "text": words["stage_\(stage.rawValue)"], "chosen": stage == .refusal]
            },
            "connections": FaultRule.Connection.allCases.map { connection -> PageData in
                ["value": connection.rawValue, "text": words["connection_\(connection.rawValue)"]]
            },
        ]
        for field in ["name", "errcode", "openid", "tag"] { data["wish_\(field)"] = wish[field] ?? "" }
        return data
    }

    private static func row(_ status: FaultStatus) -> PageData {
        let rule = status.rule
        var matches = (rule.match.path ?? []).map(CallRow.name)
        matches += [rule.match.appid, rule.match.tag.map { "tag \($0)" }, rule.match.openid].compactMap { $0 }
        var does: [String] = []
        if let code = rule.action.errcode { does.append("\(code)") }
        if let count = rule.action.failOpenIDs { does.append("45171 × \(count)") }
        switch rule.action.delay {
        case .fixed(let span)?: does.append(DurationText.text(span.duration))
        case .spread(let median, _, _)?: does.append("~\(DurationText.text(median.duration))")
        case nil: break
        }
        if rule.action.connection != .keep { does.append(rule.action.connection.rawValue) }
        if let type = rule.action.contentType { does.append(type) }
        if rule.action.send != nil { does.append("…") }
        var row: PageData = [
            "name": rule.name, "for": matches.isEmpty ? "*" : matches.joined(separator: ", "),
            "does": does.joined(separator: ", "), "matched": NumberText.grouped(status.matched),
            "fired": NumberText.grouped(status.fired), "times": rule.times.map { "/ \($0)" } ?? "",
        ]
        if rule.chance < 1 { row["chance"] = "\(Int((rule.chance * 100).rounded())) %" }
        return row
    }

    static let markup = """
        <div class="panes"><div class="stack">
        <section class="card wide" aria-label="{{t.rules}}"><table><thead><tr><th scope="col">{{t.rule}}</th><th scope="col" class="why">{{t.which_calls}}</th><th scope="col">{{t.does}}</th><th scope="col" class="num">{{t.met}}</th><th scope="col" class="num">{{t.fired}}</th><th scope="col"><span class="soft">{{t.change}}</span></th></tr></thead>
        <tbody>{{#rules}}<tr><td class="wrap"><b><bdi>{{name}}</bdi></b>{{#chance}} <span class="soft">{{chance}}</span>{{/chance}}</td><td class="why"><bdi>{{for}}</bdi></td><td class="wrap"><span class="pill fault">{{does}}</span></td><td class="num">{{matched}}</td><td class="num">{{fired}} {{times}}</td><td><form method="post" action="/console/faults/off">{{>form}}<button name="name" value="{{name}}">{{t.turn_off}}</button></form></td></tr>{{/rules}}</tbody></table>
        {{#none}}<div class="empty"><p>{{t.no_faults}}</p></div>{{/none}}</section>
        {{^none}}<form method="post" action="/console/faults/clear">{{>form}}<button>{{t.clear_faults}}</button></form>{{/none}}
        <section class="card wide" aria-label="{{t.scenarios}}"><table><thead><tr><th scope="col">{{t.scenario}}</th><th scope="col">{{t.what_it_is}}</th><th scope="col"><span class="soft">{{t.change}}</span></th></tr></thead>
        <tbody>{{#scenarios}}<tr{{#on}} class="here"{{/on}}><td><b>{{name}}</b>{{#on}} <span class="pill fault">{{t.on}}</span>{{/on}}</td><td class="wrap">{{summary}}</td><td>{{#on}}<form method="post" action="/console/faults/off">{{>form}}<button name="name" value="{{name}}">{{t.turn_off}}</button></form>{{/on}}{{^on}}<form method="post" action="/console/faults/on">{{>form}}<button name="scenario" value="{{name}}">{{t.turn_on}}</button></form>{{/on}}</td></tr>{{/scenarios}}</tbody></table></section></div>
        <aside class="card" id="new" aria-label="{{t.new_rule}}"><h2>{{t.new_rule}}</h2><form class="fields" method="post" action="/console/faults/new">{{>form}}
        <label>{{t.name}} <input name="name" required maxlength="100" value="{{wish_name}}"></label>
        <label>{{t.call}} <select name="path"><option value="">{{t.all_calls}}</option>{{#paths}}<option value="{{value}}"{{#chosen}} selected{{/chosen}}>{{text}}</option>{{/paths}}</select></label>
        <label>{{t.account}} <select name="appid"><option value="">{{t.all_accounts}}</option>{{#accounts}}<option value="{{value}}"{{#chosen}} selected{{/chosen}}>{{text}}</option>{{/accounts}}</select></label>
        <div class="two"><label>openid <input name="openid" value="{{wish_openid}}"></label><label>{{t.tag_id}} <input name="tag" inputmode="numeric" value="{{wish_tag}}"></label></div>
        <div class="two"><label>{{t.skip_calls}} <input name="skip" inputmode="numeric"></label><label>{{t.fire_times}} <input name="times" inputmode="numeric" placeholder="{{t.always}}"></label></div>
        <div class="two"><label>{{t.chance}} <input name="chance" inputmode="decimal" placeholder="1"></label><label>{{t.holds_for}} <input name="for" placeholder="5m"></label></div>
        <label>{{t.at_stage}} <select name="at">{{#stages}}<option value="{{value}}"{{#chosen}} selected{{/chosen}}>{{text}}</option>{{/stages}}</select></label>
        <div class="two"><label>{{t.answer_code}} <input name="errcode" inputmode="numeric" placeholder="45159" value="{{wish_errcode}}"></label><label>{{t.delay}} <input name="delay" placeholder="300ms"></label></div>
        <label>{{t.connection}} <select name="connection">{{#connections}}<option value="{{value}}">{{text}}</option>{{/connections}}</select></label>
        <p><button class="main">{{t.add_rule}}</button></p></form></aside></div>
        """
}
