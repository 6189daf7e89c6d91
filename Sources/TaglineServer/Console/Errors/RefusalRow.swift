import AdminAPI
import OfficialAccount
import TagStore

/// A group of refused calls as a row of the list.
struct RefusalRow: Sendable {
    static let template = "refusal-row"

    let group: CallRefusals
    let now: UnixTime

    func html(_ words: Words) -> String {
        let explanation = ErrorCode(group.errcode).explanation
        let advice = words.language == .chinese ? explanation?.chinese : explanation?.english
        let data: PageData = [
            "code": group.errcode, "name": Excerpt.inRow(CallRow.name(group.path)),
            "account": Excerpt.inRow(group.account ?? words["nobody"]), "via": words["via_\(group.via.rawValue)"],
            "count": group.count.grouped, "first": time(group.first), "latest": time(group.latest),
            "advice": advice.map { words.joined($0.meaning, $0.remedy) } ?? "", "href": address,
        ]
        return PageLibrary.render(Self.template, data, words)
    }

    private func time(_ seconds: Int64) -> String { BeijingTimeText.near(now, UnixTime(seconds: seconds)) }

    /// The address of the page that lists the calls of the group and shows the latest call.
    private var address: String {
        var query = CallsQuery(FormFields(""))
        // A client may send any text as an appid. If the text is too long for an appid, the link does not filter by
        // account.
        query.account = group.account.flatMap { $0.utf8.count <= 64 ? $0 : nil }
        query.path = group.path
        query.search = "\(group.errcode)"
        query.call = group.last
        return query.address
    }

    static let markup = """
        <tr><td><span class="pill bad">{{code}}</span></td><td class="wrap"><a data-row href="{{href}}"><bdi>{{name}}</bdi></a><br><span class="soft"><bdi class="mono">{{account}}</bdi> · {{via}}</span></td><td class="num">{{count}}</td><td class="mono desk">{{first}}</td><td class="mono desk">{{latest}}</td><td class="why below">{{advice}}</td></tr>
        """
}
