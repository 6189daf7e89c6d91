import AdminAPI
import OfficialAccount
import TagStore
import Testing

@testable import TaglineServer

/// Builds the largest page of each screen, and checks that the page has at most 60,000 bytes.
@Suite struct ConsolePageSizeTests {
    private static let now = UnixTime(seconds: 1_763_800_000)
    private static let most = 60_000
    /// Thirty characters of three bytes.
    private static let wide = String(repeating: "粉", count: 30)
    /// Thirty characters that each take six bytes in HTML.
    private static let marks = String(repeating: "\"", count: 30)

    private static func visit(_ language: ConsoleLanguage) -> ConsoleVisit {
        var visit = ConsoleVisit(language: language, clock: ConsoleVisit.Clock(now: now, isFrozen: true))
        visit.formToken = String(repeating: "0", count: 32)
        visit.needsToken = true
        visit.hasSession = true
        return visit
    }

    /// Renders a page as HTML, expects that the HTML is complete and not too large, and returns the HTML.
    private static func html(_ page: some PageContent, _ language: ConsoleLanguage, query: String = "") -> String {
        var visit = visit(language)
        visit.open(type(of: page).screen.path, query)
        let html = PageFrame.html(of: page, in: visit)
        #expect(html.utf8.count <= most, "\(type(of: page).screen) has \(html.utf8.count) bytes")
        #expect(html.hasSuffix("</body></html>") && !html.contains("\0"))
        #expect(html.ranges(of: "<table").count == html.ranges(of: "</table>").count)
        return html
    }

    private static func rows(_ html: String) -> Int { html.ranges(of: "data-row").count }

    // MARK: Content

    private static let accounts: AccountChoice = {
        let summaries = (0..<60).map { number in
            let digits = "\(number)"
            let appID = AppID("wx" + String(repeating: "0", count: 62 - digits.count) + digits)
            let account = Account(
                appID: appID, kind: .subscription, isCertified: false, secret: .zero, isFrozen: true,
                allowedAddresses: Array(repeating: "2001:db8:1111:2222:3333:4444:5555:6666", count: 200))
            return AccountSummary(account: account, followers: 10_000_000, tags: 100)
        }
        return AccountChoice(offered: summaries, chosen: summaries.last, total: summaries.count)
    }()

    private static func tags(_ name: String, count: Int = 100) -> [OfficialAccount.Tag] {
        (0..<count).map { OfficialAccount.Tag(id: TagID(100 + $0), name: "\(name)\($0)", count: 10_000_000 - $0) }
    }

    private static func profiles(_ tags: [OfficialAccount.Tag], _ remark: String) throws -> [FollowerProfile] {
        try (10..<60).map { number in
            let openID = try #require(OpenID(DemoWorld.follower(number, prefix: "ocYxcu")))
            return FollowerProfile(
                openID: openID,
                following: FollowerProfile.Following(
                    since: now.seconds, remark: remark, tagIDs: tags.suffix(20).map(\.id)))
        }
    }

    private static func record(_ number: Int, body: String) -> CallRecord {
        var record = CallRecord(
            number: number, time: now.seconds, via: .platform, method: "POST",
            path: "/" + String(repeating: "<", count: 511), errcode: 45059, milliseconds: 1234.5)
        record.account = String(repeating: "&", count: 5000)
        record.platform = record.account
        record.reason = String(repeating: "why \"", count: 1000)
        record.rid = "6921744b-5c1e0d3a-2f7b9c04"
        record.address = "2001:db8:1111:2222:3333:4444:5555:6666"
        record.userAgent = String(repeating: "'", count: 512)
        record.traceparent = record.userAgent
        record.fault = String(repeating: "障", count: 100)
        record.query = "access_token=***&" + String(repeating: "x", count: 8000)
        record.request = body
        record.answer = body
        record.isCut = true
        return record
    }

    // MARK: Screens

