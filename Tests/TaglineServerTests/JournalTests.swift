import AdminAPI
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

@Suite struct JournalTests {
    private func calls(_ sandbox: SandboxInProcess, _ query: String = "") async throws -> CallPage {
        let answer = try await sandbox.admin.send(WireRequest("GET", "/calls" + query))
        try #require(answer.status == 200, "\(answer.text)")
        return try JSONDecoder().decode(CallPage.self, from: Data(answer.body))
    }

    private func tag(_ run: WireRun, _ openIDs: [String], _ tag: Int = 134) async throws -> WireResponse {
        let list = openIDs.map { "\"\($0)\"" }.joined(separator: ",")
        return try await run.send(
            WireRequest(
                "POST", "/cgi-bin/tags/members/batchtagging?access_token={service}",
                headers: [("User-Agent", "test/1"), ("traceparent", "00-ab-cd-01")],
                body: Array(#"{"openid_list":[\#(list)],"tagid":\#(tag)}"#.utf8)))
    }

    @Test func `the journal records successful and refused calls with their requests and answers`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            let good = try await tag(run, DemoWorld.documentedOpenIDs)
            let bad = try await tag(run, [DemoWorld.left])
            let page = try await calls(sandbox, "?path=batchtagging")
            try #require(page.calls.count == 2)
            #expect(page.calls[0].answer == good.text && page.calls[1].answer == bad.text)
            #expect(page.calls[0].errcode == 0 && page.calls[1].errcode == 40003)
            #expect(page.calls[0].openIDs == DemoWorld.documentedOpenIDs && page.calls[0].openIDCount == 2)
            #expect(page.calls[0].tag == 134 && page.calls[0].account == "\(DemoWorld.service.appID)")
            #expect(page.calls[0].userAgent == "test/1" && page.calls[0].traceparent == "00-ab-cd-01")
            #expect(page.calls[0].time == testStart.seconds && page.calls[0].via == .account)
            #expect(page.calls[1].reason?.contains("no longer follows") == true)
            #expect(bad.text.contains(page.calls[1].rid ?? "none"))
            #expect(page.last == page.calls[1].number && page.complete && page.missed == 0)
        }
    }

    @Test func `the journal shows no secret and no token`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            let token = try await WireRun.token(of: DemoWorld.service, from: sandbox.host)
            _ = try await tag(run, DemoWorld.documentedOpenIDs)
            for body in [
                #"{"grant_type":"client_credential","appid":"\#(DemoWorld.service.appID)","secret":"\#(DemoWorld.service.secret)"}"#,
                #"{"access_token":"\#(token)","openid_list":[]}"#, "secret=\(DemoWorld.service.secret)",
            ] {
                for path in ["/cgi-bin/stable_token", "/cgi-bin/tags/members/batchtagging?access_token=\(token)"] {
                    _ = try await sandbox.host.send(WireRequest("POST", path, body: Array(body.utf8)))
                }
            }
            _ = try await tag(run, [DemoWorld.service.secret])
            let text = try await sandbox.admin.send(WireRequest("GET", "/calls?limit=1000")).text
            for hidden in [token, DemoWorld.service.secret, DemoWorld.subscription.secret] {
                #expect(!text.contains(hidden))
            }
            #expect(text.contains(String(token.prefix(4)) + "***"))
        }
    }

    @Test func `the summary of a call agrees with its record and shows no secret`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            let secret = DemoWorld.service.secret
            _ = try await tag(run, DemoWorld.documentedOpenIDs)
            _ = try await tag(run, [DemoWorld.left])
            _ = try await tag(run, [secret], 0)
            for path in ["/cgi-bin/stable_token", "/cgi-bin/tags/get?access_token=x", "/\(secret)?secret=\(secret)"] {
                for body in ["", #"{"appid":"\#(secret)","secret":"\#(secret)","component_appid":"\#(secret)"}"#] {
                    _ = try await sandbox.host.send(WireRequest("POST", path, body: Array(body.utf8)))
                }
            }
            let found = sandbox.journal.find(CallFilter(), after: 0, limit: 100)
            #expect(found.entries.count >= 9)
            for (number, entry) in found.entries {
                let record = entry.record(number: number)
                var summary = entry.summary(number: number)
                #expect(!summary.path.contains(secret) && summary.account?.contains(secret) != true)
                summary.reason = record.reason
                (summary.rid, summary.address) = (record.rid, record.address)
                (summary.userAgent, summary.traceparent) = (record.userAgent, record.traceparent)
                (summary.openIDs, summary.isCut) = (record.openIDs, record.isCut)
                (summary.query, summary.request, summary.answer) = (record.query, record.request, record.answer)
                #expect(summary == record)
            }
            let page = sandbox.journal.summaries(after: 2, before: 5, limit: 10)
            #expect(page.calls.map(\.number) == [3, 4] && page.last == 4)
        }
    }

    @Test func `filters select calls, and the admin plane refuses an unknown filter or value`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            let refused = try await tag(run, [DemoWorld.left])
            _ = try await tag(run, [DemoWorld.documentedOpenIDs[0]])
            let rid = try #require(refused.text.firstMatch(of: /rid: ([0-9a-f-]+)/)).1
            let account = DemoWorld.service.appID
            for (query, count) in [
                ("?account=\(account)&path=batchtagging", 2), ("?account=\(DemoWorld.subscription.appID)", 1),
                ("?errcode=40003", 1), ("?refused=true", 1), ("?openid=\(DemoWorld.documentedOpenIDs[0])", 1),
                ("?openid=\(DemoWorld.documentedOpenIDs[1])", 0), ("?rid=\(rid)", 1), ("?via=cloud", 0),
                ("?since=\(testStart.seconds + 1)", 0), ("?until=\(testStart.seconds)", 0),
                ("?path=/cgi-bin/tags/members/batchtagging&refused=false", 1), ("?limit=1", 1),
                ("?after=\(sandbox.journal.last)", 0), ("?fault=none", 0),
            ] { #expect(try await calls(sandbox, query).calls.count == count, "\(query)") }
            for query in [
                "?wanted=1", "?errcode=many", "?openid=me", "?limit=0", "?limit=1&limit=2", "?via=mail", "?wait=long",
                "?wait=6m", "?refused=maybe", "?after=-1", "?rid=1",
            ] {
                let answer = try await sandbox.admin.send(WireRequest("GET", "/calls" + query))
                #expect(answer.status == 400 && answer.text.contains("\"error\""), "\(query)")
            }
            #expect(try await sandbox.admin.send(WireRequest("GET", "/calls?mark=none")).status == 404)
        }
    }

    @Test func `a request waits until enough calls have arrived or its time limit has passed`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            let mark = try await sandbox.admin.send(
                WireRequest("POST", "/calls/marks", body: Array(#"{"name":"x"}"#.utf8)))
            #expect(mark.text == "{\"after\":3,\"name\":\"x\"}\n")
            async let waited = calls(sandbox, "?mark=x&path=batchtagging&wait=60s&count=3")
            for number in 1...3 { _ = try await tag(run, [DemoWorld.follower(number, prefix: "ocYxcu")]) }
            let page = try await waited
            #expect(page.complete && page.calls.count == 3)
            let late = try await calls(sandbox, "?mark=x&wait=1ms&count=9")
            #expect(!late.complete && late.calls.count == 3)
            #expect(try await sandbox.admin.send(WireRequest("DELETE", "/calls")).text == "{\"last\":6}\n")
            #expect(try await calls(sandbox).calls == [])
            _ = try await tag(run, [DemoWorld.left])
            #expect(try await calls(sandbox).calls.map(\.number) == [7])
        }
    }

    @Test func `marks whose names differ in bytes are different marks`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            let twins = ["caf\u{E9}", "cafe\u{301}"]
            for name in twins {
                _ = try await sandbox.admin.send(
                    WireRequest("POST", "/calls/marks", body: Array(#"{"name":"\#(name)"}"#.utf8)))
                _ = try await tag(run, [DemoWorld.left])
            }
            for (name, count) in zip(twins, [2, 1]) {
                #expect(try await calls(sandbox, "?mark=" + FormFields.encoded(name)).calls.count == count)
            }
        }
    }

    @Test func `the journal distinguishes two paths or two appids that look alike but differ in bytes`() async throws {
        let journal = CallJournal()
        for name in ["caf\u{E9}", "cafe\u{301}"] {
            let request = APIRequest(method: .POST, target: "/\(name)?appid=\(FormFields.encoded(name))")
            journal.append(
                CallEntry(
                    request, APIResponse(status: .ok), code: .requireGET, rid: nil, CallTrace(), at: testStart,
                    in: .zero, address: nil, keeping: .everything))
        }
        #expect(journal.refusals(of: CallFilter()).refusals.count == 2)
        #expect(CallHintFinder.hints(in: journal.find(CallFilter(), after: 0, limit: 10).entries).hints.count == 2)
        var filter = CallFilter()
        filter.account = AppID("cafe\u{301}")
        #expect(journal.page(of: filter).calls.map(\.number) == [2])
        filter = CallFilter()
        filter.path = "caf\u{E9}"
        #expect(journal.page(of: filter).calls.map(\.number) == [1])
    }

    @Test func `NDJSON contains the same calls as a page`() async throws {
        try await withSandbox { sandbox async throws in
            _ = try await WireRun(host: sandbox.host)
            let page = try await calls(sandbox)
            let lines = try await sandbox.admin.send(
                WireRequest("GET", "/calls", headers: [("Accept", "application/x-ndjson")]))
            #expect(lines.headers["content-type"] == "application/x-ndjson")
            let records = try lines.text.split(separator: "\n").map {
                try JSONDecoder().decode(CallRecord.self, from: Data($0.utf8))
            }
            #expect(records == page.calls)
        }
    }

    @Test func `hints name the mistakes of a client`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            let path = "/cgi-bin/tags/members/batchtagging?access_token={service}"
            for body in [
                #"{"openids":["ocYxcuAEy30bX0NXmGn4ypqx3tI0"],"tagid":134}"#,
                #"{"openid_list":["ocYxcuAEy30bX0NXmGn4ypqx3tI0"],"tagId":134}"#, "", "tagid=134",
                #"{"access_token":"x"}"#,
            ] { _ = try await run.send(WireRequest("POST", path, body: Array(body.utf8))) }
            _ = try await run.send(WireRequest("GET", path))
            for _ in 0..<4 { _ = try await WireRun.token(of: DemoWorld.service, from: sandbox.host) }
            let answer = try await sandbox.admin.send(WireRequest("GET", "/calls/hints"))
            let hints = try JSONDecoder().decode(CallHints.self, from: Data(answer.body)).hints
            let kinds = Set(hints.map(\.kind))
            #expect(
                kinds == [
                    "misspelt_field", "empty_body", "no_json", "token_in_body", "wrong_method", "tokens_too_often",
                ])
            #expect(hints.count { $0.kind == "misspelt_field" } == 2)
            #expect(hints.allSatisfy { $0.account == "\(DemoWorld.service.appID)" })
        }
    }

    @Test func `a journal that keeps only metadata does not have queries or bodies`() async throws {
        try await withSandbox { sandbox async throws in
            let journal = CallJournal(keeping: .metadata)
            let gateway = Gateway(
                store: sandbox.store, surroundings: Surroundings(now: { testStart }),
                quotas: try await QuotaKeeper(
                    policy: .none, store: sandbox.store, surroundings: Surroundings(now: { testStart }),
                    logger: .init(label: "test")),
                refusedCalls: sandbox.refusedCalls, meters: CallMeters(), journal: journal)
            _ = await gateway.respond(
                to: APIRequest(
                    method: .POST, target: "/cgi-bin/tags/create?access_token=abc",
                    headers: ["user-agent": "me", "cookie": "secret"], body: ByteBuffer(string: #"{"tag":{}}"#)),
                from: Peer(address: "10.0.0.1"))
            let record = try #require(journal.page().calls.first)
            #expect(record.query == nil && record.request == nil && record.answer == nil && record.openIDs == nil)
            #expect(record.path == "/cgi-bin/tags/create" && record.errcode == 40001 && record.userAgent == "me")
            #expect(record.address == "10.0.0.1")
        }
    }

    // MARK: The ring

    private static func entry(_ body: Int = 0) -> CallEntry {
        CallEntry(
            APIRequest(method: .POST, target: "/", body: ByteBuffer(bytes: Array(repeating: 0x20, count: body))),
            APIResponse(status: .ok), code: .ok, rid: nil, CallTrace(), at: testStart, in: .zero, address: nil,
            keeping: .everything)
    }

    @Test func `the ring drops its oldest calls when it has too many calls or bytes`() {
        var ring = CallRing(capacity: 3, largest: .max)
        for _ in 0..<10 { _ = ring.append(Self.entry()) }
        #expect(ring.first == 8 && ring.next == 11 && ring.entries(after: 0).entries.count == 3)
        #expect(ring.entries(after: 9).entries.first?.number == 10 && ring.entries(after: .max).entries.isEmpty)
        var bounded = CallRing(capacity: 100, largest: 10 * 1024)
        for _ in 0..<50 { _ = bounded.append(Self.entry(4096)) }
        #expect(bounded.bytes <= 10 * 1024 && bounded.next == 51 && !bounded.entries(after: 0).entries.isEmpty)
        bounded.removeAll()
        #expect(bounded.bytes == 0 && bounded.first == 51)
        _ = bounded.append(Self.entry())
        #expect(bounded.entries(after: 0).entries.first?.number == 51)
    }

    /// Calls whose long part is neither the body nor the query.
    private static func longCalls(keeping detail: CallJournal.Detail) -> [CallEntry] {
        let long = String(repeating: "a", count: 30_000)
        let many = HTTPHeaders((0..<3000).map { _ in ("a", "b") })
        let parts: [(target: String, headers: HTTPHeaders)] = [
            ("/" + long, [:]), ("/", ["user-agent": long]), ("/", ["traceparent": long]), ("/", ["x": long]),
            ("/", [long: "x"]), ("/", many), ("http://x.y/\(long)#a", [:]),
        ]
        return parts.map { part in
            CallEntry(
                APIRequest(method: .GET, target: part.target, headers: part.headers), APIResponse(status: .ok),
                code: .invalidURL, rid: nil, CallTrace(), at: testStart, in: .zero, address: nil, keeping: detail)
        }
    }

    @Test func `the path and the headers of a call count as bytes of the ring`() {
        for entry in Self.longCalls(keeping: .everything) { #expect(entry.bytes >= 30_000) }
        var ring = CallRing(capacity: 1000, largest: 100_000)
        for _ in 0..<10 {
            for entry in Self.longCalls(keeping: .everything) { _ = ring.append(entry) }
        }
        #expect(ring.bytes <= 100_000 && 1...3 ~= ring.entries(after: 0).entries.count)
    }

    @Test func `an outline of a call has only the beginnings of a long path and of long headers`() {
        for entry in Self.longCalls(keeping: .metadata) {
            let request = entry.content.request
            #expect(entry.bytes < 2048 && entry.path.utf8.count <= 512 && request.target.path.utf8.count <= 512)
            #expect(request.headers.allSatisfy { $0.value.utf8.count <= 512 })
        }
        let records = Self.longCalls(keeping: .metadata).map { $0.record(number: 1) }
        #expect(records[0].path.utf8.count == 512 && records[1].userAgent?.utf8.count == 512)
        #expect(records[2].traceparent?.utf8.count == 512)
    }

    @Test(arguments: [CallJournal.Detail.everything, .metadata])
    func `a call with a usual head counts as one kibibyte`(detail: CallJournal.Detail) {
        let headers: HTTPHeaders = [
            "host": "127.0.0.1:8080", "user-agent": "python-requests/2.32.3", "accept-encoding": "gzip, deflate",
            "accept": "*/*", "connection": "keep-alive", "content-length": "1600",
        ]
        let entry = CallEntry(
            APIRequest(method: .POST, target: "/cgi-bin/tags/members/batchtagging?access_token=abc", headers: headers),
            APIResponse(status: .ok), code: .ok, rid: nil, CallTrace(), at: testStart, in: .zero, address: nil,
            keeping: detail)
        #expect(entry.bytes == 1024)
    }

    @Test func `a filter finds a long call by its openid, and the record shows the call's tag`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            let openID = DemoWorld.documentedOpenIDs[0]
            let fill = String(repeating: "x", count: 40_000)
            let path = "/cgi-bin/tags/members/batchtagging?access_token={service}"
            for body in [
                #"{"openid_list":["\#(openID)"],"tagid":134,"fill":"\#(fill)"}"#,
                #"{"fill":"\#(fill)","tagid":134,"openid_list":["\#(openID)"]}"#,
            ] { #expect(try await run.send(WireRequest("POST", path, body: Array(body.utf8))).text.contains("\"ok\"")) }
            let page = try await calls(sandbox, "?openid=\(openID)")
            #expect(page.calls.count == 2)
            for call in page.calls {
                #expect(call.openIDs == [openID] && call.openIDCount == 1 && call.tag == 134 && call.isCut == true)
                #expect(call.request?.utf8.count == CallContent.longestBody)
            }
        }
    }

    @Test func `the journal masks nothing in a reason that explains a URL parameter`() async throws {
        try await withSandbox { sandbox async throws in
            _ = try await sandbox.host.send(WireRequest("GET", "/cgi-bin/tags/get"))
            let reason = try await calls(sandbox).calls.last?.reason
            #expect(reason == "add ?access_token=... to the URL; headers and body are not looked at")
        }
    }

    @Test func `the journal masks a misplaced token in records, hints and groups of refusals`() {
        let token = "99_" + String(repeating: "aB3-", count: 15)
        let journal = CallJournal()
        let body = #"{"appid":"\#(token)","component_appid":"\#(token)","openid":"\#(token)"}"#
        journal.append(
            CallEntry(
                APIRequest(
                    method: .POST, target: "/cgi-bin/tags/\(token)/get",
                    headers: ["user-agent": token, "traceparent": token], body: ByteBuffer(string: body)),
                APIResponse(status: .ok, body: ByteBuffer(string: token)), code: .requireGET, rid: nil, CallTrace(),
                at: testStart, in: .zero, address: nil, keeping: .everything))
        let shown = [
            EncodedJSON.text(journal.page()), EncodedJSON.text(journal.refusals(of: CallFilter())),
            EncodedJSON.text(CallHintFinder.hints(in: journal.find(CallFilter(), after: 0, limit: 10).entries)),
        ]
        for text in shown { #expect(text.contains("99_a***") && !text.contains("aB3-aB3"), "\(text)") }
    }

    @Test func `the journal masks the beginning of a token in a reason and in a long header`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            let token = try await WireRun.token(of: DemoWorld.service, from: sandbox.host)
            _ = try await tag(run, [token])
            _ = try await sandbox.host.send(WireRequest("GET", "/cgi-bin/tags/get/\(token)?access_token=\(token)"))
            let secret = DemoWorld.service.secret
            let path = "/cgi-bin/clear_quota/v2/\(DemoWorld.service.appID)/\(secret)?access_token=\(token)"
            _ = try await sandbox.host.send(
                WireRequest("GET", path, headers: [("User-Agent", String(repeating: "a ", count: 246) + token)]))
            for call in try await calls(sandbox).calls.suffix(3) {
                let reason = try #require(call.reason)
                #expect(reason.contains("***"), "\(reason)")
                for text in [reason, call.userAgent ?? ""] {
                    #expect(!text.contains(String(token.prefix(5))), "\(text)")
                    #expect(!text.contains(String(secret.prefix(5))), "\(text)")
                }
            }
        }
    }

    @Test func `the journal cuts a long body and says so in the record`() {
        let record = Self.entry(100_000).record(number: 1)
        #expect(record.isCut == true && record.request?.utf8.count == CallContent.longestBody)
    }

    @Test func `a reader who is too slow gets the number of missed calls`() {
        let journal = CallJournal(capacity: 4)
        for _ in 0..<10 { journal.append(Self.entry()) }
        let page = journal.page(after: 2)
        #expect(page.missed == 4 && page.calls.map(\.number) == [7, 8, 9, 10] && page.last == 10)
        #expect(journal.page().missed == 0)
    }

    @Test func `calls that were removed on request do not count as missed`() {
        let journal = CallJournal(capacity: 4)
        for _ in 0..<3 { journal.append(Self.entry()) }
        journal.removeAll()
        #expect(journal.page(after: 0).missed == 0 && journal.page(after: 0).last == 3 && journal.removed == 3)
        for _ in 0..<6 { journal.append(Self.entry()) }
        let page = journal.page(after: 1)
        #expect(page.missed == 2 && page.calls.map(\.number) == [6, 7, 8, 9])
    }

    @Test func `many threads add calls, and the journal has each call once`() async {
        let journal = CallJournal(capacity: 100_000)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { for _ in 0..<1000 { journal.append(Self.entry()) } } }
        }
        #expect(journal.last == 8000 && journal.find(CallFilter(), after: 0, limit: 10_000).entries.count == 8000)
    }
}
