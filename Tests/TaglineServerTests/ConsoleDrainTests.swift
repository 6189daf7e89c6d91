import AdminAPI
import Hummingbird
import Logging
import NIOEmbedded
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

/// Tests how the console's tag page removes a tag from all followers.
@Suite struct ConsoleDrainTests {
    private static let appID = DemoWorld.service.appID
    private static let tag = 134
    private static let page = "/console/tags?account=\(appID)&tag=\(tag)"
    private static let form = ["account": appID.rawValue, "tag": "\(tag)", "back": page]

    private func carriers(_ sandbox: SandboxInProcess) async throws -> [OpenID] {
        try await sandbox.store.followers(carrying: TagID(Self.tag), after: nil, for: Self.appID)
    }

    /// Runs `body` with a sandbox in which the first `count` demo followers carry the tag.
    private func withCarriers(
        _ count: Int, _ body: @Sendable (SandboxInProcess) async throws -> Void
    ) async throws {
        try await withSandbox { sandbox in
            let openIDs = (1...count).compactMap { OpenID(DemoWorld.follower($0, prefix: "ocYxcu")) }
            for start in stride(from: 0, to: openIDs.count, by: 50) {
                try await sandbox.store.batchTagging(
                    OpenIDList(Array(openIDs[start..<min(start + 50, openIDs.count)])), tag: TagID(Self.tag),
                    for: Self.appID)
            }
            try await body(sandbox)
        }
    }

    private func takeStep(
        of openIDs: [OpenID], until end: ContinuousClock.Instant, in sandbox: SandboxInProcess
    ) async throws -> TagDrain.Step {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let context = AdminContext(
            source: ApplicationRequestContextSource(channel: NIOAsyncTestingChannel(), logger: logger))
        let drain = TagDrain(
            of: Self.tag, Self.appID.rawValue, callSize: 50, through: AdminDoor(sandbox.plane.routes, logger: logger))
        return try await drain.step(openIDs, until: end, context)
    }

    @Test func `the page shows the number of followers before it removes the tag from all of them`() async throws {
        try await withCarriers(120) { sandbox in
            let page = try await sandbox.page(Self.page)
            #expect(page.text.contains("120 followers carry it. 3 calls of batchUntagging"))
            #expect(page.text.contains("batchuntagging") && page.text.contains("/followers/page?tag=134&amp;limit=50"))
            let unsure = try await sandbox.submit("/console/tags/drain", Self.form)
            #expect(unsure.status == 400)
            #expect(try await carriers(sandbox).count == 120)

            let before = sandbox.journal.last
            let form = Self.form.merging(["sure": "1"]) { $1 }
            var done = try await sandbox.submit("/console/tags/drain", form)
            // On a slow machine, one step has not enough time for all calls.
            while done.text.contains("hx-trigger") { done = try await sandbox.submit("/console/tags/drain", form) }
            #expect(done.status == 200 && done.text.contains("No follower carries the tag any more."))
            #expect(try await carriers(sandbox).isEmpty)
            let calls = sandbox.journal.page(after: before).calls
            #expect(calls.map(\.path) == Array(repeating: BatchUntagging.endpoint.path, count: 3))
            #expect(calls.map(\.errcode) == [0, 0, 0])
            #expect(calls.compactMap(\.openIDCount) == [50, 50, 20])
        }
    }

    @Test func `a step of a drain ends at its time limit, and the page then starts the next step`() async throws {
        try await withCarriers(120) { sandbox in
            let step = try await takeStep(of: try await carriers(sandbox), until: .now, in: sandbox)
            #expect(step.refusal == nil && !step.isRefused)
            let left = try await carriers(sandbox).count
            #expect(left == 70)
            let part = TagDrainPart(step, total: 120, before: 120, left: left)
            let html = PageLibrary.render(
                TagDrainPart.template, part.data(.english).merging(["t": Words.english.texts]) { $1 })
            #expect(html.contains("max=\"120\" value=\"50\"") && html.contains("70 followers still carry it."))
            #expect(html.contains("hx-trigger=\"load") && html.contains("Go on"))
        }
    }

