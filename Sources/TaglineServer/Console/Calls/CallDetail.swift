import AdminAPI
import OfficialAccount
import TagStore

/// The details of one call of the API, for the screen of calls.
struct CallDetail: Sendable {
    static let template = "call"

    /// The most bytes of a request's body inside the `curl` command. The command reads a longer body from a file.
    private static let longestInCommand = 2000
    /// The most bytes of a command that the page shows.
    private static let longestCommand = 6000

    let record: CallRecord
    /// The `Host` of the call; empty if the call sent no such header.
    let host: String
    /// Whether the console can send the call again.
    let mayRepeat: Bool
    /// Whether the console can make a fault rule from the call.
    let mayFail: Bool

    func data(_ words: Words) -> PageData {
        var call: PageData = [
            "name": Excerpt.inRow(CallRow.name(record.path)), "pill": CallRow.pill(record),
            "code": record.errcode == 0 ? "ok" : "\(record.errcode)", "number": record.number,
            "moment": BeijingTimeText.moment(UnixTime(seconds: record.time)),
            "ms": NumberText.milliseconds(record.milliseconds),
            "via": words["via_\(record.via.rawValue)"], "repeat": mayRepeat, "hasContent": record.request != nil,
        ]
        call["reason"] = record.errcode == 0 ? nil : record.reason.map(Excerpt.paragraph)
        call["account"] = record.account.map(Excerpt.inRow)
        call["platform"] = record.platform.map(Excerpt.inRow)
        let caller = [record.address, record.userAgent].compactMap { $0 }.joined(separator: ", ")
        call["caller"] = caller.isEmpty ? nil : Excerpt.sentence(caller)
        call["rid"] = record.rid
        call["fault"] = record.fault.map(Excerpt.sentence)
        call["trace"] = record.traceparent.map(Excerpt.sentence)
        call["cut"] = record.isCut
        if mayFail { call["faultHref"] = faultAddress }
        if record.errcode != 0, let explanation = ErrorCode(record.errcode).explanation {
            call["meaning"] =
                [
                    "zh": explanation.chinese.meaning, "zhRemedy": explanation.chinese.remedy,
                    "en": explanation.meaning, "enRemedy": explanation.remedy,
                ] as PageData
        }
        return call.merging(content) { own, _ in own }
    }

    /// The request, the answer and the `curl` command. If one of them is too long for the page, this property adds a
    /// link to the whole call. It cuts a long request or answer, and leaves out a long command.
    private var content: PageData {
        let parts = [
            "method": Excerpt(record.method, upTo: 20), "path": Excerpt(record.path, upTo: 600),
            "query": Excerpt(record.query ?? "", upTo: 1000), "request": Excerpt(record.request ?? "", upTo: 10_000),
            "answer": Excerpt(record.answer ?? "", upTo: 8000),
        ]
        var data: PageData = parts.mapValues(\.text).filter { !$0.value.isEmpty }
        let command = Excerpt(curl, upTo: Self.longestCommand)
        if !command.isCut { data["curl"] = command.text }
        if command.isCut || parts.values.contains(where: \.isCut) {
            data["whole"] = CallFile.record.address(of: record.number)
        }
        if isRequestInFile {
            data["file"] = CallFile.request.name(of: record.number)
            data["fileHref"] = CallFile.request.address(of: record.number)
        }
        return data
    }

    private var isRequestInFile: Bool { (record.request ?? "").utf8.count > Self.longestInCommand }

    /// The call as a shell command. The journal masks the token, so the command takes a token from the shell's variable
    /// `ACCESS_TOKEN`.
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
        let sent =
            isRequestInFile
            ? "--data-binary @\(CallFile.request.name(of: record.number))" : "-d \(ShellText.quoted(body))"
        return "curl -s \(method)\"\(address)\(query.isEmpty ? "" : "?" + query)\"" + (body.isEmpty ? "" : " " + sent)
    }

    private var faultAddress: String {
        FormFields.address(
            ConsoleScreen.faults.path,
            [
                ("name", "\(CallRow.name(record.path))-\(record.errcode == 0 ? "fault" : "\(record.errcode)")"),
                ("path", record.path), ("appid", record.account.flatMap { $0.utf8.count <= 64 ? $0 : nil }),
                ("errcode", record.errcode == 0 ? nil : "\(record.errcode)"),
            ]) + "#new"
    }

    static let markup = """
        {{#call}}<aside class="card" aria-label="{{t.one_call}}"><h2><bdi>{{name}}</bdi> <span class="pill {{pill}}">{{code}}</span></h2>
        {{#reason}}<p lang="en">{{reason}}</p>{{/reason}}
        <div class="do">{{#repeat}}<form method="post" action="\(ConsoleForm.sendAgain.path)">{{>form}}<input type="hidden" name="call" value="{{number}}"><button>{{t.send_again}}</button></form>{{/repeat}}
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
        {{#whole}}<p>{{t.cut_here}} <a href="{{whole}}">{{t.whole_call}}</a></p>{{/whole}}
        {{#cut}}<p class="soft">{{t.cut}}</p>{{/cut}}{{^hasContent}}<p class="soft">{{t.no_content}}</p>{{/hasContent}}
        {{#curl}}<h3>{{t.same_call}}</h3>{{>curl}}{{/curl}}{{#fileHref}}<p><a href="{{fileHref}}">{{file}}</a></p>{{/fileHref}}</aside>{{/call}}
        """
}
