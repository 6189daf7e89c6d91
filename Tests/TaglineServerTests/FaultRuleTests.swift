import AdminAPI
import Foundation
import NIOCore
import NIOHTTP1
import OfficialAccount
import TagStore
import Testing

@testable import TaglineServer

/// Tests how fault rules are parsed, and how a call gets the fault of a rule. The tests run no server.
@Suite struct FaultRuleTests {
    static let example = """
        seed: 42
        faults:
        - name: lost answer
          match: {path: /cgi-bin/tags/members/batchtagging, appid: wx5ad0c4e6b81f2793, tag: 134, via: account}
          skip: 2
          times: 1
          chance: 1.0
          for: 5m
          do:
            at: answer
            delay: 300ms
            send: {bytes: 20, every: 50ms, stop_after: 12}
            connection: keep
        - name: slow
          times: always
          do:
            delay: {median: 90ms, sigma: 0.4, most: 5s}
        """

    @Test func `the rules of a YAML file stay the same when they are written as JSON and read again`() throws {
        let set = try FaultSet(yaml: Self.example)
        #expect(set.seed == 42 && set.rules.map(\.name) == ["lost answer", "slow"])
        let rule = set.rules[0]
        #expect(rule.match.path == [BatchTagging.endpoint.path] && rule.match.tag == 134 && rule.skip == 2)
        #expect(rule.times == 1 && rule.span?.duration == .seconds(300) && rule.action.at == .answer)
        #expect(rule.action.send?.stopAfter == 12 && rule.action.connection == .keep)
        for rule in set.rules {
            let json = EncodedJSON.text(rule)
            let again = try FaultReader.rule(FileNode(JSONValue(text: json)))
            #expect(again == rule, "\(json)")
            #expect(try JSONDecoder().decode(FaultRule.self, from: Data(json.utf8)) == rule)
        }
    }

