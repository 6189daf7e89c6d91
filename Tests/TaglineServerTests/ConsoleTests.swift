import AdminAPI
import Foundation
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

/// Tests the console with the requests of a browser without JavaScript.
@Suite struct ConsoleTests {
    static let service = DemoWorld.service.appID.rawValue
    static let secrets = [
        DemoWorld.service.secret, DemoWorld.subscription.secret, DemoWorld.uncertified.secret,
        DemoWorld.platform.secret,
        DemoWorld.platformMessageToken, DemoWorld.platformEncodingKey,
    ]

    @Test(arguments: ConsoleScreen.allCases, ConsoleLanguage.allCases)
    func `every screen loads nothing from other servers and shows no secret`(
        screen: ConsoleScreen, language: ConsoleLanguage
    ) async throws {
        try await withSandbox { sandbox in
            let token = try await sandbox.fillJournal()
            let page = try await sandbox.page(screen.path, language: language)
            #expect(page.status == 200)
            #expect(page.headers["content-security-policy"]?.hasPrefix("default-src 'none'; script-src 'self'") == true)
            #expect(page.headers["cache-control"] == "no-store")
            #expect(page.text.contains("<html lang=\"\(language.tag)\">"))
            #expect(page.text.contains("<h1>\(Words.of(language)["nav_\(screen.rawValue)"])</h1>"))
            #expect(page.body.count < 60_000)
            #expect(page.text.contains("curl -s"))
            #expect(!page.text.contains("style=\"") && !page.text.contains("<style") && !page.text.contains("onclick"))
            #expect(!page.text.contains("https://") && page.text.ranges(of: "<script").count == 3)
            for secret in Self.secrets + [token] { #expect(!page.text.contains(secret)) }
        }
    }

    @Test(arguments: [Int.min, -1, 0, 1 << 62, Int.max])
    func `every screen answers 200, 400 or 404 if a number is out of range`(number: Int) async throws {
        try await withSandbox { sandbox in
            _ = try await sandbox.fillJournal()
            for screen in ConsoleScreen.allCases {
                for name in ["before", "call", "after", "skip", "tag", "first", "find", "mark", "page"] {
                    let answer = try await sandbox.admin.send(
                        WireRequest("GET", "\(screen.path)?\(name)=\(number)&account=\(Self.service)"))
                    #expect([200, 400, 404].contains(answer.status), "\(screen) \(name)")
                }
            }
            #expect(sandbox.journal.entry(.max) == nil && sandbox.journal.entry(.min) == nil)
            #expect(sandbox.journal.page(before: number).calls.isEmpty == (number < 2))
        }
    }

    @Test func `a page of another site cannot make the browser load anything from the console`() async throws {
        try await withSandbox { sandbox async throws in
            func status(_ site: String, _ mode: String) async throws -> Int {
                try await sandbox.admin.send(
                    WireRequest(
                        "GET", "/console/calls", headers: [("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode)])
                ).status
            }
            #expect(try await status("cross-site", "no-cors") == 403)
            #expect(try await status("same-site", "no-cors") == 403)
            #expect(try await status("same-origin", "cors") == 200)
            #expect(try await status("cross-site", "navigate") == 200)
        }
    }

    @Test func `the shell reads a caller's text as one word after the console has quoted the text`() async throws {
        let texts = ["it's", "'\u{301};touch here;#", "\"\u{301}$(touch here)`touch here`\\", "'\u{200D}''"]
        for text in texts { #expect(try await printed(by: "printf %s \(ShellText.quoted(text))") == text) }
        for text in texts {
            #expect(try await printed(by: "printf %s \"\(ShellText.escaped(text))\"") == text)
        }
    }

    private func printed(by line: String) async throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", line]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `the server redirects the root and the console path to the screen of calls`() async throws {
        try await withSandbox { sandbox in
            for path in ["/", "/console"] {
                let answer = try await sandbox.admin.send(WireRequest("GET", path))
                #expect(answer.status == 303 && answer.headers["location"] == "/console/calls")
            }
        }
    }

    @Test func `the server sends its own assets, and a browser may cache them`() async throws {
        try await withSandbox { sandbox in
            for asset in ConsoleAssets.all {
                let answer = try await sandbox.admin.send(WireRequest("GET", asset.path))
                #expect(answer.status == 200 && answer.body.count > 100)
                #expect(answer.headers["cache-control"]?.contains("immutable") == true)
            }
        }
    }

    @Test func `a form without the console's form token, or from another origin, changes nothing`() async throws {
        try await withSandbox { sandbox in
            for form in ["", "form=", "form=00000000000000000000000000000000"] {
                let answer = try await sandbox.admin.send(
                    WireRequest("POST", "/console/clock/tokens", body: Array(form.utf8)))
                #expect(answer.status == 403)
            }
            let foreign = try await sandbox.submit(
                "/console/clock/tokens", [:], headers: [("Origin", "https://example.com")])
            #expect(foreign.status == 403)
            #expect(sandbox.clock.now == testStart)
            #expect(try await sandbox.admin.send(WireRequest("GET", "/console/clock/tokens")).status != 200)
        }
    }

    @Test func `a person tags a follower, sees a refusal, adds a fault with 45159 and removes the fault`() async throws
    {
        try await withSandbox { sandbox in
            let good = DemoWorld.follower(1, prefix: "ocYxcu")
            let tagging = ["account": Self.service, "tag": "134", "back": "/console/followers?account=\(Self.service)"]
            let done = try await sandbox.submit("/console/followers/tag", tagging.merging(["openids": good]) { $1 })
            #expect(done.status == 303 && done.headers["location"]?.hasSuffix("done=tagged") == true)
            #expect(try await sandbox.store.tagIDs(of: #require(OpenID(good)), for: DemoWorld.service.appID) == [134])

            let refused = try await sandbox.submit(
                "/console/followers/tag", tagging.merging(["openids": DemoWorld.left]) { $1 })
            #expect(refused.status == 409)
            #expect(refused.text.contains("40003") && refused.text.contains("no longer follows this account"))

            let on = try await sandbox.submit("/console/faults/on", ["scenario": "ghost-tag"])
            #expect(on.status == 303)
            let ghost = try await sandbox.submit("/console/followers/tag", tagging.merging(["openids": good]) { $1 })
            #expect(ghost.status == 409 && ghost.text.contains("45159"))
            let faults = try await sandbox.page("/console/faults")
            #expect(faults.text.contains("class=\"here\""))
            #expect(try await sandbox.submit("/console/faults/off", ["name": "ghost-tag"]).status == 303)
            #expect(sandbox.state.faults.list.faults.isEmpty)

            let calls = try await sandbox.page("/console/calls?answer=refused")
            #expect(calls.text.contains("45159") && calls.text.contains("40003"))
            let errors = try await sandbox.page("/console/errors")
            #expect(errors.text.contains("45159") && errors.text.contains("batchTagging"))
        }
    }

    @Test func `a person opens a call, sends it again and finds a link to a fault rule for the call`() async throws {
        try await withSandbox { sandbox in
            _ = try await sandbox.fillJournal()
            let number = sandbox.journal.last
            let page = try await sandbox.page("/console/calls?call=\(number)")
            #expect(page.text.contains("/console/calls/again") && page.text.contains("/console/faults?name="))
            let again = try await sandbox.submit("/console/calls/again", ["call": "\(number)"])
            #expect(again.status == 303)
            #expect(again.headers["location"] == "/console/calls?call=\(number + 1)&done=sent_again")
            #expect(
                sandbox.journal.page(limit: 1).calls.first?.path == sandbox.journal.page(limit: 2).calls.first?.path)
            let gone = try await sandbox.page("/console/calls?call=999999")
            #expect(gone.status == 200 && gone.text.contains("not in the journal any more"))
            let nonsense = try await sandbox.page("/console/calls?find=what")
            #expect(nonsense.text.contains("is not an openid, a rid or an errcode"))
        }
    }

    @Test func `the link to older calls leads through all calls`() async throws {
        try await withSandbox { sandbox in
            for _ in 0..<120 { _ = try await sandbox.host.send(WireRequest("GET", "/cgi-bin/nowhere")) }
            var (path, seen) = ("/console/calls", 0)
            for _ in 0..<4 {
                let page = try await sandbox.page(path)
                seen += page.text.ranges(of: "data-row").count
                guard
                    let older = page.text.firstMatch(
                        of: /class="more"><a href="(\/console\/calls\?before=[0-9]+)"/)
                else { break }
                path = String(older.1)
            }
            #expect(seen == 120)
        }
    }

    @Test func `a line break in a table row does not begin a new server-sent event`() {
        let event = LiveCalls.Event.rows("<td>a\n\nevent: reload\r\ndata: .</td>", last: 7)
        #expect(
            event.text == "id: 7\nevent: rows\ndata: <td>a\ndata: \ndata: event: reload\ndata: data: .</td>\n\n")
    }

    @Test func `the page receives new calls as rows, or a request to reload if too many calls are new`() async throws {
        try await withSandbox { sandbox in
            let live = LiveCalls(journal: sandbox.journal, cache: CallRowCache(), seats: LiveSeats())
            #expect(live.rows(after: 0, upTo: sandbox.journal.last, sent: 0, .english) == nil)
            _ = try await sandbox.host.send(WireRequest("GET", "/cgi-bin/nowhere"))
            guard case .rows(let html, let last)? = live.rows(after: 0, upTo: sandbox.journal.last, sent: 0, .english)
            else {
                Issue.record("no row")
                return
            }
            #expect(last == 1 && html.hasPrefix("<tr") && !html.contains("\n"))
            #expect(live.rows(after: 0, upTo: sandbox.journal.last, sent: LiveCalls.mostRows, .english) == .reload)
            for _ in 0..<40 { _ = try await sandbox.host.send(WireRequest("GET", "/cgi-bin/nowhere")) }
            #expect(live.rows(after: 1, upTo: sandbox.journal.last, sent: 1, .english) == .reload)
            // A call that arrives while the console makes rows is not in these rows, but in the next rows.
            guard case .rows(_, let end)? = live.rows(after: 30, upTo: 35, sent: 1, .english) else {
                Issue.record("no rows")
                return
            }
            #expect(end == 35)
            var count = 0
            _ = live.counted(
                CallsQuery(FormFields("answer=refused")), after: 40, upTo: sandbox.journal.last, &count, .english)
            #expect(count == 1)
            count = 0
            let counted = live.counted(
                CallsQuery(FormFields("answer=refused")), after: 4, upTo: sandbox.journal.last, &count, .english)
            #expect(counted == .count("<a href=\"/console/calls?answer=refused\">37 new calls</a>"))
        }
    }

    @Test func `a person moves the clock past a token's lifetime and restores a snapshot`() async throws {
        try await withSandbox { sandbox in
            #expect(try await sandbox.submit("/console/clock/take", ["name": "vor <b>"]).status == 303)
            #expect(try await sandbox.submit("/console/clock/tokens", [:]).status == 303)
            #expect(sandbox.clock.now == testStart + 7200)
            #expect(try await sandbox.submit("/console/clock/freeze", [:]).status == 303)
            let page = try await sandbox.page("/console/clock")
            #expect(page.text.contains("stands still") && page.text.contains("vor &lt;b&gt;"))
            #expect(try await sandbox.submit("/console/clock/restore", ["name": "vor <b>"]).status == 303)
            #expect(sandbox.clock.now == testStart && !sandbox.clock.isFrozen)
            #expect(try await sandbox.submit("/console/clock/midnight", [:]).status == 303)
            #expect(BeijingTimeText.clock(sandbox.clock.now) == "00:00:00")
            #expect(try await sandbox.submit("/console/clock/advance", ["span": "yesterday"]).status == 400)
            #expect(try await sandbox.submit("/console/clock/reset", [:]).status == 400)
            #expect(try await sandbox.submit("/console/clock/reset", ["sure": "1"]).status == 303)
            #expect(sandbox.clock.now == testStart)
        }
    }

    @Test func `a person creates, renames and deletes tags, and sees why the server refuses a change`() async throws {
        try await withSandbox { sandbox in
            let tagline = ["account": Self.service, "back": "/console/tags?account=\(Self.service)"]
            let name = "星<b>\"\u{301}"
            #expect(
                try await sandbox.submit("/console/tags/create", tagline.merging(["name": name]) { $1 }).status == 303)
            let tag = try #require(try await sandbox.store.tags(of: DemoWorld.service.appID).last)
            #expect(tag.name == name)
            let page = try await sandbox.page("/console/tags?account=\(Self.service)&tag=\(tag.id)")
            #expect(page.text.contains("<bdi>星&lt;b&gt;&quot;\u{301}</bdi>"))
            let taken = try await sandbox.submit(
                "/console/tags/rename", tagline.merging(["name": "广东", "tag": "\(tag.id)"]) { $1 })
            #expect(taken.status == 409 && taken.text.contains("role=\"alert\""))
            #expect(
                try await sandbox.submit(
                    "/console/tags/delete", tagline.merging(["tag": "\(tag.id)"]) { $1 }
                ).status == 303)
            let gone = try await sandbox.submit("/console/tags/delete", tagline.merging(["tag": "\(tag.id)"]) { $1 })
            #expect(gone.status == 404)
        }
    }

