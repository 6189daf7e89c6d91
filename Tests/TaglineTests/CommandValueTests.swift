import Foundation
import OfficialAccount
import OfficialAccountClient
import Testing

@testable import tagline

/// What the commands decide and say, without a process.
@Suite struct CommandValueTests {
    @Test(arguments: [
        (["--a", "1", "--a", "2"], "--a"), (["--a=1", "--a"], "--a"), (["--a", "--", "--a"], nil), (["a", "a"], nil),
        (["--b", "--b", "--c", "--c"], "--c"), (["-v", "-v"], nil), ([], nil),
    ])
    func `an option that is given twice is found`(arguments: [String], name: String?) {
        #expect(RepeatedOption.first(in: arguments, besides: ["--b"]) == name)
    }

    @Test(arguments: [
        ("flie", "file"), ("fiel", "file"), ("verfy", "verify"), ("rej", "rejects"), ("xyzzy", nil), ("", nil),
        (String(repeating: "x", count: 5000), nil),
    ])
    func `the nearest word is suggested, and none that is far`(typed: String, meant: String?) {
        #expect(Suggestion.nearest(to: typed, among: ["file", "verify", "rejects", "where"]) == meant)
    }

    @Test func `distances count single slips`() {
        #expect(Suggestion.distance("", "abc") == 3 && Suggestion.distance("abc", "") == 3)
        #expect(Suggestion.distance("abc", "acb") == 1 && Suggestion.distance("abc", "abc") == 0)
        #expect(Suggestion.distance("kitten", "sitting") == 3)
    }

    @Test(arguments: [
        ("20", MaxRemove.number(20)), ("0", .number(0)), ("20%", .share(20)), ("0.5%", .share(0.5)),
        ("100%", .share(100)),
        ("-1", nil), ("101%", nil), ("%", nil), ("nan%", nil), ("-0.1%", nil), ("1e400%", nil), ("", nil),
        ("many", nil),
        ("9223372036854775808", nil),
    ])
    func `how many may lose a tag is a number or a share`(text: String, most: MaxRemove?) {
        #expect(MaxRemove(argument: text) == most)
    }

    @Test(arguments: [
        (gets: 0, loses: 0, both: 0, bad: 5, isFine: true), (gets: 1, loses: 1, both: 9, bad: 1, isFine: false),
        (gets: 1, loses: 100, both: 0, bad: 0, isFine: true), (gets: 1, loses: 101, both: 0, bad: 0, isFine: false),
        (gets: 0, loses: 200, both: 800, bad: 0, isFine: true), (gets: 0, loses: 201, both: 799, bad: 0, isFine: false),
        (gets: 0, loses: 1, both: 0, bad: 0, isFine: false),
    ])
    func `a sync takes nothing away that is perhaps a mistake`(
        plan: (gets: Int, loses: Int, both: Int, bad: Int, isFine: Bool)
    ) {
        let sync = SyncPlan(
            source: "f", gets: plan.gets, loses: plan.loses, both: plan.both, badLines: plan.bad, firstBadLine: 1)
        let isFine = (try? sync.check(maxRemove: nil, allowEmpty: false, ignoreBadLines: false)) != nil
        #expect(isFine == plan.isFine)
        #expect(throws: Never.self) {
            try sync.check(maxRemove: .share(100), allowEmpty: true, ignoreBadLines: true)
        }
    }

    @Test func `calls are spread evenly, and a pause is not made up for`() {
        var pace = Pace(callsPerSecond: 10)
        #expect(pace.reserve(at: .seconds(5)) == .zero)
        #expect(pace.reserve(at: .seconds(5)) == .milliseconds(100))
        #expect(pace.reserve(at: .milliseconds(5050)) == .milliseconds(150))
        #expect(pace.reserve(at: .seconds(60)) == .zero)
        #expect(pace.reserve(at: .seconds(60)) == .milliseconds(100))
    }

    @Test func `a command is shown as it was typed`() {
        #expect(
            TypedCommand.text(of: ["tagline", "tag", "--tag", "广东", "a b", "it's", ""])
                == #"tagline tag --tag 广东 'a b' 'it'\''s' ''"#)
        // The shell sees a quote where Swift sees a letter with a mark.
        #expect(TypedCommand.text(of: ["'\u{301};x"]) == #"''\''"# + "\u{301};x'")
        #expect(TypedCommand.resuming(["t", "--", "x"]) == ["t", "--resume", "--", "x"])
        #expect(TypedCommand.resuming(["t", "--resume"]) == ["t", "--resume"])
    }

    @Test func `a call is logged without its token`() {
        let call = OutgoingCall(
            GetFans.endpoint,
            query: [(name: "next_openid", value: "oX"), (name: "access_token", value: "a secret token")])
        let line = LoggedTransport.line(call, Date(timeIntervalSince1970: 0), .milliseconds(23), "ok, 5 B")
        #expect(
            line.hasPrefix(
                "1970-01-01T00:00:00.000Z GET /cgi-bin/user/get?next_openid=oX&access_token=*** 0 B, 23 ms: ok"),
            "\(line)")
        #expect(LoggedTransport.verdict(Array(#"{"access_token":"secret","expires_in":7200}"#.utf8)) == "ok, 43 B")
        #expect(
            LoggedTransport.verdict(Array(#"{"errcode":45011,"errmsg":"reach \"max\""}"#.utf8))
                == #"45011 reach \"max\""#)
        #expect(LoggedTransport.verdict([]) == "ok, 0 B" && LoggedTransport.verdict([0xFF, 0x22]) == "ok, 2 B")
    }

    @Test func `lines go on from file to file and come from one again`() {
        let sources = [RunInput.Source(offset: 0, name: "a"), .init(offset: 4, name: "b"), .init(offset: 4, name: "c")]
        #expect(sources.place(of: 4) == (file: "a", line: 4) && sources.place(of: 5) == (file: "c", line: 1))
        #expect(
            [RunInput.Source]().place(of: 7) == (file: nil, line: 7) && sources.place(of: 0) == (file: "a", line: 0))
    }

    @Test func `a server's text is shown and not obeyed`() {
        #expect("a\u{1b}[2J\n\u{9b}\u{202e}é广".shown == #"a\u{1b}[2J\u{a}\u{9b}\u{202e}é广"#)
        #expect("a\n\tb\r".shownInLines == "a\n\tb\\u{d}" && "".shown == "" && "👨‍👩‍👧".shown == "👨‍👩‍👧")
    }
}
