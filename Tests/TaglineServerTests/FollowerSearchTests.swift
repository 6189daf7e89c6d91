import OfficialAccount
import TagStore
import TagStoreConformance
import Testing
import WireTable

@testable import TaglineServer

@Suite struct FollowerSearchTests {
    private static let account = AppID("wx5ad0c4e6b81f2793")

    /// Runs `body` with followers of a new account. Every second follower carries the tag `even`, and every third
    /// follower the tag `third`. No follower carries the tag `none`.
    private func withFollowers(
        _ count: Int, _ body: @Sendable (SandboxInProcess, AppID, [OpenID]) async throws -> Void
    ) async throws {
        try await withSandbox(isEmpty: true) { sandbox in
            try await sandbox.store.createAccount(
                Account(appID: Self.account, kind: .service, isCertified: true, secret: .zero))
            let openIDs = (1...count).map { OpenID.numbered("ocYxcuSearch", $0) }
            try await sandbox.store.follow(openIDs, of: Self.account, at: testStart)
            for (name, step) in [("even", 2), ("third", 3), ("none", 0)] {
                let tag = try await sandbox.store.createTag(named: name, id: nil, for: Self.account)
                let carriers = openIDs.enumerated().filter { step > 0 && ($0.offset + 1) % step == 0 }.map(\.element)
                for start in stride(from: 0, to: carriers.count, by: 50) {
                    let list = carriers[start..<min(start + 50, carriers.count)]
                    try await sandbox.store.batchTagging(
                        OpenIDList(Array(list)), tag: tag, for: Self.account)
                }
            }
            try await body(sandbox, Self.account, openIDs)
        }
    }

    @Test(arguments: [
        ("even", 300), ("even & third", 100), ("even | third", 400), ("!even", 300), ("!even & !third", 200),
        ("third & !even", 100), ("none", 0), ("!none", 600), ("even & !even", 0),
    ])
    func `a search counts the followers who match the expression`(text: String, count: Int) async throws {
        try await withFollowers(600) { sandbox, account, openIDs in
            let search = try FollowerSearch(text, tags: try await sandbox.store.tags(of: account))
            let found = try await search.page(of: account, after: nil, limit: 600, in: sandbox.store)
            #expect(found.count == count)
            #expect(found.profiles.count == count)
            #expect(found.isComplete)
            #expect(found.next == nil)
        }
    }

    @Test func `pages show each follower once and in order`() async throws {
        try await withFollowers(130) { sandbox, account, openIDs in
            let search = try FollowerSearch("even | third", tags: try await sandbox.store.tags(of: account))
            var shown: [OpenID] = []
            var cursor: OpenID?
            repeat {
                let found = try await search.page(of: account, after: cursor, limit: 7, in: sandbox.store)
                #expect(found.profiles.count <= 7)
                shown += found.profiles.map(\.openID)
                cursor = found.next
            } while cursor != nil && shown.count <= openIDs.count
            let meant = openIDs.enumerated().filter { ($0.offset + 1) % 2 == 0 || ($0.offset + 1) % 3 == 0 }
            #expect(shown == meant.map(\.element))
        }
    }

    @Test func `a search reads only the followers with a tag if every match must carry this tag`() async throws {
        try await withFollowers(60) { sandbox, account, _ in
            let tags = try await sandbox.store.tags(of: account)
            let third = tags.first { $0.name == "third" }?.id
            #expect(try FollowerSearch("even & third", tags: tags).condition.base == third)
            #expect(try FollowerSearch("third & (even | !even)", tags: tags).condition.base == third)
            #expect(try FollowerSearch("even | third", tags: tags).condition.base == nil)
            #expect(try FollowerSearch("!third", tags: tags).condition.base == nil)
            let found = try await FollowerSearch("even & third", tags: tags).page(
                of: account, after: nil, limit: 50, in: sandbox.store)
            #expect(found.lookedAt == 20)
        }
    }