    @Test func `only the page that answers the form continues the drain automatically`() async throws {
        try await withCarriers(1) { sandbox in
            for path in [Self.page, Self.page + "&total=5&sure=1", "/console/tags/drain?tag=134&sure=1"] {
                let page = try await sandbox.page(path)
                #expect(!page.text.contains("hx-trigger"))
            }
            #expect(try await carriers(sandbox).count == 1)
        }
    }

    @Test func `a follower who has just left causes only one call to fail`() async throws {
        try await withCarriers(99) { sandbox in
            let left = try #require(OpenID(DemoWorld.left))
            let found = try await carriers(sandbox)
            let end = ContinuousClock.now.advanced(by: .seconds(60))
            let step = try await takeStep(of: [left] + found, until: end, in: sandbox)
            #expect(step.refusal?.sentence(.english).hasPrefix("40003: ") == true && !step.isRefused)
            #expect(try await carriers(sandbox).count == 49)
        }
    }

    @Test func `the page shows a refusal, and the drain does not go on by itself`() async throws {
        try await withCarriers(120) { sandbox in
            #expect(try await sandbox.submit("/console/faults/on", ["scenario": "ghost-tag"]).status == 303)
            let page = try await sandbox.submit("/console/tags/drain", Self.form.merging(["sure": "1"]) { $1 })
            #expect(page.text.contains("45159: ") && page.text.contains("Go on"))
            #expect(!page.text.contains("hx-trigger"))
            #expect(page.text.contains("name=\"back\" value=\"/console/tags?account=\(Self.appID)&amp;tag=134\""))
            #expect(try await carriers(sandbox).count == 120)
        }
    }

    @Test(arguments: ["999", "2", "", "x", "9223372036854775807"])
    func `the console refuses to drain a tag that the account has not created`(tag: String) async throws {
        try await withCarriers(1) { sandbox in
            let wrong = Self.form.merging(["tag": tag, "sure": "1"]) { $1 }
            let answer = try await sandbox.submit("/console/tags/drain", wrong)
            #expect(answer.status == 404)
        }
    }

    private static let parts: [(isRefused: Bool, before: Int, left: Int, goesOn: Bool)] = [
        (false, 10, 5, true), (false, 10, 0, false), (false, 10, 10, false), (false, 10, 11, false),
        (true, 10, 5, false),
    ]

    @Test(arguments: parts)
    func `a drain continues while each step removes the tag from a follower and the API would accept further calls`(
        isRefused: Bool, before: Int, left: Int, goesOn: Bool
    ) {
        let refusal = FollowerFormCalls.Verdict(code: .invalidOpenID, reason: "why")
        let step = TagDrain.Step(refusal: refusal, isRefused: isRefused)
        let part = TagDrainPart(step, total: -7, before: before, left: left)
        #expect(part.goesOn == goesOn && part.total >= max(before, left))
        #expect((part.refusal == nil) == (goesOn || left == 0))
    }

    @Test func `a console that makes no calls of the API offers no drain`() throws {
        let account = Account(appID: "wx1", kind: .service, isCertified: true, secret: .zero)
        let summary = AccountSummary(account: account, followers: 3, tags: 1)
        var page = TagsPage(accounts: AccountChoice(offered: [summary], chosen: summary, total: 1))
        page.tags = [Tag(id: 100, name: "vip", count: 3)]
        page.chosen = 100
        let visit = ConsoleVisit(clock: ConsoleVisit.Clock(now: testStart))
        #expect(!PageFrame.html(of: page, in: visit).contains("/console/tags/drain"))
        page.drainSize = 50
        #expect(PageFrame.html(of: page, in: visit).contains("/console/tags/drain"))
    }

    @Test func `a call has at most as many openids as the limits of the account allow`() {
        var limits = Limits()
        #expect(TagDrain.size(limits) == 50)
        limits.openIDsPerCall = 10_000
        #expect(TagDrain.size(limits) == 50)
        limits.openIDsPerCall = 7
        #expect(TagDrain.size(limits) == 7)
    }
}
