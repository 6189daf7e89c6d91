import AdminAPI
import OfficialAccount
import TagStore

/// A call as a row of the list of calls.
struct CallRow: Sendable {
    static let template = "call-row"

    let record: CallRecord
    let query: CallsQuery

    private static let names = Dictionary(
        Endpoint.all.map { ($0.path, $0.name) }, uniquingKeysWith: { first, _ in first })

    /// Returns the documented name of the call with `path`; `path` itself if the API has no such call.
    static func name(_ path: String) -> String { names[path] ?? path }

    func data(_ words: Words) -> PageData {
        let time = UnixTime(seconds: record.time)
        var row: PageData = [
            "time": BeijingTimeText.clock(time), "moment": "\(BeijingTimeText.moment(time)) \(BeijingTimeText.zone)",
            "name": Excerpt.inRow(Self.name(record.path)),
            "openids": record.openIDCount.map { $0 == 0 ? "–" : "\($0)" } ?? "–",
            "pill": Self.pill(record), "code": record.errcode == 0 ? "ok" : "\(record.errcode)",
            "ms": NumberText.milliseconds(record.milliseconds), "why": Excerpt.sentence(why(words)),
            "href": query.with(call: record.number).address, "selected": query.call == record.number,
        ]
        if let fault = record.fault { row["fault"] = Excerpt.inRow(fault) }
        return row
    }

    func html(_ words: Words) -> String { PageLibrary.render(Self.template, data(words), words) }

    static func pill(_ record: CallRecord) -> String {
        record.fault != nil ? "fault" : record.errcode == 0 ? "ok" : "bad"
    }

    private func why(_ words: Words) -> String {
        if record.errcode == 0 { return record.tag.map { words.text("tag_number", ["id": "\($0)"]) } ?? "" }
        if words.language == .chinese, let advice = ErrorCode(record.errcode).explanation?.chinese {
            return advice.meaning
        }
        return record.reason ?? ErrorCode(record.errcode).explanation?.meaning ?? ""
    }

    /// The row as one line of HTML, so that it fits into one line of a server-sent event.
    static let markup = """
        <tr{{#selected}} aria-selected="true"{{/selected}}><td class="mono"><a data-row href="{{href}}" title="{{moment}}">{{time}}</a></td><td><bdi>{{name}}</bdi></td><td class="num desk">{{openids}}</td><td><span class="pill {{pill}}">{{code}}</span></td><td class="num desk">{{ms}}</td><td class="why"><div>{{#fault}}{{t.fault}} <b><bdi>{{fault}}</bdi></b>{{/fault}}{{^fault}}{{why}}{{/fault}}</div></td></tr>
        """
}
