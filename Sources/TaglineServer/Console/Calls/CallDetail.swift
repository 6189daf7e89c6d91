import AdminAPI
import OfficialAccount
import TagStore

/// The details of one call.
struct CallDetail: Sendable {
    let record: CallRecord
    /// The `Host` of the call; empty if it sent none.
    let host: String
    /// Whether the console can send the call again.
    let mayRepeat: Bool
    /// Whether the console can make a fault from the call.
    let mayFail: Bool

    func data(_ words: Words) -> PageData {
        var call: PageData = [
            "number": record.number, "name": CallRow.name(record.path), "pill": CallRow.pill(record),
            "code": record.errcode == 0 ? "ok" : "\(record.errcode)", "method": record.method, "path": record.path,
            "moment": BeijingTimeText.moment(UnixTime(seconds: record.time)),
            "ms": NumberText.milliseconds(record.milliseconds),
            "via": words["via_\(record.via.rawValue)"], "repeat": mayRepeat, "curl": curl,
        ]
        call["reason"] = record.errcode == 0 ? nil : record.reason
        call["account"] = record.account
        call["platform"] = record.platform
        call["caller"] = [record.address, record.userAgent].compactMap { $0 }.joined(separator: ", ")
        call["rid"] = record.rid
        call["fault"] = record.fault
        call["trace"] = record.traceparent
        call["cut"] = record.isCut
        call["hasContent"] = record.request != nil
        call["query"] = record.query.flatMap { $0.isEmpty ? nil : $0 }
        call["request"] = record.request.flatMap { $0.isEmpty ? nil : $0 }
        call["answer"] = record.answer.flatMap { $0.isEmpty ? nil : $0 }
        if mayFail { call["faultHref"] = faultAddress }
        if record.errcode != 0, let explanation = ErrorCode(record.errcode).explanation {
            call["meaning"] =
                [
                    "zh": explanation.chinese.meaning, "zhRemedy": explanation.chinese.remedy,
                    "en": explanation.meaning, "enRemedy": explanation.remedy,
                ] as PageData
        }
        return call
    }

    /// The call as a shell command. The journal masks the token, so the command reads it from the shell's environment.
    var curl: String {
        let token = record.query.map { query in
            ["access_token", "component_access_token"].first { query.contains("\($0)=") }
        }
        let pairs = (record.query ?? "").split(separator: "&").filter { !$0.contains("access_token=") }
        var query = ShellText.escaped(pairs.joined(separator: "&"))
        if let token = token ?? nil { query = "\(token)=$ACCESS_TOKEN" + (query.isEmpty ? "" : "&" + query) }
        let address = ShellText.escaped("http://\(host.isEmpty ? "127.0.0.1:8080" : host)\(record.path)")
        let body = record.request ?? ""
        let method = record.method == (body.isEmpty ? "GET" : "POST") ? "" : "-X \(record.method) "
        return "curl -s \(method)\"\(address)\(query.isEmpty ? "" : "?" + query)\""
            + (body.isEmpty ? "" : " -d \(ShellText.quoted(body))")
    }

    private var faultAddress: String {
        ConsoleScreen.faults.path + "?"
            + FormFields.query([
                ("name", "\(CallRow.name(record.path))-\(record.errcode == 0 ? "fault" : "\(record.errcode)")"),
                ("path", record.path), ("appid", record.account),
                ("errcode", record.errcode == 0 ? nil : "\(record.errcode)"),
            ]) + "#new"
    }

    static let markup = """
        {{#call}}<aside class="card" aria-label="{{t.one_call}}"><h2><bdi>{{name}}</bdi> <span class="pill {{pill}}">{{code}}</span></h2>
        {{#reason}}<p lang="en">{{reason}}</p>{{/reason}}
        <div class="do">{{#repeat}}<form method="post" action="/console/calls/again">{{>form}}<input type="hidden" name="call" value="{{number}}"><button>{{t.send_again}}</button></form>{{/repeat}}
        {{#faultHref}}<a class="button" href="{{faultHref}}">{{t.make_fault}}</a>{{/faultHref}}
        <a class="button" href="{{closeHref}}">{{t.close}}</a></div>
        <dl>{{#account}}<dt>{{t.account}}</dt><dd class="mono"><bdi>{{account}}</bdi></dd>{{/account}}
        {{#platform}}<dt>{{t.platform}}</dt><dd class="mono"><bdi>{{platform}}</bdi></dd>{{/platform}}
        <dt>{{t.called_by}}</dt><dd>{{via}}{{#caller}}, <bdi>{{caller}}</bdi>{{/caller}}</dd>
        <dt>{{t.time}}</dt><dd>{{moment}} {{zone}}, {{ms}} ms</dd>
        {{#rid}}<dt>rid</dt><dd class="mono">{{rid}}</dd>{{/rid}}
        {{#fault}}<dt>{{t.fault}}</dt><dd><bdi>{{fault}}</bdi></dd>{{/fault}}
        {{#trace}}<dt>traceparent</dt><dd class="mono"><bdi>{{trace}}</bdi></dd>{{/trace}}</dl>
        {{#meaning}}<h3>{{t.documented}}</h3><p lang="zh-CN">{{zh}}{{zhRemedy}}</p><p lang="en">{{en}} {{enRemedy}}</p>{{/meaning}}
        <h3>{{t.request}}</h3>
        <pre tabindex="0">{{method}} {{path}}{{#query}}?{{query}}{{/query}}{{#request}}

        {{request}}{{/request}}</pre>
        {{#answer}}<h3>{{t.answer}}</h3><pre tabindex="0">{{answer}}</pre>{{/answer}}
        {{#cut}}<p class="soft">{{t.cut}}</p>{{/cut}}{{^hasContent}}<p class="soft">{{t.no_content}}</p>{{/hasContent}}
        <h3>{{t.same_call}}</h3>{{>curl}}</aside>{{/call}}
        """
}