    @Test(arguments: [
        ("faults: 5", "line 1: faults of the file must be a list"), ("[]", "line 1: the file must be an object"),
        ("", "the file is empty"), ("faults: [", "line"),
        ("faults:\n- name: a", "line 2: the rule \"a\": it does nothing"),
        ("faults:\n- name: a\n  do: {}", "line 3: do of \"a\": it has no effect"),
        ("faults:\n- name: a\n  do: {errcode: 45159}\n- name: a\n  do: {errcode: 1}", "line 4: two rules"),
        ("faults:\n- name: a\n  do:\n    errcode: x", "line 4: errcode"),
        ("faults:\n- name: a\n  do: {errcode: \"45159\"}", "errcode of do"),
        ("faults:\n- name: a\n  skip: -1\n  do: {errcode: 45159}", "line 3: skip"),
        ("faults:\n- name: a\n  times: 0\n  do: {errcode: 45159}", "line 3: times"),
        ("faults:\n- name: a\n  chance: 0\n  do: {errcode: 45159}", "line 3: the rule \"a\": with a chance of 0"),
        ("faults:\n- name: a\n  chance: 2\n  do: {errcode: 45159}", "line 3: chance"),
        ("faults:\n- name: a\n  chance: nan\n  do: {errcode: 45159}", "line 3: chance"),
        ("faults:\n- name: a\n  colour: red\n  do: {errcode: 45159}", "line 3: a rule has no member \"colour\""),
        ("faults:\n- name: a\n  match: {path: /nowhere}\n  do: {errcode: 45159}", "path of match"),
        ("faults:\n- name: a\n  match: {openid: me}\n  do: {errcode: 45159}", "openid of match"),
        ("faults:\n- name: a\n  do: {errcode: 0}", "errcode 0"),
        ("faults:\n- name: a\n  do: {errcode: 45159, fail_openids: 3}", "contradict"),
        ("faults:\n- name: a\n  do: {at: arrival, fail_openids: 3}", "fail_openids needs"),
        ("faults:\n- name: a\n  do: {at: refusal, delay: 1s}", "needs an errcode"),
        ("faults:\n- name: a\n  do: {errcode: 45159, connection: close}", "never sent"),
        ("faults:\n- name: a\n  do: {at: arrival, content_type: text/plain}", "has no answer to send yet"),
        ("faults:\n- name: a\n  match: {path: tags/gone}\n  do: {errcode: 1}", #"by *, not "tags/gone""#),
        ("faults:\n- name: a\n  match: {path: /cgi-bin/tags/get}\n  do: {fail_openids: 1}", "fail_openids is for"),
        ("faults:\n- name: a\n  for: 0s\n  do: {errcode: 45159}", "for no time"),
        ("faults:\n- name: a\n  do: {delay: 1h}", "delay"), ("faults:\n- name: a\n  do: {delay: -5s}", "delay"),
        ("faults:\n- name: a\n  do: {send: {bytes: 0}}", "bytes"), ("faults:\n- name: a\n  do: {send: {}}", "bytes"),
        ("faults:\n- name: a\n  do: {delay: {median: 2s, most: 1s}}", "most is less"),
        ("faults:\n- name: a\n  do:\n    delay: 300", "line 4: delay of do of \"a\" must be a whole number"),
        ("faults:\n- name: a\n  for: 5\n  do: {errcode: 1}", "line 3: for of the rule \"a\" must be"),
        ("faults:\n- name: a\n  do: {send: {bytes: 1, every: 5}}", "such as 300ms"),
        ("faults:\n- name: a\n  do: {delay: {median: 90}}", "such as 300ms"),
        ("faults:\n- name: 5\n  do: {errcode: 1}", "line 2: name of a rule must be a text"),
        ("faults:\n- name: true\n  do: {errcode: 1}", "line 2: name of a rule must be a text"),
        ("faults:\n- name: a\n  name: b\n  do: {errcode: 1}", "line 2: a name comes twice: \"name\""),
        ("faults:\n- name: a\n  match: {path: /cgi-bin/tags/get, tag: 134}\n  do: {errcode: 1}", "line 3: the rule"),
        (
            "faults:\n- name: a\n  match: {path: /cgi-bin/token, openid: ocYxcuAEy30bX0NXmGn4ypqx3tI0}\n  do: {errcode: 1}",
            "an openid"
        ),
        ("faults:\n- name: a\n  match: {path: /cgi-bin/token, via: platform}\n  do: {errcode: 1}", "via platform"),
        ("faults:\n- name: a\n  match: {via: platform}\n  do: {at: arrival, errcode: 1}", "at arrival"),
        ("faults:\n- name: a\n  match: {path: getidlist, tag: 134}\n  do: {errcode: 1}", "can contain a tag"),
        (
            "faults:\n- name: a\n  match: {path: [/cgi-bin/tags/getidlist, /cgi-bin/tags/update], tag: 134, "
                + "openid: ocYxcuAEy30bX0NXmGn4ypqx3tI0}\n  do: {errcode: 1}", "no call can match all its conditions"
        ),
        ("faults:\n- name: a\n  do: {at: refusal, errcode: 45171}", "45171 needs at: answer"),
        ("faults:\n- name: a\n  match: {path: /cgi-bin/token}\n  do: {errcode: 45171}", "45171 is for batchtagging"),
        ("faults:\n- name: 99999999999999999999\n  skip: 99999999999999999999\n  do: {errcode: 1}", "skip"),
    ])
    func `a mistake in a file is reported with its line`(text: String, expected: String) {
        let mistake = #expect(throws: FileMistake.self) { try FaultSet(yaml: text) }
        #expect(mistake?.description.contains(expected) == true, "\(mistake?.description ?? "-")")
    }

    private static let openID = "ocYxcuAEy30bX0NXmGn4ypqx3tI0"

    @Test func `all mistakes in one file are reported, each with its line`() {
        let text =
            "seed: -1\nfaults:\n- name: a\n  times: -1\n  colour: red\n  do: {errcode: x, at: noon}\n- name: b\n"
            + "  skip: -1\n  match:\n    tag: many\n    via: moon\n  do:\n    delay: {median: 5, most: 1h}\n"
        let mistake = #expect(throws: FileMistake.self) { try FaultSet(yaml: text) }
        #expect(mistake?.all.map(\.line) == [1, 4, 5, 6, 6, 8, 10, 11, 13, 13])
        #expect(mistake?.description.contains("; line 8: skip of the rule \"b\"") == true)
    }

    @Test(arguments: [
        (
            "get",
            [
                "/cgi-bin/openapi/quota/get", "/cgi-bin/openapi/rid/get", "/cgi-bin/tags/get", "/cgi-bin/user/get",
                "/cgi-bin/user/tag/get",
            ]
        ),
        ("tags/get", ["/cgi-bin/tags/get"]), ("members/batchtagging", [BatchTagging.endpoint.path]),
        ("batchtagging", [BatchTagging.endpoint.path]), ("batchTagging", [BatchTagging.endpoint.path]),
        ("/cgi-bin/tags/get", ["/cgi-bin/tags/get"]),
        ("/cgi-bin/tags/*", ["/cgi-bin/tags/*"]), ("atchtagging", []), ("/tags/get", []), ("", []), ("/", []),
        ("/nowhere/*", []),
    ])
    func `a path in a rule selects every call whose path ends with the same segments`(text: String, paths: [String]) {
        #expect(FaultMatch.paths(text) == paths)
    }

    @Test func `a rule may require a tag or an openid only for calls that have such a parameter`() throws {
        #expect(FaultReach.subjects.count == Endpoint.all.count)
        let openID = Self.openID
        for (path, namesTag, namesOpenID) in [
            (BatchTagging.endpoint.path, true, true), (GetTagFans.endpoint.path, true, false),
            (GetTagIDList.endpoint.path, false, true), (UpdateTag.endpoint.path, true, false),
            (UserInfo.endpoint.path, false, true), (BatchUserInfo.endpoint.path, false, true),
            (BatchBlacklist.endpoint.path, false, true), (GetTags.endpoint.path, false, false),
            (GetAccessToken.endpoint.path, false, false),
        ] {
            func isAccepted(_ member: String) -> Bool {
                let text = "faults:\n- name: a\n  match: {path: \(path), \(member)}\n  do: {errcode: 45159}"
                return (try? FaultSet(yaml: text)) != nil
            }
            #expect(isAccepted("tag: 134") == namesTag, "\(path)")
            #expect(isAccepted("openid: \(openID)") == namesOpenID, "\(path)")
            #expect(isAccepted("via: cloud"), "\(path)")
        }
    }

    @Test func `if a call has not played its fault, the next call can get the fault`() throws {
        var book = FaultBook()
        let set = try FaultSet(yaml: "faults:\n- {name: a, times: 1, do: {at: answer, errcode: 45169}}")
        book.replaceAll(with: set, at: testStart)
        var call = Self.call("x")
        var drawn: [FiredFault?] = []
        drawn.append(book.draw(&call, at: [.answer], now: testStart))
        // Until the first call ends, no other call gets the fault of the first call.
        drawn.append(book.draw(&call, at: [.answer], now: testStart))
        #expect(book.status(of: "a")?.fired == 0)
        book.settle(try #require(drawn[0]), isPlayed: false)
        drawn.append(book.draw(&call, at: [.answer], now: testStart))
        book.settle(try #require(drawn[2]), isPlayed: true)
        drawn.append(book.draw(&call, at: [.answer], now: testStart))
        #expect(drawn.map { $0 != nil } == [true, false, true, false])
        #expect(book.status(of: "a")?.fired == 1 && book.status(of: "a")?.matched == 4)
    }

    @Test func `a file is refused if it has too many rules or aliases, or is too deep`() {
        let many = "faults:\n" + (0..<10_000).map { "- {name: r\($0), do: {errcode: 1}}\n" }.joined()
        #expect(throws: FileMistake.self) { try FaultSet(yaml: many) }
        let bomb =
            "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
            + (1..<9).map {
                "l\($0): &l\($0) [\(Array(repeating: "*\($0 == 1 ? "a" : "l\($0 - 1)")", count: 10).joined(separator: ","))]\n"
            }
            .joined()
        #expect(throws: FileMistake.self) { try FaultSet(yaml: bomb) }
        let deep = "faults: " + String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
        #expect(throws: FileMistake.self) { try FaultSet(yaml: deep) }
    }

    private static func call(_ account: String, _ path: String = BatchTagging.endpoint.path) -> FaultCall {
        FaultCall(APIRequest(method: .POST, target: path), account: account, via: .account)
    }

    private static func rule(_ name: String, _ change: (inout FaultRule) -> Void = { _ in }) -> FaultRule {
        var action = FaultRule.Action(at: .refusal)
        action.errcode = 45159
        var rule = FaultRule(name: name, action: action)
        change(&rule)
        return rule
    }

    private func fires(_ book: inout FaultBook, _ account: String, at now: UnixTime = testStart) -> Bool {
        var call = Self.call(account)
        return book.draw(&call, at: [.refusal], now: now) != nil
    }

    @Test func `skip and times count the calls of each account separately`() {
        var book = FaultBook()
        _ = book.put(
            Self.rule("a") {
                $0.skip = 2
                $0.times = 1
            }, at: testStart)
        #expect((0..<5).map { _ in fires(&book, "x") } == [false, false, true, false, false])
        #expect((0..<4).map { _ in fires(&book, "y") } == [false, false, true, false])
        let status = book.status(of: "a")
        #expect(status?.matched == 9 && status?.fired == 2)
        #expect(status?.accounts.map(\.matched) == [5, 4])
    }

    @Test func `a rule ends after its duration`() {
        var book = FaultBook()
        _ = book.put(Self.rule("a") { $0.span = FaultSpan(.seconds(300)) }, at: testStart)
        #expect(fires(&book, "x", at: testStart + 299) && !fires(&book, "x", at: testStart + 300))
    }

    @Test func `the faults of one account do not depend on another account's calls`() {
        func run(_ order: [String]) -> [String: [Bool]] {
            var book = FaultBook()
            book.replaceAll(with: FaultSet(seed: 7, rules: [Self.rule("a") { $0.chance = 0.5 }]), at: testStart)
            var seen: [String: [Bool]] = [:]
            for account in order { seen[account, default: []].append(fires(&book, account)) }
            return seen
        }
        let alone = run(Array(repeating: "x", count: 50))
        let mixed = run((0..<150).map { ["x", "y", "z"][$0 % 3] })
        #expect(alone["x"] == mixed["x"])
        #expect(mixed["x"] != mixed["y"])
        #expect(Set(mixed["x"] ?? []).count == 2)
    }

    @Test func `seeded random numbers are uniform, and other words after the seed give other numbers`() {
        var sum = 0.0
        for number in 0..<10_000 {
            var draw = SeededDraw(seed: 1, "name", String(number))
            sum += draw.unit()
        }
        #expect(abs(sum / 10_000 - 0.5) < 0.02)
        var first = SeededDraw(seed: 1, "ab", "c")
        var second = SeededDraw(seed: 1, "a", "bc")
        #expect(first.next() != second.next())
        let delay = FaultDelay.spread(median: FaultSpan(.milliseconds(90)), sigma: 5, most: FaultSpan(.seconds(5)))
        for number in 0..<1000 {
            var draw = SeededDraw(seed: 1, String(number))
            let drawn = FaultBook.delay(delay, &draw) ?? .zero
            #expect(drawn >= .zero && drawn <= .seconds(5))
        }
    }

    @Test func `the fault header is read as the action of a rule`() throws {
        let action = try FaultHeader.action("45159 at=answer delay=2s")
        #expect(action.errcode == 45159 && action.at == .answer && action.delay == .fixed(FaultSpan(.seconds(2))))
        #expect(try FaultHeader.action("bytes=20 every=5ms").send?.bytes == 20)
        #expect(try FaultHeader.action("-1").errcode == -1)
        for wrong in [
            "", "fast", "45159 at=noon", "at=answer", "45159 45009", "errcode=45159 45159", "x=y", "=", "45159=",
        ] {
            #expect(throws: FileMistake.self, "\(wrong)") { try FaultHeader.action(wrong) }
        }
    }

    @Test func `the rule of every scenario stays the same when it is written as JSON and read again`() throws {
        for scenario in FaultScenario.all {
            let json = try JSONValue(text: EncodedJSON.text(scenario.rule))
            #expect(try FaultReader.rule(FileNode(json)) == scenario.rule, "\(scenario.name)")
        }
        #expect(FaultScenario.all.count == 12)
    }
}