    @Test(arguments: ConsoleLanguage.allCases)
    func `the screen of calls is small enough with two bodies of 64 kB in the open call`(language: ConsoleLanguage) {
        for piece in ["\"", "粉", "{\"a\":1}"] {
            let body = String(repeating: piece, count: 65_536 / piece.utf8.count)
            let records = (1...50).reversed().map { Self.record($0, body: body) }
            var query = CallsQuery(FormFields(""))
            query.call = 50
            query.mark = Self.wide
            var page = CallsPage(query: query, records: records, accounts: Self.accounts)
            page.detail = CallDetail(record: records[0], host: "127.0.0.1:8080", mayRepeat: true, mayFail: true)
            let html = Self.html(page, language)
            #expect(html.contains("/console/calls/file?call=50&amp;part=record"))
            #expect(html.contains("/console/calls/file?call=50&amp;part=request"))
            #expect(Self.rows(html) > 3 && html.contains(Words.of(language)["older"]))
        }
    }

    @Test(arguments: ConsoleLanguage.allCases)
    func `the screen of calls shows a call of fifty openids in full`(language: ConsoleLanguage) {
        let openIDs = (1...50).map { DemoWorld.follower($0, prefix: "ocYxcu") }
        var record = CallRecord(
            number: 7, time: Self.now.seconds, via: .account, method: "POST", path: BatchTagging.endpoint.path,
            errcode: 0, milliseconds: 0.4)
        record.query = "access_token=***"
        record.request = "{\"openid_list\":[\"\(openIDs.joined(separator: "\",\""))\"],\"tagid\":134}"
        record.answer = "{\"errcode\":0,\"errmsg\":\"ok\"}"
        var page = CallsPage(query: CallsQuery(FormFields("call=7")), records: Array(repeating: record, count: 50))
        page.detail = CallDetail(record: record, host: "", mayRepeat: true, mayFail: true)
        let html = Self.html(page, language)
        #expect(!html.contains("part=record") && !html.contains("part=request"))
        #expect(Self.rows(html) == 50)
        #expect(page.detail?.curl.hasSuffix("\"tagid\":134}'") == true)
    }

    @Test(arguments: ConsoleLanguage.allCases)
    func `the screen of errors is small enough with 200 kinds of refusals and 200 hints`(language: ConsoleLanguage) {
        var page = ErrorsPage(accounts: Self.accounts, now: Self.now)
        page.refusals = (1...200).map { number in
            CallRefusals(
                errcode: 45159, path: "/" + String(repeating: "\"", count: 500), account: Self.marks, via: .platform,
                count: 9999, first: 0, latest: Self.now.seconds, last: number)
        }
        page.hints = (1...200).map { number in
            CallHint(
                kind: "x", account: Self.wide, path: Self.marks, count: 9999, last: number,
                sentence: String(repeating: "long ", count: 100))
        }
        let html = Self.html(page, language)
        #expect(Self.rows(html) > 5 && html.contains(Words.of(language)["more_groups"]))
        #expect(html.contains(Words.of(language)["more_hints"]))
    }

    @Test(arguments: ConsoleLanguage.allCases, [wide, marks])
    func `the screen of followers is small enough with 50 followers who each have a remark and 20 tags`(
        language: ConsoleLanguage, name: String
    ) throws {
        var page = FollowersPage(accounts: Self.accounts)
        page.tags = Self.tags(name)
        page.profiles = try Self.profiles(page.tags, name)
        page.next = page.profiles.last?.openID
        page.detail = FollowerDetail(account: page.accounts.appID, profile: page.profiles[0])
        let html = Self.html(page, language)
        #expect(Self.rows(html) >= 15, "\(Self.rows(html)) rows")
        // Each row shows the follower's first tags, and the number of the follower's other tags.
        #expect(html.contains(Words.of(language).text("more_tags", ["n": "18"])))
        // The open follower is shown with all twenty tags.
        #expect(html.ranges(of: "form=\"untag\"").count == 20)
        let next = try #require(html.firstMatch(of: /class="more"><a href="[^"]*after=([^"&]*)"/))
        #expect(String(next.1) == "\(page.profiles[Self.rows(html) - 1].openID)")
    }

    @Test(arguments: ConsoleLanguage.allCases, ["粉", "\"", "|"])
    func `the screen of followers is small enough with a long filter`(language: ConsoleLanguage, piece: String) throws {
        let longest = 2000 / FormFields.encoded(piece).utf8.count
        var page = FollowersPage(accounts: Self.accounts)
        page.condition = String(repeating: piece, count: longest)
        let end = try #require(OpenID(DemoWorld.follower(10, prefix: "ocYxcu")))
        let found = FollowerSearch.Found(count: 9_999_999, lookedAt: 10_000_000, end: end)
        page.count = FollowerCount(of: page.condition ?? "", "wx1", found, isRest: true)
        page.tags = Self.tags("标签")
        page.profiles = try Self.profiles(page.tags, "王先生")
        page.detail = FollowerDetail(account: page.accounts.appID, profile: page.profiles[0])
        let html = Self.html(page, language, query: FormFields.query([("where", page.condition)]))
        #expect(Self.rows(html) >= 1)
    }

    @Test(arguments: ConsoleLanguage.allCases)
    func `one page shows fifty followers with tags and remarks of usual length`(language: ConsoleLanguage) throws {
        var page = FollowersPage(accounts: Self.accounts)
        page.tags = Self.tags("标签")
        page.profiles = try Self.profiles(Array(page.tags.prefix(3)), "王先生")
        let html = Self.html(page, language)
        #expect(Self.rows(html) == 50)
        #expect(!html.contains("class=\"more\""))
    }

    @Test(arguments: ConsoleLanguage.allCases)
    func `the result of an import with many broken lines is small enough`(language: ConsoleLanguage) throws {
        var report = LinesReport()
        report.broken = 1000
        report.errors = (1...1000).map { LinesReport.BrokenLine(line: $0, reason: "line \($0): \(Self.marks)") }
        report.remarks = Array(repeating: String(repeating: "列", count: 20_000), count: 9)
        var page = FollowersPage(accounts: Self.accounts)
        page.tags = Self.tags(Self.wide)
        page.profiles = try Self.profiles(page.tags, Self.wide)
        page.importForm.end = .done(report)
        #expect(Self.rows(Self.html(page, language)) >= 10)
    }

    @Test(arguments: ConsoleLanguage.allCases, [wide, marks])
    func `the pages of tags are small enough, and show every tag once`(language: ConsoleLanguage, name: String) throws {
        var page = TagsPage(accounts: Self.accounts)
        page.tags = Self.tags(name, count: 120)
        page.chosen = 100
        page.drainSize = 50
        var shown = 0
        // Together the pages show every tag once.
        while shown < 120 {
            let html = Self.html(page, language)
            let rows = Self.rows(html)
            #expect(rows > (shown == 0 ? 30 : 0))
            guard rows > 0 else { break }
            shown += rows
            guard let next = html.firstMatch(of: /class="more"><a href="[^"]*first=([0-9]+)"/) else { break }
            page.first = Int(next.1)
        }
        #expect(shown == 120)
    }

    @Test(arguments: ConsoleLanguage.allCases)
    func `the screen of accounts is small enough with 50 accounts and 100 platforms`(language: ConsoleLanguage) {
        var page = AccountsPage(accounts: Array(Self.accounts.offered.prefix(50)), total: 60)
        var settings = ComponentSettings()
        settings.permissionSets = Array(1...100)
        page.components = (0..<100).map {
            Component(appID: AppID("wxplatform\($0)"), secret: .zero, settings: settings)
        }
        page.detail = AccountDetail(
            summary: Self.accounts.offered[0], limits: Limits(),
            uses: Endpoint.all.map { AccountDetail.Use(name: $0.name, used: 1_000_000, limit: 10_000_000) },
            tokens: 1_000_000)
        let html = Self.html(page, language)
        #expect(Self.rows(html) > 20 && html.contains("skip=\(Self.rows(html))\""))
        #expect(html.contains(Words.of(language)["more_platforms"]))
        #expect(html.contains(Words.of(language).text("tokens_alive", ["n": "1,000,000"])))
    }

    @Test(arguments: ConsoleLanguage.allCases)
    func `the screen of faults is small enough with a thousand fault rules`(language: ConsoleLanguage) {
        var action = FaultRule.Action(at: .refusal)
        action.errcode = 45159
        action.contentType = Self.wide
        var rule = FaultRule(name: String(repeating: "障", count: 100), action: action)
        rule.match.path = Array(repeating: "/" + Self.marks, count: 100)
        let status = FaultStatus(rule: rule, matched: 1_000_000, fired: 1_000_000, accounts: [], endsAt: nil)
        let page = FaultsPage(
            rules: Array(repeating: status, count: 1000), accounts: Self.accounts,
            wish: FormFields(decoded: [(name: "name", value: Self.marks)]))
        let html = Self.html(page, language)
        #expect(Self.rows(html) > 5)
        let left = (1000 - Self.rows(html)).grouped
        #expect(html.contains(Words.of(language).text("more_rules", ["n": left])))
    }

    @Test(arguments: ConsoleLanguage.allCases)
    func `the screen of the clock is small enough with a hundred snapshots`(language: ConsoleLanguage) {
        let snapshot = SnapshotInfo(
            name: String(repeating: "\"", count: 100), account: nil, accounts: 3, followers: 5_000_000,
            time: Self.now.seconds)
        let page = ClockPage(
            clock: ConsoleVisit.Clock(now: Self.now), snapshots: Array(repeating: snapshot, count: 100))
        let html = Self.html(page, language)
        let shown = html.ranges(of: "form=\"restore\"").count
        #expect(shown > 10)
        #expect(html.contains(Words.of(language).text("more_snapshots", ["n": "\(100 - shown)"])))
    }

    @Test(arguments: ConsoleLanguage.allCases)
    func `the screen of health is small enough with many readings, machines and errcodes`(language: ConsoleLanguage) {
        var readings = [HealthHistory.Reading(at: .now)]
        for number in 1..<HealthHistory.most {
            var reading = readings[number - 1]
            reading.at += HealthHistory.interval
            reading.calls.record(Double(number % 7) / 100)
            reading.journal = number << 20
            reading.memory = number << 20
            readings.append(reading)
        }
        var page = HealthPage()
        page.steps = zip(readings, readings.dropFirst()).map(HealthStep.init)
        page.vitals.machines = (0..<100).map { StoreVitals.Machine(name: "\(Self.wide)\($0)", answers: false) }
        page.answers = (0..<200).map { (code: ErrorCode(40_000 + $0), count: 1_000_000) }
        page.condition = .readOnly(reason: String(repeating: "<", count: 5000))
        page.age = .seconds(3 * 3600 + 300)
        let html = Self.html(page, language)
        #expect(html.contains(Words.of(language)["chart_journal"]))
        #expect(html.contains(Words.of(language).text("ago", ["span": "3 h 5 min"])))
    }
}