    @Test func `a person finds a follower, sets a remark, and tags fifty followers with one form`() async throws {
        try await withSandbox { sandbox in
            let openID = DemoWorld.documentedOpenIDs[0]
            let page = try await sandbox.page("/console/followers?account=\(Self.service)&openid=\(openID)")
            #expect(page.text.contains("aria-label=\"One follower\""))
            let remark = try await sandbox.submit(
                "/console/followers/remark", ["account": Self.service, "openid": openID, "remark": "<i>\u{202E}友👩‍👧"])
            #expect(remark.status == 303)
            let many = (1...50).map { DemoWorld.follower($0, prefix: "ocYxcu") }.joined(separator: "\r\n")
            let tagged = try await sandbox.submit(
                "/console/followers/tag", ["account": Self.service, "openids": many, "tag": "134"])
            #expect(tagged.status == 303)
            let carrying = try await sandbox.page("/console/followers?account=\(Self.service)&tag=134")
            #expect(carrying.text.contains(DemoWorld.follower(50, prefix: "ocYxcu")))
            let unknown = try await sandbox.page("/console/followers?account=\(Self.service)&openid=nonsense")
            #expect(unknown.status == 200 && unknown.text.contains("is not an openid"))
            let export = try await sandbox.admin.send(WireRequest("GET", "/console/export?account=\(Self.service)"))
            #expect(export.text.hasPrefix("openid\n") && export.headers["content-disposition"] != nil)
        }
    }

