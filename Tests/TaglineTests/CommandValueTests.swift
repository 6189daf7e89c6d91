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

    @Test func `a server's text is shown and not obeyed`() {
        #expect("a\u{1b}[2J\n\u{9b}\u{202e}é广".shown == #"a\u{1b}[2J\u{a}\u{9b}\u{202e}é广"#)
        #expect("a\n\tb\r".shownInLines == "a\n\tb\\u{d}" && "".shown == "" && "👨‍👩‍👧".shown == "👨‍👩‍👧")
    }
}
