import AdminAPI
import HTTPTypes
import OfficialAccount
import TagStore
import Testing

@testable import TaglineServer

/// Tests how the console renders pages as HTML. These tests render the pages directly, without a server.
@Suite struct ConsolePageTests {
    private static let now = UnixTime(seconds: 1_763_800_000)

    private static func visit(_ language: ConsoleLanguage = .english) -> ConsoleVisit {
        var visit = ConsoleVisit(clock: ConsoleVisit.Clock(now: now))
        visit.language = language
        visit.formToken = "f0"
        return visit
    }

    @Test(arguments: PageLibrary.texts.keys.sorted())
    func `a template can be parsed, and every word and every part that it uses exists`(name: String) throws {
        let text = try #require(PageLibrary.texts[name])
        _ = try PageLibrary.template(text)
        for match in text.matches(of: /\{\{[#^]?t\.([^}]+)\}\}/) {
            #expect(Words.english.texts[String(match.1)] != nil, "\(match.1)")
        }
        for part in text.matches(of: /\{\{>([^}]+)\}\}/) {
            #expect(PageLibrary.texts[String(part.1)] != nil, "\(part.1)")
        }
    }

    @Test func `the word table contains every key once, with a text in both languages`() {
        var keys: Set<String> = []
        for row in WordTable.rows {
            #expect(row.count == 3 && row.allSatisfy { !$0.isEmpty }, "\(row)")
            #expect(keys.insert(row[0]).inserted, "\(row[0]) is in the table twice")
        }
        for scenario in FaultScenario.all {
            #expect(Words.english["fault_\(scenario.name)"] == scenario.summary)
            #expect(Words.chinese["fault_\(scenario.name)"] != scenario.summary)
        }
    }

    @Test(arguments: [("0", "0 new calls"), ("1", "1 new call"), ("37", "37 new calls"), ("1,001", "1,001 new calls")])
    func `a sentence about one thing uses the singular`(number: String, text: String) {
        #expect(Words.english.text("new_calls", ["n": number]) == text)
    }

    @Test func `every sentence that begins with a number has a form for the number one`() {
        let counted = Words.english.texts.filter { $0.value.hasPrefix("{n} ") && !$0.value.hasPrefix("{n} of ") }
        #expect(counted.count > 5)
        for key in counted.keys { #expect(Words.english.texts[key + "_one"] != nil, "\(key)") }
    }

    @Test(arguments: [
        ("zh-CN,zh;q=0.9,en;q=0.8", nil, ConsoleLanguage.chinese), ("en-GB", nil, .english),
        ("de, zh;q=0.2", nil, .chinese),
        ("zh;q=0, en;q=0.1", nil, .english), ("", nil, .english), ("zh", "en", .english), ("en", "zh", .chinese),
        ("zh", "klingon", .chinese),
    ])
    func `a page uses the language of the cookie, or of the browser if no cookie is valid`(
        accepts: String, cookie: String?, language: ConsoleLanguage
    ) {
        #expect(ConsoleLanguage(cookie: cookie, accepts: accepts) == language)
    }

    /// A quote with a combining mark is one Swift character, but a browser still reads it as a quote.
    @Test(arguments: [
        "<script>alert(1)</script>", "\"\u{301} onfocus=alert(1) x=\"", "'\u{20DD} autofocus", "<\u{338}b>", "a&amp;b",
        "\u{202E}drowssap",
        "👩‍👩‍👧‍👦", "nul\0",
    ])
    func `text from a client cannot end the attribute or the element that contains the text`(text: String) throws {
        var page = TagsPage(accounts: Self.accounts)
        page.tags = [Tag(id: 100, name: text, count: 3)]
        page.chosen = 100
        let html = PageFrame.html(of: page, in: Self.visit())
        #expect(!html.contains("<script>alert") && !html.contains("onfocus=alert(1) x=\""))
        for scalar in ["\"", "'", "<"] where text.unicodeScalars.first == Unicode.Scalar(scalar) {
            #expect(!html.unicodeScalars.split(separator: ">").contains { $0.starts(with: text.unicodeScalars) })
        }
        #expect(html.contains("<bdi>"))
        let value = try #require(html.firstMatch(of: /name="name" required value="([^"]*)"/))
        #expect(!String(value.1).unicodeScalars.contains("<"))
    }

    private static let accounts: AccountChoice = {
        let account = Account(appID: "wx1", kind: .service, isCertified: true, secret: .zero)
        let summary = AccountSummary(account: account, followers: 3, tags: 1)
        return AccountChoice(offered: [summary], chosen: summary, total: 1)
    }()

    @Test(arguments: ConsoleLanguage.allCases)
    func `the page of a refused call shows the reason, the meaning of the errcode and a curl command`(
        language: ConsoleLanguage
    ) {
        var record = CallRecord(
            number: 7, time: Self.now.seconds, via: .account, method: "POST",
            path: BatchTagging.endpoint.path, errcode: 45059, milliseconds: 0.42)
        record.account = "wx1"
        record.reason = "ocYxcuDemoFollower0000001000 carries 20 tags already"
        record.query = "access_token=***"
        record.request = #"{"tagid":120,"it's":1}"#
        record.answer = #"{"errcode":45059}"#
        var query = CallsQuery(FormFields(""))
        query.call = 7
        var page = CallsPage(query: query, records: [record])
        page.detail = CallDetail(record: record, host: "127.0.0.1:8080", mayRepeat: true, mayFail: true)
        let html = PageFrame.html(of: page, in: Self.visit(language))
        for piece in ["carries 20 tags already", "45059", "lang=\"zh-CN\"", "Send again", "重新发送"].prefix(3) {
            #expect(html.contains(piece))
        }
        #expect(html.contains(PageEscaping().escapeText(ErrorCode(45059).explanation?.chinese.meaning ?? "-")))
        #expect(html.contains(PageEscaping().escapeText(ErrorCode(45059).explanation?.meaning ?? "-")))
        #expect(
            page.detail?.curl
                == #"curl -s "http://127.0.0.1:8080/cgi-bin/tags/members/batchtagging?access_token=$ACCESS_TOKEN" "#
                + #"-d '{"tagid":120,"it'\''s":1}'"#)
        #expect(html.contains("/console/faults?name=batchTagging-45059"))
        #expect(html.contains("sse-swap=\"count\"") && !html.contains("sse-swap=\"rows\""))
    }

    @Test func `a page of fifty calls with long reasons has less than sixty kilobytes`() {
        var record = CallRecord(
            number: 7, time: Self.now.seconds, via: .account, method: "POST",
            path: BatchTagging.endpoint.path, errcode: 45059, milliseconds: 0.42)
        record.reason = String(repeating: "why ", count: 60)
        record.account = "wx1"
        let page = CallsPage(
            query: CallsQuery(FormFields("")), records: Array(repeating: record, count: CallsPage.rows))
        #expect(PageFrame.html(of: page, in: Self.visit()).utf8.count < 60_000)
    }

    @Test func `the style sheet and the script stay small`() {
        #expect(StyleSheet.text.utf8.count <= 8192)
        #expect(KeyScript.text.utf8.count <= 2560)
    }

    @Test func `a curl command quotes text that the shell would interpret`() {
        let call = AdminCall(.put, ["sandbox", "snapshots", "it's /1"], body: "{}")
        #expect(
            call.curl("http://127.0.0.1:8090", needsToken: true)
                == #"curl -s -X PUT -H "Authorization: Bearer $TAGLINE_ADMIN_TOKEN" "#
                + #"'http://127.0.0.1:8090/sandbox/snapshots/it%27s%20%2F1' -d '{}'"#)
        #expect(
            AdminCall(.get, ["calls"], query: [("limit", "50"), ("path", nil)]).curl("http://h", needsToken: false)
                == "curl -s 'http://h/calls?limit=50'")
        var upload = AdminCall(.post, ["accounts", "wx1", "followers"])
        upload.file = "my followers.csv"
        #expect(
            upload.curl("http://h", needsToken: false)
                == "curl -s -X POST -T 'my followers.csv' 'http://h/accounts/wx1/followers'")
    }

    @Test(arguments: [
        ("account=wx1", "/console/followers?account=wx1"), ("", "/console/followers"),
        ("done=imported&account=wx1&import=a", "/console/followers?account=wx1"), ("import=a", "/console/followers"),
        ("important=1", "/console/followers?important=1"),
    ])
    func `after a form, the browser returns to an address without the result of an earlier form`(
        query: String, address: String
    ) {
        var visit = Self.visit()
        visit.path = ConsoleScreen.followers.path
        visit.queryText = query
        #expect(visit.address == address)
    }

    @Test(arguments: [
        (0, "1970-01-01 08:00:00"), (1_763_800_000, "2025-11-22 16:26:40"), (1_709_136_000, "2024-02-29 00:00:00"),
        (4_294_967_295, "2106-02-07 14:28:15"),
    ])
    func `pages write times in UTC+8`(seconds: Int64, text: String) {
        #expect(BeijingTimeText.moment(UnixTime(seconds: seconds)) == text)
    }

    @Test func `the next midnight in Beijing is at most a day ahead`() {
        let midnight = Self.now.startOfNextPlatformDay
        #expect(midnight > Self.now && midnight - Self.now <= 86_400)
        #expect(BeijingTimeText.clock(midnight) == "00:00:00")
    }

    @Test(arguments: [
        ("/console/calls?call=1", true), ("/console/tags?account=wx1", true), ("//evil.example/console/", false),
        ("https://evil.example", false), ("/console/\r\nSet-Cookie: a=b", false), ("/accounts", false), ("", false),
    ])
    func `after a form, the browser goes only to a path of the console`(path: String, isOwn: Bool) {
        #expect((Console.own(path) != nil) == isOwn)
    }

    @Test func `a chart draws its largest value at the top and its last value at the right edge`() {
        let points = Chart.points([0, 5, 10], 10).split(separator: " ").map(String.init)
        #expect(points.count == 3)
        #expect(points[2] == "240,1.0")
        #expect(points[0].hasSuffix(",59.0"))
    }

    @Test func `a page shows a hint in the language of the page`() {
        let hint = CallHint(
            kind: "misspelt_field", account: "wx1", path: BatchTagging.endpoint.path, count: 3, last: 7,
            sentence: "The field is spelt tagid, not tagId.")
        #expect(HintRow(hint: hint).html(.english).contains("<span>The field is spelt tagid, not tagId.</span>"))
        #expect(HintRow(hint: hint).html(.chinese).contains("<span>字段名拼写有误，等于没有传。The field is spelt tagid"))
        let new = CallHint(kind: "new", account: nil, path: nil, count: 1, last: 1, sentence: "A new hint.")
        #expect(HintRow(hint: new).html(.chinese).contains("<span>A new hint.</span>"))
    }

    @Test(arguments: [
        (0, 100, 0), (1, 100_000, 1), (50, 100, 50), (99_999, 100_000, 99), (7, 7, 100), (9, 7, 100), (1, 0, 100),
    ])
    func `a bar has at least one percent for a part above zero, and 100 percent only for the whole`(
        part: Int, whole: Int, percent: Int
    ) {
        #expect(BarWidth.percent(part, of: whole) == percent)
    }

    @Test func `the health page computes its rates and times from the difference between two readings`() {
        var earlier = HealthHistory.Reading(at: .now)
        var later = earlier
        later.at = earlier.at + .seconds(10)
        earlier.answers = [.ok: 5, .invalidTagID: 2]
        later.answers = [.ok: 95, .invalidTagID: 8, .invalidOpenID: 4]
        for _ in 0..<100 { later.calls.record(0.002) }
        let step = HealthStep(earlier, later)
        #expect(step.callsPerSecond == 10 && step.refusedPerSecond == 1)
        #expect(step.median == 2.5 && step.slowest == 2.5)
    }

    @Test func `the health page shows the number of each answer since the start and in the last hour`() {
        var page = HealthPage()
        page.answers = [(.invalidTagID, 12), (.ok, 7)]
        page.lastHour = [.invalidTagID: 3]
        let html = PageFrame.html(of: page, in: Self.visit())
        #expect(html.contains("<dd>12 <span class=\"soft\">(last hour: 3)</span></dd>"))
        #expect(html.contains("<dd>7 <span class=\"soft\">(last hour: 0)</span></dd>"))
    }

    @Test func `a session ends after its lifetime, at a sign-out, or when too many new sessions begin`() throws {
        let sessions = ConsoleSessions(
            token: AdminToken(Fingerprint(of: "a token for tests")), randomBytes: Surroundings.systemRandomBytes)
        let start = ContinuousClock.now
        #expect(sessions.begin(with: "another") == nil && !sessions.admit(nil))
        let first = try #require(sessions.begin(with: "a token for tests", at: start))
        #expect(sessions.admit(first, at: start) && !sessions.admit(first, at: start + ConsoleSessions.lifetime))
        let second = try #require(sessions.begin(with: "a token for tests", at: start))
        #expect(sessions.formToken(for: first) != sessions.formToken(for: second))
        #expect(!sessions.isRight(sessions.formToken(for: first), for: second))
        sessions.end(second)
        #expect(!sessions.admit(second, at: start))
        for _ in 0..<ConsoleSessions.most { _ = sessions.begin(with: "a token for tests", at: start) }
        #expect(!sessions.admit(first, at: start))
    }
}