    @Test func `a person freezes an account, and the console shows a new secret only one time`() async throws {
        try await withSandbox { sandbox in
            let frozen = try await sandbox.submit(
                "/console/accounts/change", ["account": Self.service, "frozen": "true"])
            #expect(frozen.status == 303)
            #expect(try await sandbox.store.account(DemoWorld.service.appID)?.isFrozen == true)
            let shown = try await sandbox.submit("/console/accounts/secret", ["account": Self.service])
            #expect(shown.status == 200 && shown.headers["cache-control"] == "no-store")
            let secret = try #require(shown.text.firstMatch(of: /<pre tabindex="0">([0-9a-f]{32})<\/pre>/))
            let page = try await sandbox.page("/console/accounts?account=\(Self.service)")
            #expect(!page.text.contains(String(secret.1)) && page.text.contains("frozen"))
            try await sandbox.store.deleteAccount(DemoWorld.service.appID)
            #expect(try await sandbox.page("/console/accounts?account=\(Self.service)").status == 404)
            #expect(try await sandbox.page("/console/tags?account=\(Self.service)").status == 404)
            let change = [
                "account": Self.service, "frozen": "false", "back": "/console/accounts?account=\(Self.service)",
            ]
            #expect(try await sandbox.submit("/console/accounts/change", change).status == 404)
        }
    }

