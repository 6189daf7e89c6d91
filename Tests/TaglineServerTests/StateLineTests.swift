import Crypto
import Foundation
import OfficialAccount
import TagStore
import TaglineServer
import TestStore
import Testing
import WireTable

/// Checks that a refusal of a state names the line and the member with the mistake.
@Suite struct StateLineTests {
    /// The lines of a state without its first and last line, and a part of the message about the mistake.
    struct Mistake: Sendable {
        let lines: [String]
        let says: String

        init(_ lines: [String], _ says: String) {
            self.lines = lines
            self.says = says
        }

        /// Whether each line is right by itself, but the lines contradict each other.
        var isContradiction: Bool { says.contains("comes twice") || says.contains("there is an account") }
    }

    /// Returns a whole state: the first line, `lines`, and the last line.
    private func whole(_ lines: [String]) -> [UInt8] {
        let text = ([#"{"tagline_state":1}"#] + lines).map { $0 + "\n" }.joined()
        let accounts = lines.count { $0.hasPrefix(#"{"account""#) }
        let followers = lines.count { $0.hasPrefix(#"{"openid""#) }
        let digest = Hexadecimal.text(SHA256.hash(data: Data(text.utf8)))
        let end = #"{"end":{"accounts":\#(accounts),"followers":\#(followers),"sha256":"\#(digest)"}}"#
        return Array("\(text)\(end)\n".utf8)
    }

    /// Returns the line of an account, with `other` instead of `text`.
    private static func account(_ appID: String, _ text: String = "", _ other: String = "") -> String {
        let zeros = String(repeating: "0", count: 64)
        let line =
            #"{"account":{"allowed_addresses":[],"appid":"\#(appID)","certified":true,"frozen":false,"kind":"service","#
            + #""limits":{},"next_tag_id":102,"quotas":{},"secret_frozen":false,"secret_sha256":"\#(zeros)","#
            + #""tags":[{"id":100,"name":"one"}]}}"#
        return line.replacing(text, with: other)
    }

    /// Returns the line of an account with `count` tags, whose ids begin with 100.
    private static func account(tags count: Int) -> String {
        let tags = (100..<100 + count).map { #"{"id":\#($0),"name":"tag \#($0)"}"# }.joined(separator: ",")
        return account("wxa", #"{"id":100,"name":"one"}"#, tags)
            .replacing(#""next_tag_id":102"#, with: #""next_tag_id":\#(100 + count)"#)
    }

    /// The name of a tag. The name is longer than any account can allow.
    private static let longName = #""name":""# + String(repeating: "a", count: 1001) + "\""

    /// The line of a follower with 121 tags: the starred tag, and 120 tags whose ids begin with 100.
    private static let overtaggedFollower: String = {
        let tags = (100..<220).map { ",\($0)" }.joined()
        return #"{"openid":"oMine00000000000000000000001","since":1,"tags":[2\#(tags)]}"#
    }()

    private static func follower(_ number: Int) -> String {
        #"{"openid":"oMine0000000000000000000000\#(number)","since":1}"#
    }

    /// Returns the line of a token, with `other` instead of `text`.
    private static func token(_ text: String = "", _ other: String = "") -> String {
        let ones = String(repeating: "1", count: 64)
        let line =
            #"{"token":{"expires_at":7200,"forced_count":0,"forced_day":0,"issued_at":1,"kind":"ordinary","#
            + #""salt":"","sha256":"\#(ones)"}}"#
        return line.replacing(text, with: other)
    }

    private static let count = #"{"count":{"count":1,"name":"/cgi-bin/tags/get","period":1}}"#

    static let mistakes = [
        Mistake([account("wxa"), follower(1), follower(2), follower(1)], "line 5: openid: follower oMine"),
        Mistake(
            [account("wxa"), follower(1), token(), follower(2), follower(3), follower(2)],
            "line 7: openid: follower oMine"),
        Mistake([account("wxa"), token(), token()], "line 4: sha256: a token comes twice"),
        Mistake([account("wxa"), token(), account("wxb"), token()], "line 5: sha256: a token comes twice"),
        Mistake([account("wxa"), count, count], "line 4: name: the count"),
        Mistake([account("wxa"), account("wxb"), account("wxa")], "line 4: there is an account or a"),
        Mistake([token()], "line 2 is not a line of a state at this place: no account comes before it"),
        Mistake([#"{"since":1}"#], "line 2 is not a line of a state at this place: openid is missing"),
        Mistake([account("wxa"), #"{"openid":"me","since":1}"#], "line 3 is not a follower: openid must be"),
        Mistake(
            [account("wxa"), #"{"openid":"oMine00000000000000000000001"}"#],
            "line 3 is not a follower: since is missing"),
        Mistake([account("wx a")], "line 2 is not an account: appid must be"),
        Mistake(
            [account("wxa", #""quotas":{}"#, #""quotas":{"/cgi-bin/nothing":{"per_day":1}}"#)],
            "in quotas is not the path of an API"),
        Mistake(
            [account("wxa", #""kind":"service""#, #""kind":"golden""#)],
            "line 2 is not a line of a state: account.kind has a value that it cannot have"),
        Mistake(
            [account("wxa", #""certified":true,"#)],
            "line 2 is not a line of a state: account.certified is missing"),
        Mistake(
            [account("wxa", #""certified":true"#, #""certified":1"#)],
            "line 2 is not a line of a state: account.certified must be true or false"),
        Mistake(
            [account("wxa", #""limits":{}"#, #""limits":{"tags_per_follower":1e400}"#)],
            "line 2 is not a line of a state: account.limits.tags_per_follower must be a whole number"),
        Mistake(
            [account("wxa", #""id":100"#, #""id":1.5"#)],
            "line 2 is not a line of a state: account.tags[0].id must be a whole number"),
        Mistake([account("wxa"), token(#""salt":"""#, #""salt":"x""#)], "line 3 is not a token: salt must be"),
        Mistake(
            [account("wxa", #""name":"one""#, longName)],
            "line 2 is refused: the name takes 1001 bytes of UTF-8; the limit is 1000"),
        Mistake([account(tags: 121)], "line 2 is refused: the account has 120 tags already"),
        Mistake(
            [account(tags: 120), overtaggedFollower],
            "line 3 is refused: oMine00000000000000000000001 carries 121 tags; the limit is 120"),
        Mistake(
            [account("wxa"), token(#""sha256":"1"#, #""sha256":""#)],
            "line 3 is not a line of a state: token.sha256 has a value that it cannot have"),
    ]

    /// Lists of allowed addresses that the admin plane refuses.
    static let wrongAddresses: [[String]] = [
        [""], [" "], ["10.0.0.1", ""], ["10.0.0.1  10.0.0.2"], ["10.0.0.0/8"], ["localhost"], ["[::1]"],
        ["10.0.0.1:80"], Array(repeating: "10.0.0.1", count: 201),
    ]

    @Test(arguments: wrongAddresses)
    func `in a state, the allowed addresses must be addresses that the admin plane accepts`(addresses: [String])
        async throws
    {
        let list = addresses.map { "\"\($0)\"" }.joined(separator: ",")
        let line = Self.account("wxa", #""allowed_addresses":[]"#, #""allowed_addresses":[\#(list)]"#)
        try await withSandbox(isEmpty: true) { sandbox in
            let answer = try await sandbox.admin.send(WireRequest("POST", "/state", body: whole([line])))
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer.text.contains("line 2 is not an account: allowed_addresses must be"), "\(answer.text)")
            #expect(try await sandbox.store.accounts().isEmpty)
        }
    }

    @Test func `an import writes allowed addresses as the server writes the addresses of callers`() async throws {
        let line = Self.account(
            "wxa", #""allowed_addresses":[]"#, #""allowed_addresses":["::ffff:192.0.2.7","2001:DB8:0::1"]"#)
        try await withSandbox(isEmpty: true) { sandbox in
            let answer = try await sandbox.admin.send(WireRequest("POST", "/state", body: whole([line])))
            #expect(answer.status == 200, "\(answer.text)")
            let account = try await sandbox.store.account("wxa")
            #expect(account?.allowedAddresses == ["192.0.2.7", "2001:db8::1"])
        }
    }

    @Test(arguments: mistakes)
    func `a refusal of a state names the line and the member with the mistake`(mistake: Mistake) async throws {
        try await withSandbox(isEmpty: true) { sandbox in
            let answer = try await sandbox.admin.send(
                WireRequest("POST", "/state", body: whole(mistake.lines)))
            #expect([400, 409].contains(answer.status), "\(answer.text)")
            #expect(answer.text.contains(mistake.says), "\(answer.text)")
            #expect(answer.text.contains("nothing was imported"), "\(answer.text)")
            #expect(try await sandbox.store.accounts().isEmpty)
        }
    }

    @Test func `if the server already has an account of a state, the message names the line of the account`()
        async throws
    {
        try await withSandbox(isEmpty: true) { sandbox in
            func send(_ lines: [String]) async throws -> WireResponse {
                try await sandbox.admin.send(WireRequest("POST", "/state", body: whole(lines)))
            }
            let lines = [Self.account("wxa"), Self.follower(1), Self.token(), Self.count]
            #expect(try await send(lines).status == 200)
            let taken = try await send([Self.account("wxb"), Self.account("wxa")])
            #expect(taken.status == 409 && taken.text.contains("line 3: there is an account"), "\(taken.text)")
        }
    }

    @Test func `a state cannot take a token from an account that the server already has`() async throws {
        try await withSandbox(isEmpty: true) { sandbox in
            func send(_ lines: [String], _ query: String = "") async throws -> WireResponse {
                try await sandbox.admin.send(WireRequest("POST", "/state\(query)", body: whole(lines)))
            }
            #expect(try await send([Self.account("wxa"), Self.token()]).status == 200)
            for query in ["", "?replace=true"] {
                let copied = try await send([Self.account("wxb"), Self.follower(1), Self.token(), Self.count], query)
                #expect(copied.status == 400, "\(copied.text)")
                #expect(copied.text.contains("line 4: sha256: a token comes twice"), "\(copied.text)")
                #expect(try await sandbox.store.accounts().map(\.account.appID) == ["wxa"])
            }
            #expect(try await send([Self.account("wxa"), Self.token()], "?replace=true").status == 200)
        }
    }

    @Test(arguments: mistakes.filter(\.isContradiction))
    func `if the state of a world repeats an entry, the error names the line`(mistake: Mistake) {
        let found = #expect(throws: FileMistake.self) { try SandboxWorld(contents: whole(mistake.lines)) }
        #expect(found?.description.contains(mistake.says) == true, "\(found?.description ?? "-")")
    }
}