/// Tests what operators see when the store cannot compute the sums of accounts, followers and taggings.
@Suite struct AbsentSumsTests {
    private static let sums = StoreVitals.Sums(accounts: 2, followers: 30_000, taggings: 7)

    private static func metrics(_ vitals: StoreVitals) -> String {
        MetricsRoute.text(CallMeters(), ListenerMeters(), vitals, isWritable: true)
    }

    @Test func `the metrics contain no sums as long as a machine of the store does not answer`() {
        var vitals = StoreVitals()
        vitals.sums = Self.sums
        #expect(Self.metrics(vitals).contains("tagline_followers 30000"))
        vitals.sums = nil
        vitals.machines = [StoreVitals.Machine(name: "b:1", answers: false)]
        let text = Self.metrics(vitals)
        for name in ["tagline_accounts", "tagline_followers", "tagline_taggings"] { #expect(!text.contains(name)) }
        #expect(text.contains(#"tagline_store_machine_up{machine="b:1"} 0"#))
    }

    @Test func `the screen of health shows a dash for each sum that the store cannot compute`() {
        var page = HealthPage()
        #expect(page.data(Words.of(.english))["followers"] as? String == "–")
        page.vitals.sums = Self.sums
        #expect(page.data(Words.of(.english))["followers"] as? String == "30,000")
    }
}

/// Tests the types that shorten texts and lists to keep pages small.
@Suite struct PagePartTests {
    @Test(arguments: [
        ("", 0, "", false), ("abc", 3, "abc", false), ("abcd", 3, "abc…", true), ("粉丝", 5, "粉…", true),
        ("\"x\"", 7, "\"x…", true), ("\"x\"", 13, "\"x\"", false), ("e\u{301}e\u{301}", 5, "e\u{301}…", true),
        ("👩‍👩‍👧‍👦", 24, "…", true), ("\u{301}\u{301}", 1, "…", true),
    ])
    func `an excerpt ends between characters and takes no more bytes than allowed`(
        text: String, most: Int, shown: String, isCut: Bool
    ) {
        let excerpt = Excerpt(text, upTo: most)
        #expect(excerpt.text == shown && excerpt.isCut == isCut)
        #expect(PageEscaping().escapeText(excerpt.text).utf8.count <= most + "…".utf8.count)
    }