    @Test func `the console's form adds a fault rule with all fields, and refuses a wrong field`() async throws {
        try await withSandbox { sandbox in
            let form = [
                "name": "later", "path": BatchTagging.endpoint.path, "appid": Self.service, "skip": "1", "times": "2",
                "chance": "0.5", "for": "5m", "at": "refusal", "errcode": "45159", "delay": "10ms",
                "connection": "keep",
            ]
            #expect(try await sandbox.submit("/console/faults/new", form).status == 303)
            let rule = try #require(sandbox.state.faults.list.faults.first?.rule)
            #expect(rule.skip == 1 && rule.times == 2 && rule.chance == 0.5 && rule.action.errcode == 45159)
            let wrong = try await sandbox.submit(
                "/console/faults/new", ["name": "x", "times": "often", "errcode": "45159", "back": "/console/faults"])
            #expect(wrong.status == 400 && wrong.text.contains("times"))
        }
    }

    @Test(arguments: [
        (["errcode": "45171"], FaultRule.Stage.answer), (["errcode": "45159"], .refusal), (["delay": "10ms"], .answer),
        (["connection": "close"], .answer), (["errcode": "45159", "at": "arrival"], .arrival),
        (["errcode": "45171", "at": ""], .answer),
    ])
    func `a fault rule from a form without a stage gets the stage that suits the errcode and the action`(
        fields: [String: String], stage: FaultRule.Stage
    ) async throws {
        try await withSandbox { sandbox in
            let page = try await sandbox.page("/console/faults")
            #expect(page.text.contains(#"<select name="at"><option value="">"#), "no stage is chosen at first")
            let form = ["name": "x"].merging(fields) { $1 }
            #expect(try await sandbox.submit("/console/faults/new", form).status == 303)
            #expect(sandbox.state.faults.list.faults.first?.rule.action.at == stage)
        }
    }

