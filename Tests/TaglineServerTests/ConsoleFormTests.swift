import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

/// Tests the paths of the console's forms, and what the forms do when two people change the same thing.
@Suite struct ConsoleFormTests {
    private static let service = DemoWorld.service.appID.rawValue

    /// Runs `body` with the admin plane of a server in production that has the store and the journal of a sandbox.
    private func withServed(
        _ sandbox: SandboxInProcess, _ body: @Sendable (RouterHost) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let surroundings = Surroundings(now: { testStart })
        let quotas = try await QuotaKeeper(
            policy: .none, store: sandbox.store, surroundings: surroundings, logger: logger)
        let plane = AdminPlane(
            store: sandbox.store, surroundings: surroundings, quotas: quotas, meters: CallMeters(),
            events: sandbox.events, journal: sandbox.journal, gateway: sandbox.responder, logger: logger)
        try await Application(responder: plane.responder, logger: logger).test(.router) { client in
            try await body(RouterHost(client: client))
        }
    }

    @Test func `every form has a route that accepts only requests from the console's own pages`() async throws {
        try await withSandbox { sandbox in
            for form in ConsoleForm.allCases where form != .importFile {
                let answer = try await sandbox.admin.send(WireRequest("POST", form.path))
                #expect(answer.status == 403, "\(form) answers \(answer.status)")
            }
        }
    }

