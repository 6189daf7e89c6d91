import AdminAPI
import OfficialAccount

/// A fault rule as a row of the list, with the numbers of calls that the rule has matched and changed.
struct FaultRow: Sendable {
    static let template = "fault-row"

    let status: FaultStatus

    func html(_ words: Words) -> String {
        let rule = status.rule
        var calls = CallsQuery(FormFields(""))
        calls.fault = rule.name
        var data: PageData = [
            "name": rule.name, "shown": Excerpt.inRow(rule.name), "href": calls.address,
            "for": Excerpt.sentence(matches.isEmpty ? "*" : matches.joined(separator: ", ")),
            "does": Excerpt.inRow(effects.joined(separator: ", ")), "matched": status.matched.grouped,
            "fired": status.fired.grouped, "times": rule.times.map { "/ \($0)" } ?? "",
        ]
        if rule.chance < 1 { data["chance"] = "\(Int((rule.chance * 100).rounded())) %" }
        return PageLibrary.render(Self.template, data, words)
    }

    private var matches: [String] {
        let match = status.rule.match
        return (match.path ?? []).map(CallRow.name)
            + [match.appid, match.tag.map { "tag \($0)" }, match.openid].compactMap { $0 }
    }

    private var effects: [String] {
        let action = status.rule.action
        var effects: [String] = []
        if let code = action.errcode { effects.append("\(code)") }
        if let count = action.failOpenIDs { effects.append("45171 × \(count)") }
        switch action.delay {
        case .fixed(let span)?: effects.append(DurationText.text(span.duration))
        case .spread(let median, _, _)?: effects.append("~\(DurationText.text(median.duration))")
        case nil: break
        }
        if action.connection != .keep { effects.append(action.connection.rawValue) }
        if let type = action.contentType { effects.append(type) }
        if action.send != nil { effects.append("…") }
        return effects
    }

    static let markup = """
        <tr><td class="wrap"><a data-row href="{{href}}"><b><bdi>{{shown}}</bdi></b></a>{{#chance}} <span class="soft">{{chance}}</span>{{/chance}}</td><td class="wrap desk"><bdi>{{for}}</bdi></td><td class="wrap"><span class="pill fault">{{does}}</span></td><td class="num">{{matched}}</td><td class="num">{{fired}} {{times}}</td><td><button form="off" name="name" value="{{name}}">{{t.turn_off}}</button></td></tr>
        """
}
