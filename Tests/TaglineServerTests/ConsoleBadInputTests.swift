import AdminAPI
import HTTPTypes
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

/// Tests the console with odd names, with deleted accounts, and with a clock that jumps.
@Suite struct ConsoleBadInputTests {
    private static let service = DemoWorld.service.appID.rawValue
    private static let openID = DemoWorld.follower(1, prefix: "ocYxcu")

    // MARK: Odd names

    /// A name with markup, a character that reverses the direction of text, and an emoji. A name has at most 30 bytes.
    private static let odd = "<img src=x>\u{202E}👩‍👧"
    private static let escaped = "&lt;img src=x&gt;\u{202E}👩‍👧"

    /// Uses ``odd`` as the name of a tag, a rule, a snapshot, a mark and a client, as a remark, and in a path and a
    /// body.
    private func fill(_ sandbox: SandboxInProcess) async throws {
        let account = DemoWorld.service.appID
        let tag = try await sandbox.store.createTag(named: Self.odd, id: nil, for: account)
        let openID = try #require(OpenID(Self.openID))
        try await sandbox.store.batchTagging(OpenIDList([openID]), tag: tag, for: account)
        try await sandbox.store.setRemark(Self.odd, of: openID, for: account)
        let rule = ["name": Self.odd, "path": BatchTagging.endpoint.path, "tag": "\(tag)", "errcode": "45159"]
        #expect(try await sandbox.submit("/console/faults/new", rule).status == 303)
        #expect(try await sandbox.submit("/console/clock/take", ["name": Self.odd]).status == 303)
        let tagging = ["account": Self.service, "openids": Self.openID, "tag": "\(tag)"]
        _ = try await sandbox.submit("/console/followers/tag", tagging)
        let token = try await sandbox.fillJournal()
        for path in ["/cgi-bin/tags/members/batchtagging", "/cgi-bin/\(FormFields.encoded(Self.odd))"] {
            _ = try await sandbox.host.send(
                WireRequest(
                    "POST", "\(path)?access_token=\(token)", headers: [("User-Agent", Self.odd)],
                    body: Array(#"{"openid_list":["\#(Self.odd)"],"tagid":\#(tag)}"#.utf8)))
        }
        _ = sandbox.journal.mark(Self.odd)
    }

    /// The pages that show ``odd``, each with the smallest number of times that the page shows ``odd``.
    private static func pages(_ sandbox: SandboxInProcess) async throws -> [(path: String, times: Int)] {
        let tag = try #require(try await sandbox.store.tags(of: DemoWorld.service.appID).last?.id)
        let last = sandbox.journal.last
        let encoded = FormFields.encoded(Self.odd)
        return [
            ("/console/calls", 0), ("/console/calls?call=\(last - 1)", 1), ("/console/calls?call=\(last)", 1),
            ("/console/calls?mark=\(encoded)", 1), ("/console/calls?fault=\(encoded)", 2),
            ("/console/calls?find=\(encoded)", 1), ("/console/errors", 0), ("/console/errors?find=\(encoded)", 1),
            ("/console/followers?account=\(Self.service)&openid=\(Self.openID)", 4),
            ("/console/followers?account=\(Self.service)&where=\(encoded)", 1),
            ("/console/tags?account=\(Self.service)&tag=\(tag)", 3),
            ("/console/accounts?account=\(Self.service)", 0), ("/console/faults?name=\(encoded)", 2),
            ("/console/clock", 2), ("/console/health", 0),
        ]
    }

    @Test(arguments: ConsoleLanguage.allCases)
    func `every screen shows markup, direction marks and emoji in names as plain text`(
        language: ConsoleLanguage
    ) async throws {
        try await withSandbox { sandbox in
            try await fill(sandbox)
            for (path, times) in try await Self.pages(sandbox) {
                let page = try await sandbox.page(path, language: language)
                #expect(page.status == 200, "\(path)")
                #expect(!page.text.contains("<img"), "\(path)")
                #expect(page.text.ranges(of: Self.escaped).count >= times, "\(path)")
                #expect(Self.turned(in: page.text).isEmpty, "\(path): \(Self.turned(in: page.text))")
            }
        }
    }

    /// Returns the pieces of a page in which a direction mark could reverse the console's own text. Attributes are
    /// safe, and so are elements that isolate the direction of their text.
    private static func turned(in page: String) -> [String] {
        page.replacing(/<(bdi|pre|option|textarea)[^>]*>[^<]*<\/(bdi|pre|option|textarea)>/, with: "")
            .replacing(/="[^"]*"/, with: "")
            .split(separator: "<").filter { $0.unicodeScalars.contains("\u{202E}") }.map(String.init)
    }

    @Test func `the console shows a call with fifty openids in one row, with the number of openids`() async throws {
        try await withSandbox { sandbox in
            let openIDs = (1...50).map { DemoWorld.follower($0, prefix: "ocYxcu") }.joined(separator: "\n")
            let sent = try await sandbox.submit(
                "/console/followers/tag", ["account": Self.service, "openids": openIDs, "tag": "134"])
            #expect(sent.status == 303)
            let page = try await sandbox.page("/console/calls?call=\(sandbox.journal.last)")
            #expect(page.text.ranges(of: "data-row").count == 1)
            #expect(page.text.contains("<td class=\"num desk\">50</td>"))
            #expect(page.text.contains(DemoWorld.follower(50, prefix: "ocYxcu")))
        }
    }

    // MARK: Deleted accounts

    /// The forms that change an account, its tags or its followers, each with valid fields.
    private static let accountForms: [(form: ConsoleForm, fields: [String: String])] = [
        (.tagFollowers, ["openids": openID, "tag": "134"]), (.untagFollowers, ["openids": openID, "tag": "134"]),
        (.setRemark, ["openid": openID, "remark": "Li"]), (.importLines, ["openids": openID]),
        (.createTag, ["name": "new"]), (.renameTag, ["tag": "134", "name": "new"]), (.deleteTag, ["tag": "134"]),
        (.drainTag, ["tag": "134", "sure": "1"]), (.changeAccount, ["certified": "false"]), (.renewSecret, [:]),
    ]

    @Test(arguments: ConsoleLanguage.allCases)
    func `every form says that its account is gone if another person deleted the account after the page was shown`(
        language: ConsoleLanguage
    ) async throws {
        try await withSandbox { sandbox in
            let pages = ["followers", "tags", "accounts"].map { "/console/\($0)?account=\(Self.service)" }
            let seen = try await sandbox.page("\(pages[1])&tag=134")
            let mark = String(try #require(seen.text.firstMatch(of: /name="seen" value="([0-9a-f]{16})"/)).1)
            try await sandbox.store.deleteAccount(DemoWorld.service.appID)
            for path in pages { #expect(try await sandbox.page(path, language: language).status == 404) }
            for (form, fields) in Self.accountForms {
                let sent = fields.merging(["account": Self.service, "seen": mark, "back": pages[0]]) { own, _ in own }
                let answer = try await sandbox.submit(
                    form.path, sent, headers: [("Accept-Language", language.rawValue)])
                #expect([404, 409].contains(answer.status), "\(form): \(answer.status)")
                #expect(answer.text.contains("role=\"alert\""), "\(form)")
                #expect(answer.text.contains("href=\"/console\""), "\(form)")
            }
            for path in ["/console/export?account=\(Self.service)", "/console/calls/file?call=999"] {
                let page = try await sandbox.page(path, language: language)
                #expect(page.status == 404 && page.text.contains("role=\"alert\""), "\(path)")
                #expect(page.headers["content-disposition"] == nil, "\(path)")
            }
            let count = "/console/followers/count?account=\(Self.service)&where=vip&after=\(Self.openID)"
            #expect(try await sandbox.page(count).status == 400)
        }
    }

    @Test func `a filter for a deleted account still shows the calls of the account`() async throws {
        try await withSandbox { sandbox in
            _ = try await sandbox.fillJournal()
            try await sandbox.store.deleteAccount(DemoWorld.service.appID)
            for screen in ["calls", "errors"] {
                let page = try await sandbox.page("/console/\(screen)?account=\(Self.service)")
                #expect(page.status == 200 && page.text.contains("45059"), "\(screen)")
                // The filter still offers the account, so that a new submission of the filter keeps the account.
                #expect(page.text.contains("<option value=\"\(Self.service)\" selected>"), "\(screen)")
            }
        }
    }

    // MARK: Two people

    @Test(arguments: ConsoleLanguage.allCases)
    func `a person cannot renew a secret that another person just renewed`(language: ConsoleLanguage) async throws {
        try await withSandbox { sandbox in
            let path = "/console/accounts?account=\(Self.service)"
            let page = try await sandbox.page(path)
            let seen = String(try #require(page.text.firstMatch(of: /name="seen" value="([0-9a-f]{16})"/)).1)
            let form = ["account": Self.service, "back": path, "seen": seen]
            let first = try await sandbox.submit("/console/accounts/secret", form)
            let secret = try #require(first.text.firstMatch(of: /<pre tabindex="0">([0-9a-f]{32})<\/pre>/))
            let second = try await sandbox.submit(
                "/console/accounts/secret", form, headers: [("Accept-Language", language.rawValue)])
            #expect(second.status == 409)
            #expect(second.text.contains(Words.of(language)["mistake_newer_secret"]))
            let account = try await sandbox.store.account(DemoWorld.service.appID)
            #expect(account?.secret == Fingerprint(of: String(secret.1)))
        }
    }

    @Test func `the console tells a second person that a scenario is already on`() async throws {
        try await withSandbox { sandbox in
            let form = ["scenario": "ghost-tag", "back": "/console/faults"]
            #expect(try await sandbox.submit("/console/faults/on", form).status == 303)
            let second = try await sandbox.submit("/console/faults/on", form)
            #expect(second.status == 409 && second.text.contains("role=\"alert\""))
            #expect(sandbox.state.faults.list.faults.count == 1)
        }
    }

    @Test func `two people can freeze an account and its secret at the same time`() async throws {
        try await withSandbox { sandbox in
            for field in ["frozen", "frozen", "secret_frozen"] {
                let form = ["account": Self.service, field: "true"]
                #expect(try await sandbox.submit("/console/accounts/change", form).status == 303)
            }
            let account = try await sandbox.store.account(DemoWorld.service.appID)
            #expect(account?.isFrozen == true && account?.isSecretFrozen == true && account?.isCertified == true)
        }
    }

    // MARK: The clock

    @Test(arguments: [365 * 86_400, -365 * 86_400])
    func `every screen is complete after the clock has jumped a year`(seconds: Int64) async throws {
        try await withSandbox(policy: .documented) { sandbox in
            _ = try await sandbox.fillJournal()
            let set = ["seconds": "\(testStart.seconds + seconds)"]
            #expect(try await sandbox.submit("/console/clock/set", set).status == 303)
            _ = try await sandbox.fillJournal()
            let day = BeijingTimeText.day(UnixTime(seconds: testStart.seconds + seconds))
            for screen in ConsoleScreen.allCases {
                let page = try await sandbox.page(screen.path)
                #expect(page.status == 200 && page.text.hasSuffix("</body></html>"), "\(screen)")
                #expect(page.text.contains("\(day) 16:26:40 UTC+8"), "\(screen)")
                let moved = seconds > 0 ? "moved on by 365 d" : "moved back by 365 d"
                #expect(page.text.contains("(\(moved))"), "\(screen)")
            }
            // Rows and groups from another day show their date.
            let calls = try await sandbox.page("/console/calls")
            #expect(calls.text.contains("title=\"\(day) 16:26:40 UTC+8\""))
            let errors = try await sandbox.page("/console/errors")
            #expect(errors.text.contains(BeijingTimeText.moment(testStart)))
            let account = try await sandbox.page("/console/accounts?account=\(Self.service)")
            #expect(account.text.contains("batchTagging"))
        }
    }
}

/// Tests the sentences about mistakes that the console itself notices.
@Suite struct ConsoleMistakeTests {
    private static let mistakes: [ConsoleMistake] = [
        .unsure, .notRepeatable, .noSpan, .noSeconds, .newerSecret, .noCount, .failed, .changed(to: "广东"),
        .notFindable("\"x\""), .noMark("\"m\""), .noCall(7), .manyImports(most: 4),
    ]

    @Test(arguments: mistakes)
    func `each language has a sentence with the values of each mistake`(mistake: ConsoleMistake) {
        var sentences: Set<String> = []
        for language in ConsoleLanguage.allCases {
            let sentence = mistake.sentence(.of(language))
            #expect(sentence != mistake.key && !sentence.contains("{"))
            for value in mistake.values.values { #expect(sentence.contains(value)) }
            sentences.insert(sentence)
        }
        #expect(sentences.count == ConsoleLanguage.allCases.count)
    }

    @Test func `every sentence about a mistake belongs to a mistake`() {
        let keys = Words.english.texts.keys.filter { $0.hasPrefix("mistake_") }
        #expect(Set(keys) == Set(Self.mistakes.map(\.key)))
    }

    @Test(arguments: ConsoleLanguage.allCases)
    func `a page explains a mistake in the language of the page`(language: ConsoleLanguage) async throws {
        try await withSandbox { sandbox in
            let words = Words.of(language)
            let calls = try await sandbox.page("/console/calls?call=999", language: language)
            #expect(calls.text.contains(ConsoleMistake.noCall(999).sentence(words)))
            let forms: [(path: String, fields: [String: String], mistake: ConsoleMistake)] = [
                ("/console/clock/reset", [:], .unsure), ("/console/clock/advance", ["span": "x"], .noSpan),
                ("/console/clock/set", ["seconds": "x"], .noSeconds),
                ("/console/calls/again", ["call": "999"], .notRepeatable),
            ]
            for (path, fields, mistake) in forms {
                let answer = try await sandbox.submit(
                    path, fields.merging(["back": "/console/clock"]) { own, _ in own },
                    headers: [("Accept-Language", language.rawValue)])
                #expect(
                    answer.status == mistake.status.code && answer.text.contains(mistake.sentence(words)), "\(path)")
            }
        }
    }

    @Test func `in Chinese a refusal begins with the meaning of its errcode in Chinese`() async throws {
        try await withSandbox { sandbox in
            let form = [
                "account": DemoWorld.service.appID.rawValue, "openids": DemoWorld.left, "tag": "134",
                "back": "/console/followers",
            ]
            let answer = try await sandbox.submit(
                "/console/followers/tag", form, headers: [("Accept-Language", "zh-CN")])
            let meaning = try #require(ErrorCode(40003).explanation?.chinese.meaning)
            #expect(answer.status == 409 && answer.text.contains("40003：\(PageEscaping().escapeText(meaning))（"))
            #expect(answer.text.contains("no longer follows this account"))
        }
    }
}