    @Test func `ConsoleForm has a case for every form in a template`() {
        var sent: Set<String> = []
        for (name, text) in PageLibrary.texts where name != "authorization" {
            for match in text.matches(of: /(?:method="post" action|formaction|hx-post)="([^"]*)"/) {
                let path = String(match.1)
                #expect(ConsoleForm.allCases.contains { $0.path == path }, "\(name): \(path)")
                sent.insert(path)
            }
        }
        #expect(sent == Set(ConsoleForm.allCases.map(\.path)))
    }

    @Test func `a server in production does not have the screens and forms that only a sandbox has`() async throws {
        try await withSandbox { sandbox in
            _ = try await sandbox.fillJournal()
            let number = sandbox.journal.last
            try await withServed(sandbox) { served in
                for screen in ConsoleScreen.allCases {
                    let answer = try await served.send(WireRequest("GET", screen.path))
                    #expect(answer.status == (screen.isOfSandbox ? 404 : 200), "\(screen)")
                }
                for form in ConsoleForm.allCases where form != .importFile {
                    let isOfSandbox = ["faults/", "clock/", "calls/again"].contains { form.rawValue.hasPrefix($0) }
                    let answer = try await served.send(WireRequest("POST", form.path))
                    #expect((answer.status == 403) == !isOfSandbox, "\(form) answers \(answer.status)")
                }
                let page = try await served.send(WireRequest("GET", "/console/calls?call=\(number)"))
                #expect(page.text.contains("aria-label=\"One call\""))
                for form in [ConsoleForm.sendAgain, .addFault, .passTokens] { #expect(!page.text.contains(form.path)) }
                #expect(!page.text.contains(ConsoleScreen.faults.path))
                let home = try await served.send(WireRequest("GET", "/"))
                #expect(home.headers["location"] == ConsoleScreen.health.path)
            }
        }
    }

    // MARK: Two people

    /// Returns the value of the hidden field `seen`, which identifies the state that the page shows.
    private func seen(_ page: WireResponse) throws -> String {
        String(try #require(page.text.firstMatch(of: /name="seen" value="([0-9a-f]{16})"/)).1)
    }

    @Test func `the console refuses to rename or delete a tag that another person has just renamed`() async throws {
        try await withSandbox { sandbox in
            let path = "/console/tags?account=\(Self.service)&tag=134"
            let seen = try seen(try await sandbox.page(path))
            let form = ["account": Self.service, "tag": "134", "back": path, "seen": seen]
            let first = try await sandbox.submit("/console/tags/rename", form.merging(["name": "深圳"]) { $1 })
            #expect(first.status == 303)
            for (action, name) in [("rename", "佛山"), ("delete", "")] {
                let second = try await sandbox.submit("/console/tags/\(action)", form.merging(["name": name]) { $1 })
                #expect(second.status == 409 && second.text.contains("someone else has changed this value"))
                // The page shows the new name, and a form from the new page works.
                #expect(second.text.contains("<bdi>深圳</bdi>"))
            }
            let tags = try await sandbox.store.tags(of: DemoWorld.service.appID)
            #expect(tags.first { $0.id == DemoWorld.guangdong }?.name == "深圳")
            let again = try self.seen(try await sandbox.page(path))
            let third = try await sandbox.submit(
                "/console/tags/rename", form.merging(["name": "佛山", "seen": again]) { $1 })
            #expect(third.status == 303)
        }
    }

    @Test(arguments: ["", "两\r\n行", "<b>\u{202E}\"\u{301}"])
    func `the console does not overwrite a remark that another person has just changed`(remark: String) async throws {
        try await withSandbox { sandbox in
            let openID = DemoWorld.documentedOpenIDs[0]
            let id = try #require(OpenID(openID))
            try await sandbox.store.setRemark(remark, of: id, for: DemoWorld.service.appID)
            let path = "/console/followers?account=\(Self.service)&openid=\(openID)"
            let form = [
                "account": Self.service, "openid": openID, "back": path,
                "seen": try seen(try await sandbox.page(path)),
            ]
            #expect(
                try await sandbox.submit("/console/followers/remark", form.merging(["remark": "Li"]) { $1 }).status
                    == 303)
            let late = try await sandbox.submit("/console/followers/remark", form.merging(["remark": "Wu"]) { $1 })
            #expect(late.status == 409 && late.text.contains("&quot;Li&quot;"))
            let profile = try await sandbox.store.profiles(of: [id], for: DemoWorld.service.appID).first
            #expect(profile?.following?.remark == "Li")
        }
    }

    @Test func `the console tells a second person that a fault rule or snapshot is already gone`() async throws {
        try await withSandbox { sandbox in
            #expect(try await sandbox.submit("/console/faults/on", ["scenario": "ghost-tag"]).status == 303)
            #expect(try await sandbox.submit("/console/clock/take", ["name": "mine"]).status == 303)
            let forms = [("/console/faults/off", "ghost-tag"), ("/console/clock/remove", "mine")]
            for (path, name) in forms {
                #expect(try await sandbox.submit(path, ["name": name]).status == 303)
                let screen = path.hasPrefix("/console/faults") ? "/console/faults" : "/console/clock"
                let second = try await sandbox.submit(path, ["name": name, "back": screen])
                #expect(second.status == 404 && second.text.contains("role=\"alert\""), "\(path)")
            }
        }
    }

    // MARK: What a page cuts short

    @Test func `a person can download a long call in full, with all secrets masked`() async throws {
        try await withSandbox { sandbox in
            let token = try await sandbox.fillJournal()
            let filler = String(repeating: "x", count: 12_000)
            let body =
                #"{"tagid":134,"openid_list":[],"secret":"\#(DemoWorld.service.secret)","filler":"\#(filler)"}"#
            _ = try await sandbox.host.send(
                WireRequest(
                    "POST", "/cgi-bin/tags/members/batchtagging?access_token=\(token)", body: Array(body.utf8)))
            let number = sandbox.journal.last
            let page = try await sandbox.page("/console/calls?call=\(number)")
            #expect(page.text.contains("--data-binary @call-\(number)-request.json"))
            let parts = [("record", "call-\(number).json"), ("request", "call-\(number)-request.json")]
            for (part, name) in parts {
                #expect(page.text.contains("/console/calls/file?call=\(number)&amp;part=\(part)"))
                let file = try await sandbox.page("/console/calls/file?call=\(number)&part=\(part)")
                #expect(file.status == 200 && file.text.contains(filler))
                #expect(file.headers["content-disposition"] == "attachment; filename=\"\(name)\"")
                #expect(file.headers["content-type"] == "text/plain; charset=utf-8")
                for secret in [DemoWorld.service.secret, token] { #expect(!file.text.contains(secret)) }
            }
            #expect(try await sandbox.page("/console/calls/file?call=999999").status == 404)
        }
    }

    @Test func `a fault rule on the page links to the calls on which the rule fired`() async throws {
        try await withSandbox { sandbox in
            #expect(try await sandbox.submit("/console/faults/on", ["scenario": "ghost-tag"]).status == 303)
            let tagging = [
                "account": Self.service, "tag": "134", "openids": DemoWorld.follower(1, prefix: "ocYxcu"),
                "back": "/console/followers?account=\(Self.service)",
            ]
            #expect(try await sandbox.submit("/console/followers/tag", tagging).status == 409)
            _ = try await sandbox.fillJournal()
            let faults = try await sandbox.page("/console/faults")
            let link = try #require(faults.text.firstMatch(of: /data-row href="(\/console\/calls\?fault=ghost-tag)"/))
            let calls = try await sandbox.page(String(link.1))
            #expect(calls.text.contains("<bdi>ghost-tag</bdi>"))
            #expect(calls.text.contains("/calls?fault=ghost-tag&amp;limit=50"))
            #expect(calls.text.ranges(of: "pill ok").count == 0)
        }
    }

    @Test func `a person can filter the errors by account and errcode`() async throws {
        try await withSandbox { sandbox in
            _ = try await sandbox.fillJournal()
            let all = try await sandbox.page("/console/errors")
            let one = try await sandbox.page("/console/errors?account=\(Self.service)&find=45059")
            #expect(all.text.ranges(of: "pill bad").count == 3 && one.text.ranges(of: "pill bad").count == 1)
            #expect(one.text.contains("/calls/refusals?account=\(Self.service)&amp;errcode=45059"))
            let wrong = try await sandbox.page("/console/errors?find=what")
            #expect(wrong.status == 200 && wrong.text.contains("is not an openid, a rid or an errcode"))
        }
    }

    @Test(arguments: ConsoleLanguage.allCases)
    func `each page of an empty server shows a curl command for the first step`(
        language: ConsoleLanguage
    ) async throws {
        try await withSandbox(isEmpty: true) { sandbox in
            let accounts = try await sandbox.page("/console/accounts", language: language)
            #expect(accounts.text.contains(PageEscaping().escapeText(Words.of(language)["no_account_yet"])))
            #expect(accounts.text.contains("<pre tabindex=\"0\">curl -s &#39;http://"))
            try await sandbox.store.createAccount(
                Account(appID: AppID("wxmine"), kind: .service, isCertified: true, secret: .zero))
            for screen in [ConsoleScreen.followers, .tags, .faults, .clock, .calls] {
                let page = try await sandbox.page(screen.path, language: language)
                let example = /<div class="empty">.*<pre tabindex="0">(curl [^<]*)/
                let empty = try #require(page.text.firstMatch(of: example), "\(screen)")
                #expect(empty.1.contains("http://"))
            }
        }
    }
}
