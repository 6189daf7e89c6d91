import AdminAPI
import OfficialAccount
import TagStore

/// A call as a row of the list.
struct CallRow: Sendable {
    let record: CallRecord
    let query: CallsQuery

    private static let names = Dictionary(
        Endpoint.all.map { ($0.path, $0.name) }, uniquingKeysWith: { first, _ in first })

    /// Returns the name of a call in the documentation, or its path.
    static func name(_ path: String) -> String { names[path] ?? path }

    func data(_ words: Words) -> PageData {
        var row: PageData = [
            "number": record.number, "time": BeijingTimeText.clock(UnixTime(seconds: record.time)),
            "name": Self.name(record.path), "openids": record.openIDCount.map { $0 == 0 ? "–" : "\($0)" } ?? "–",
            "pill": Self.pill(record), "code": record.errcode == 0 ? "ok" : "\(record.errcode)",
            "ms": NumberText.milliseconds(record.milliseconds), "why": why(words),
            "href": query.with(call: record.number).address, "selected": query.call == record.number,
        ]
        if let fault = record.fault { row["fault"] = fault }
        return row
    }

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

    /// The row as one line of HTML, so that an event can carry it.
    static let markup = """
        <tr{{#selected}} aria-selected="true"{{/selected}}><td class="mono"><a data-row href="{{href}}">{{time}}</a></td><td><bdi>{{name}}</bdi></td><td class="num desk">{{openids}}</td><td><span class="pill {{pill}}">{{code}}</span></td><td class="num desk">{{ms}}</td><td class="why">{{#fault}}{{t.fault}} <b><bdi>{{fault}}</bdi></b>{{/fault}}{{^fault}}{{why}}{{/fault}}</td></tr>
        """
}