    @Test func `a search says why a text is not a valid expression`() async throws {
        try await withFollowers(1) { sandbox, account, _ in
            let tags = try await sandbox.store.tags(of: account)
            #expect(throws: FollowerSearch.Mistake.noSuchTag("vip")) { try FollowerSearch("even & vip", tags: tags) }
            for text in ["", "even &", "(even", "even third", "!"] {
                #expect {
                    _ = try FollowerSearch(text, tags: tags)
                } throws: { error in
                    if case FollowerSearch.Mistake.malformed = error { true } else { false }
                }
            }
        }
    }

    @Test func `the page and the admin plane show the followers who match an expression, and their number`()
        async throws
    {
        try await withFollowers(60) { sandbox, account, openIDs in
            let path = "/console/followers?account=\(account)&where=even%20%26%20%21third"
            let page = try await sandbox.page(path)
            #expect(page.text.contains("20 followers match"))
            #expect(page.text.contains("value=\"even &amp; !third\""))
            #expect(page.text.contains("\(openIDs[1])") && !page.text.contains("\(openIDs[5])"))
            #expect(page.text.contains("followers/page?where=even%20%26%20%21third&amp;limit=50"))
            #expect(try await sandbox.page(path, language: .chinese).text.contains("20 位粉丝符合条件"))

            let answer = try await sandbox.admin.send(
                WireRequest("GET", "/accounts/\(account)/followers/page?where=even%20%26%20%21third&limit=1"))
            #expect(answer.text.contains(#""search":{"count":20,"looked_at":30,"complete":true}"#), "\(answer.text)")
        }
    }

    @Test func `the page and the admin plane say what is wrong in an expression`() async throws {
        try await withFollowers(3) { sandbox, account, _ in
            for (text, sentence, status) in [
                ("even%20%26", "character 7", 409), ("nobody", "has no tag", 404), ("(even", "character 6", 409),
            ] {
                let page = try await sandbox.page("/console/followers?account=\(account)&where=\(text)")
                #expect(page.status == 200 && page.text.contains(sentence), "\(text): \(page.text)")
                let answer = try await sandbox.admin.send(
                    WireRequest("GET", "/accounts/\(account)/followers/page?where=\(text)"))
                #expect(answer.status == status && answer.text.contains(sentence), "\(text): \(answer.text)")
            }
        }
    }

    // MARK: The count on the page

    @Test func `a count continues after the follower in the query of the request`() async throws {
        try await withFollowers(60) { sandbox, account, openIDs in
            let path = "/console/followers/count?account=\(account)&where=even&count=5&seen=10"
            let step = try await sandbox.page("\(path)&after=\(openIDs[9])")
            #expect(step.status == 200 && step.text == "<span id=\"count\">30 followers match</span>")
            let rest = try await sandbox.page("\(path)&after=\(openIDs[9])&rest=1", language: .chinese)
            #expect(rest.text == "<span id=\"count\">本页及之后共 30 位粉丝符合条件</span>")
            let unknown = path.replacing("even", with: "nothing")
            for wrong in [path, "\(path)&after=nobody", "\(unknown)&after=\(openIDs[9])"] {
                #expect(try await sandbox.page(wrong).status == 400, "\(wrong)")
            }
        }
    }

    @Test func `a page with an incomplete count requests the rest of the count`() throws {
        let end = OpenID.numbered("ocYxcuSearch", 131_072)
        let found = FollowerSearch.Found(count: 3, lookedAt: 131_072, next: end, end: end)
        let account = Account(appID: Self.account, kind: .service, isCertified: true, secret: .zero)
        let summary = AccountSummary(account: account, followers: 10_000_000, tags: 2)
        var page = FollowersPage(accounts: AccountChoice(offered: [summary], chosen: summary, total: 1))
        page.condition = "a & !b"
        page.count = FollowerCount(of: "a & !b", Self.account, found, isRest: false)
        let html = PageFrame.html(of: page, in: ConsoleVisit(clock: ConsoleVisit.Clock(now: testStart)))
        #expect(
            html.contains(
                "3 of 131,072 followers match so far; the count goes on<noscript> with the next page</noscript></span>")
        )
        let poll = try #require(html.firstMatch(of: /hx-get="\/console\/followers\/count\?([^"]*)"/))
        let query = String(poll.1).replacing("&amp;", with: "&")

        // The page is not full. So the step that finds the first further match adds a link to this match.
        var count = try #require(FollowerCount(FormFields(query)))
        #expect(count.end == end)
        let next = OpenID.numbered("ocYxcuSearch", 262_144)
        count.add(FollowerSearch.Found(count: 2, lookedAt: 131_072, end: next))
        let step = count.html(.english)
        #expect(step.contains("5 of 262,144 followers match so far; the count goes on</span>"))
        #expect(
            step.contains(
                "<a href=\"/console/followers?account=\(Self.account)&amp;where=a%20%26%20%21b&amp;after=\(end)\">"))
        let following = try #require(step.firstMatch(of: /hx-get="\/console\/followers\/count\?([^"]*)"/))
        var last = try #require(FollowerCount(FormFields(String(following.1).replacing("&amp;", with: "&"))))
        last.add(FollowerSearch.Found(count: 1, lookedAt: 7))
        #expect(last.html(.english) == "<span id=\"count\">6 followers match</span>")
    }
}