    @Test(arguments: [(0, 1), (9, 1), (20, 2), (29, 2), (1000, 4)])
    func `a page shows the rows that fit, and always at least the first row`(bytes: Int, count: Int) {
        let rows = FittingRows([1, 2, 3, 4], in: bytes) { "\($0)" + String(repeating: "x", count: 9) }
        #expect(rows.count == count && rows.html.utf8.count == count * 10)
        let none = FittingRows([Int](), in: bytes) { "\($0)" }
        #expect(none.count == 0 && none.html.isEmpty)
    }

    @Test func `the list may take the bytes that the other parts of the page do not need`() {
        var room = 0
        let page = PageRoom.filled("<a>粉\0</a>") { bytes in
            room = bytes
            return "list"
        }
        #expect(page == "<a>粉list</a>" && room > 59_000 && room < 60_000)
        #expect(PageRoom.filled("no list") { _ in "list" } == "no list")
    }

    @Test func `a list of options contains the chosen option, even if the list is shortened`() {
        let options = (0..<50).map { ListOption("\($0)", "an option with a text", isChosen: $0 == 49) }
        let fitting = ListOption.fitting(options, in: 1000)
        #expect(fitting.count < 20 && fitting.first?.value == "0" && fitting.last?.value == "49")
    }

    @Test func `a time from another day is written with its date`() {
        let now = UnixTime(seconds: 1_763_800_000)
        #expect(BeijingTimeText.near(now, now + -60) == "16:25:40")
        #expect(BeijingTimeText.near(now, now + 365 * 86_400) == "2026-11-22 16:26:40")
    }

    @Test func `a visit ignores a query that is too long, and the page reports this`() {
        var visit = ConsoleVisit(clock: ConsoleVisit.Clock(now: UnixTime(seconds: 0)))
        visit.open("/console/calls", "find=" + String(repeating: "x", count: 5000))
        #expect(visit.query["find"] == nil && visit.problem == Words.english["long_query"])
        #expect(visit.address == "/console/calls")
        visit.open("/console/calls", "find=40003")
        #expect(visit.query["find"] == "40003" && visit.address == "/console/calls?find=40003")
    }
}