    @Test func `a cookie keeps the chosen language`() async throws {
        try await withSandbox { sandbox in
            let answer = try await sandbox.submit("/console/language", ["language": "zh", "back": "/console/tags"])
            #expect(answer.headers["location"] == "/console/tags")
            #expect(answer.headers["set-cookie"]?.hasPrefix("tagline-language=zh; Path=/;") == true)
        }
    }
}

extension SandboxInProcess {
    /// Fetches a page as a browser does.
    func page(_ path: String, language: ConsoleLanguage = .english) async throws -> WireResponse {
        try await admin.send(WireRequest("GET", path, headers: [("Accept-Language", language.rawValue)]))
    }

    /// Sends a form as a browser does, with the form token from a page.
    func submit(
        _ path: String, _ fields: [String: String], headers: [(name: String, value: String)] = []
    ) async throws -> WireResponse {
        let page = try await page("/console/clock")
        let token = try #require(page.text.firstMatch(of: /name="form-token" value="([0-9a-f]+)"/))
        let form = FormFields.query(
            [("form-token", String(token.1))] + fields.sorted { $0.key < $1.key }.map { ($0, $1) })
        return try await admin.send(WireRequest("POST", path, headers: headers, body: Array(form.utf8)))
    }

    /// Makes a few valid and invalid calls, and returns the access token of the calls.
    func fillJournal() async throws -> String {
        let answer = try await host.send(
            WireRequest(
                "GET",
                "/cgi-bin/token?grant_type=client_credential&appid=\(DemoWorld.service.appID)&secret=\(DemoWorld.service.secret)"
            ))
        let token = String(try #require(answer.text.firstMatch(of: /"access_token":"([^"]+)"/)).1)
        for body in [
            #"{"openid_list":["\#(DemoWorld.documentedOpenIDs[0])"],"tagid":134}"#,
            #"{"openid_list":["\#(DemoWorld.left)"],"tagid":134}"#, "nonsense",
            #"{"openid_list":["\#(DemoWorld.fullyTagged)"],"tagid":120}"#,
        ] {
            _ = try await host.send(
                WireRequest(
                    "POST", "/cgi-bin/tags/members/batchtagging?access_token=\(token)", body: Array(body.utf8)))
        }
        return token
    }
}

/// Tests the routes of the admin plane that make calls or list refusals.
@Suite struct CallRouteTests {
    private static let path = "/accounts/\(DemoWorld.service.appID)/calls"

    @Test func `the admin plane makes an account's call without a token, and the journal has the call`() async throws {
        try await withSandbox(policy: .documented) { sandbox in
            let body =
                #"{"path":"/cgi-bin/tags/members/batchtagging","body":"{\"openid_list\":[\"x\"],\"tagid\":134}"}"#
            let answer = try await sandbox.admin.send(WireRequest("POST", Self.path, body: Array(body.utf8)))
            let report = try JSONDecoder().decode(MadeCall.self, from: Data(answer.body))
            #expect(report.status == 200 && report.answer.contains(#""errcode":40003"#))
            #expect(report.reason?.contains("is not an openid") == true)
            let call = try #require(sandbox.journal.page(limit: 1).calls.first)
            #expect(call.via == .cloud && call.errcode == 40003 && call.account == DemoWorld.service.appID.rawValue)
        }
    }

    @Test(arguments: [
        #"{"path":"/cgi-bin/token"}"#, #"{"path":"/cgi-bin/component/api_component_token"}"#, #"{}"#, #"{"path":1}"#,
    ])
    func `the admin plane refuses an invalid body and a call that needs a secret`(body: String) async throws {
        try await withSandbox { sandbox in
            let answer = try await sandbox.admin.send(WireRequest("POST", Self.path, body: Array(body.utf8)))
            #expect(answer.status == 400)
            #expect(sandbox.journal.last == 0)
        }
    }

    @Test func `the admin plane groups refusals by errcode, path and account, the latest first`() async throws {
        try await withSandbox { sandbox in
            _ = try await sandbox.fillJournal()
            for _ in 0..<3 { _ = try await sandbox.host.send(WireRequest("GET", "/cgi-bin/tags/get")) }
            let answer = try await sandbox.admin.send(WireRequest("GET", "/calls/refusals"))
            let list = try JSONDecoder().decode(CallRefusalList.self, from: Data(answer.body))
            #expect(list.refusals.first?.errcode == 41001 && list.refusals.first?.count == 3)
            #expect(list.refusals.map(\.errcode) == [41001, 45059, 47001, 40003])
            #expect(list.refusals.dropFirst().allSatisfy { $0.account == DemoWorld.service.appID.rawValue })
        }
    }
}
