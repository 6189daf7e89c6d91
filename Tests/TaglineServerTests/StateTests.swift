import Crypto
import EmbeddedTagStore
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import OfficialAccount
import TagStore
import TestStore
import Testing
import WireTable

@testable import TaglineServer

@Suite struct StateTests {
    private func export(_ sandbox: SandboxInProcess, _ path: String = "/state") async throws -> [UInt8] {
        let answer = try await sandbox.admin.send(WireRequest("GET", path))
        #expect(answer.status == 200)
        return answer.body
    }

    private func send(_ file: some Collection<UInt8>, to sandbox: SandboxInProcess) async throws -> WireResponse {
        try await sandbox.admin.send(WireRequest("POST", "/state", body: Array(file)))
    }

    /// Returns the state of the whole demo world and the state of its service account. The states have examples of
    /// everything that a state can hold.
    private func exported() async throws -> (all: [UInt8], one: [UInt8]) {
        try await withSandbox(policy: .documented) { sandbox in
            let run = try await WireRun(host: sandbox.host)
            for (path, body) in [
                (BatchTagging.endpoint, #"{"openid_list":["ocYxcuDemoFollower0000000007"],"tagid":134}"#),
                (UpdateRemark.endpoint, #"{"openid":"ocYxcuDemoFollower0000000007","remark":"\"备注\\"}"#),
                (BatchBlacklist.endpoint, #"{"openid_list":["ocYxcuDemoFollower0000000008"]}"#),
            ] {
                let answer = try await run.send(
                    WireRequest("POST", path.path + "?access_token={service}", body: Array(body.utf8)))
                #expect(answer.text == #"{"errcode":0,"errmsg":"ok"}"#)
            }
            _ = try await sandbox.admin.send(
                WireRequest(
                    "PATCH", "/accounts/\(DemoWorld.service.appID)",
                    body: Array(
                        #"{"limits":{"tags_per_follower":30},"quotas":{"/cgi-bin/user/get":{"per_day":9}},"allowed_addresses":["::1"]}"#
                            .utf8)))
            return (
                try await export(sandbox), try await export(sandbox, "/accounts/\(DemoWorld.service.appID)/state")
            )
        }
    }

    @Test func `after an import, an export returns exactly the bytes of the imported state`() async throws {
        let (all, one) = try await exported()
        try await withSandbox(isEmpty: true) { sandbox in
            let added = try await send(all, to: sandbox)
            #expect(added.status == 200)
            #expect(added.text.contains(DemoWorld.service.appID.rawValue))
            #expect(try await export(sandbox) == all)
            #expect(try await export(sandbox, "/accounts/\(DemoWorld.service.appID)/state") == one)
        }
        try await withSandbox(isEmpty: true) { sandbox async throws in
            #expect(try await send(one, to: sandbox).status == 200)
            #expect(try await export(sandbox) == one)
        }
        let text = String(decoding: all, as: UTF8.self)
        #expect(!text.contains(DemoWorld.service.secret) && !text.contains(DemoWorld.subscription.secret))
        #expect(text.contains(#"{"openid":"ocYxcuDemoLeft00000000000001","since":1763800000,"left":true"#))
        #expect(text.contains(#""count":{"count":1,"name":"/cgi-bin/tags/members/batchtagging""#))
        #expect(text.hasPrefix("{\"tagline_state\":1}\n"))
    }

    @Test func `after an import, the server continues the counts of the imported state`() async throws {
        let (all, _) = try await exported()
        try await withSandbox(policy: .documented, isEmpty: true) { sandbox in
            _ = try await send(all, to: sandbox)
            let run = try await WireRun(host: sandbox.host)
            let answer = try await run.send(
                WireRequest(
                    "POST", "/cgi-bin/openapi/quota/get?access_token={service}",
                    body: Array(#"{"cgi_path":"/cgi-bin/tags/members/batchtagging"}"#.utf8)))
            #expect(answer.text.contains(#""used":1,"#), "\(answer.text)")
        }
    }

    /// Checks that an empty server can import `file`, and that its export then has the same bytes.
    private func expectImportable(_ file: [UInt8]) async throws {
        try await withSandbox(isEmpty: true) { sandbox in
            let answer = try await send(file, to: sandbox)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try await export(sandbox) == file)
        }
    }

    private func setLimits(_ limits: String, _ sandbox: SandboxInProcess) async throws {
        let answer = try await sandbox.admin.send(
            WireRequest(
                "PATCH", "/accounts/\(DemoWorld.service.appID)", body: Array("{\"limits\":\(limits)}".utf8)))
        #expect(answer.status == 200, "\(answer.text)")
    }

    @Test(arguments: [
        #"{"tags_per_follower":5}"#, #"{"tags_per_account":1}"#, #"{"tag_name_bytes":1}"#,
        #"{"openids_per_call":1,"tags_per_follower":1,"tags_per_account":1,"tag_name_bytes":1,"followers_of_deletable_tag":0}"#,
    ])
    func `a server can import an account that has more than its own limits allow`(limits: String) async throws {
        let file = try await withSandbox { sandbox in
            // A follower of the demo world has twenty tags. The state has these tags even after the follower has left.
            let openID = try #require(OpenID(DemoWorld.fullyTagged))
            try await sandbox.store.unfollow([openID], of: DemoWorld.service.appID)
            try await setLimits(limits, sandbox)
            return try await export(sandbox)
        }
        try await expectImportable(file)
    }

    @Test func `a server can import an account that used the highest limits before it got the common limits`()
        async throws
    {
        let file = try await withSandbox { sandbox in
            try await setLimits(
                #"{"tags_per_follower":120,"tags_per_account":120,"tag_name_bytes":1000}"#, sandbox)
            let run = try await WireRun(host: sandbox.host)
            // The account has 22 tags, and the follower has twenty of them.
            for number in 23...120 {
                let name = String(repeating: "a", count: 1000 - 3) + "\(100 + number)"
                let made = try await run.send(
                    WireRequest(
                        "POST", "/cgi-bin/tags/create?access_token={service}",
                        body: Array("{\"tag\":{\"name\":\"\(name)\"}}".utf8)))
                let id = try #require(made.text.firstMatch(of: /"id":(\d+)/), "\(made.text)").1
                let tagged = try await run.send(
                    WireRequest(
                        "POST", "\(BatchTagging.endpoint.path)?access_token={service}",
                        body: Array("{\"openid_list\":[\"\(DemoWorld.fullyTagged)\"],\"tagid\":\(id)}".utf8)))
                #expect(tagged.text == #"{"errcode":0,"errmsg":"ok"}"#)
            }
            try await setLimits("{}", sandbox)
            return try await export(sandbox)
        }
        try await expectImportable(file)
    }

    /// Sets each number of a state to an extreme value, or to a value that is not a whole number. Either the server
    /// refuses the line with this value, or every call for the account still works.
    @Test(arguments: [
        "-9223372036854775808", "-1", "0", "-0", "1e2", "2147483647", "2147483648", "4294967296", "9007199254740992",
        "9223372036854775807", "9223372036854775808", "18446744073709551616", "1e400", "-1e400", "1.5", "\"5\"", "null",
        "true", "[]", "{}",
    ])
    func `the server refuses an extreme number and names the line, or all calls for the account work`(number: String)
        async throws
    {
        let isWhole = Int64(number) != nil || ["1e2", "null"].contains(number)
        let template = [
            #"{"tagline_state":1}"#,
            #"{"account":{"allowed_addresses":[],"appid":"APPID","certified":true,"frozen":false,"kind":"service","limits":{"tags_per_follower":<30>},"next_tag_id":<102>,"quotas":{"/cgi-bin/tags/get":{"per_day":<100>,"per_minute":<50>}},"secret_frozen":false,"secret_sha256":"SECRET","tags":[{"id":<100>,"name":"one"},{"id":<101>,"name":"two"}]}}"#,
            #"{"openid":"oMine00000000000000000000001","since":<1795351484>}"#,
            #"{"openid":"oMine00000000000000000000002","since":<1795351484>,"tags":[2,<100>],"remark":"Li"}"#,
            #"{"token":{"expires_at":<1763807200>,"forced_count":<1>,"forced_day":<20000>,"forced_last":<1763800000>,"issued_at":<1763800000>,"kind":"stable","salt":"00","sha256":"TOKEN","works_until":<1763800300>}}"#,
            #"{"count":{"count":<3>,"name":"/cgi-bin/tags/get","period":<20415>}}"#,
        ]
        let secret = "a secret for every number"
        let places = template.reduce(0) { $0 + $1.count(where: { $0 == "<" }) }
        try await withSandbox(policy: .documented, isEmpty: true) { sandbox in
            for place in 0..<places {
                let appID = "wxnumber\(place)"
                var seen = 0
                var changed = 0
                var member = ""
                var lines: [String] = []
                for (index, line) in template.enumerated() {
                    lines.append(
                        line.replacing(/<(\d+)>/) { match in
                            defer { seen += 1 }
                            if seen == place {
                                changed = index + 1
                                member = Self.member(before: match.range.lowerBound, in: line)
                            }
                            return seen == place ? number : String(match.1)
                        }
                        .replacing("APPID", with: appID)
                        .replacing("SECRET", with: Hexadecimal.text(Fingerprint(of: secret).bytes))
                        .replacing("TOKEN", with: Hexadecimal.text(Fingerprint(of: "token \(place)").bytes)))
                }
                var text = lines.map { $0 + "\n" }.joined()
                let digest = Hexadecimal.text(SHA256.hash(data: Data(text.utf8)))
                text += "{\"end\":{\"accounts\":1,\"followers\":2,\"sha256\":\"\(digest)\"}}\n"
                let answer = try await send(Array(text.utf8), to: sandbox)
                guard answer.status == 200 else {
                    #expect(answer.status == 400, "\(number) in place \(place): \(answer.text)")
                    #expect(answer.text.contains("line \(changed) "), "\(number) in place \(place): \(answer.text)")
                    #expect(isWhole || answer.text.contains(member), "\(number) in place \(place): \(answer.text)")
                    continue
                }
                #expect(isWhole, "\(number) in place \(place) was accepted")
                try await callEverything(appID, secret, sandbox)
            }
            // Another server can import the state that remains after the calls.
            let left = try await export(sandbox)
            try await withSandbox(policy: .documented, isEmpty: true) { another in
                let answer = try await send(left, to: another)
                #expect(answer.status == 200, "\(number): \(answer.text)")
                #expect(try await export(another) == left)
            }
        }
    }

    /// Returns the name of the last member before `place` in `line`. The value at `place` belongs to this member.
    private static func member(before place: String.Index, in line: String) -> String {
        line[..<place].matches(of: /"(\w+)":/).last.map { String($0.1) } ?? ""
    }

    /// Returns a state that is too large for the server to keep in memory. The state has one account.
    ///
    /// - Parameter bad: the number of the follower whose openid is not valid; if nil, every openid is valid.
    private func longState(bad: Int? = nil) -> [UInt8] {
        let secret = Hexadecimal.text(Fingerprint(of: "a secret of mine").bytes)
        var lines = [
            #"{"tagline_state":1}"#,
            #"{"account":{"allowed_addresses":[],"appid":"wxlong","certified":true,"frozen":false,"kind":"service","limits":{},"next_tag_id":100,"quotas":{},"secret_frozen":false,"secret_sha256":"\#(secret)","tags":[]}}"#,
        ]
        for number in 0..<6000 {
            let openID = number == bad ? "x" : DemoWorld.follower(number, prefix: "oLong1")
            lines.append(#"{"openid":"\#(openID)","since":1795351484}"#)
        }
        var text = lines.map { $0 + "\n" }.joined()
        let digest = Hexadecimal.text(SHA256.hash(data: Data(text.utf8)))
        text += "{\"end\":{\"accounts\":1,\"followers\":6000,\"sha256\":\"\(digest)\"}}\n"
        return Array(text.utf8)
    }

    @Test func `the server saves a large state in a file first, and then imports it or names the wrong line`()
        async throws
    {
        try await withSandbox(isEmpty: true) { sandbox in
            let refused = try await send(longState(bad: 5990), to: sandbox)
            #expect(refused.status == 400 && refused.text.contains("line 5993 is not a follower"), "\(refused.text)")
            let cut = try await send(longState().dropLast(100), to: sandbox)
            #expect(cut.status == 400 && cut.text.contains("it was cut short"), "\(cut.text)")
            let good = try await send(longState(), to: sandbox)
            #expect(longState().count > ImportSpool.mostInMemory && good.status == 200, "\(good.text)")
            let after = String(decoding: try await export(sandbox), as: UTF8.self)
            #expect(after.contains(#""followers":6000"#))
        }
    }

    /// Makes every call for an account, and checks that the server answers each.
    private func callEverything(_ appID: String, _ secret: String, _ sandbox: SandboxInProcess) async throws {
        for force in [false, true] {
            let body =
                #"{"grant_type":"client_credential","appid":"\#(appID)","secret":"\#(secret)","force_refresh":\#(force)}"#
            let answer = try await sandbox.host.send(
                WireRequest("POST", "/cgi-bin/stable_token", body: Array(body.utf8)))
            let expiresIn = try #require(
                answer.text.firstMatch(of: /"expires_in":(-?[0-9]+)/).flatMap { Int($0.1) }, "\(answer.text)")
            #expect(1...7200 ~= expiresIn)
        }
        let query = "grant_type=client_credential&appid=\(appID)&secret=\(secret.replacing(" ", with: "%20"))"
        let answer = try await sandbox.host.send(WireRequest("GET", "/cgi-bin/token?\(query)"))
        let token = try #require(answer.text.firstMatch(of: /"access_token":"([^"]+)"/), "\(answer.text)").1
        for endpoint in Endpoint.all {
            let body =
                #"{"tag":{"id":100,"name":"three"},"tagid":101,"openid":"oMine00000000000000000000001","remark":"x","openid_list":["oMine00000000000000000000001"],"user_list":[{"openid":"oMine00000000000000000000002"}],"cgi_path":"/cgi-bin/tags/get","appid":"\#(appID)"}"#
            let method = endpoint.method == .post ? "POST" : "GET"
            let answer = try await sandbox.host.send(
                WireRequest(
                    method, "\(endpoint.path)?access_token=\(token)&openid=oMine00000000000000000000001",
                    body: Array(body.utf8)))
            #expect(answer.status == 200 && answer.text.hasPrefix("{"), "\(endpoint.path): \(answer.text)")
        }
    }

    @Test func `a file that is not a whole state changes nothing, and the answer tells where the file is wrong`()
        async throws
    {
        let (all, _) = try await exported()
        let lines = String(decoding: all, as: UTF8.self).split(separator: "\n").map(String.init)
        let follower = try #require(lines.firstIndex { $0.hasPrefix("{\"openid\"") })
        func file(_ lines: some Sequence<String>) -> [UInt8] { Array(lines.map { $0 + "\n" }.joined().utf8) }
        let damaged = all.map { $0 == UInt8(ascii: "7") ? UInt8(ascii: "8") : $0 }
        let cases: [(file: [UInt8], says: String)] = [
            ([], "the file is empty"),
            (file(lines.dropLast()), "it was cut short"),
            (Array(all.dropLast(1)), "it was cut short"),
            (Array(all.prefix(100)), "it was cut short"),
            (file(lines + ["{}"]), "comes after the end"),
            (file(lines.dropFirst()), "line 1 is not the beginning of a state: tagline_state is missing"),
            (Array("openid\n".utf8), "line 1 is not the beginning of a state"),
            (file([#"{"tagline_state":2}"#]), "line 1 is of version 2"),
            (file(lines.prefix(3) + ["nonsense"]), "line 4 is not a line of a state"),
            (file(lines.prefix(1) + lines.dropFirst(2)), "line 2 is not a line of a state at this place"),
            (file(lines.prefix(follower) + lines.dropFirst(follower + 1)), "does not agree with those before it"),
            // The server checks the counts and the checksum of the file before a store looks for repeated entries.
            (file(lines.prefix(follower + 1) + lines.dropFirst(follower)), "does not agree with those before it"),
            (damaged, "nothing was imported"),
            (Array("{\"tagline_state\":1}\n".utf8) + [UInt8](repeating: 0x20, count: 3 << 20), "line 2 is longer than"),
            (Array("{\"tagline_state\":1}\n".utf8) + [0xFF, 0xFE, 0x0A], "line 2 is not a line of a state"),
        ]
        try await withSandbox(isEmpty: true) { sandbox in
            for (file, says) in cases {
                let answer = try await send(file, to: sandbox)
                #expect(answer.status == 400, "\(says): \(answer.text)")
                #expect(answer.text.contains(says) && answer.text.contains("nothing was imported"), "\(answer.text)")
                #expect(try await sandbox.store.accounts().isEmpty)
            }
            #expect(try await send(all, to: sandbox).status == 200)
            let again = try await send(all, to: sandbox)
            #expect(again.status == 409)
            #expect(again.text.contains("there is an account or a third-party platform with the appid"))
            #expect(try await export(sandbox) == all)
        }
    }

    @Test func `if the server cannot save an import on its disk, the answer gives the reason`() async throws {
        try await withSandbox(isEmpty: true) { sandbox in
            let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            let surroundings = Surroundings(now: { testStart })
            let plane = AdminPlane(
                store: sandbox.store, surroundings: surroundings,
                quotas: try await QuotaKeeper(
                    policy: .none, store: sandbox.store, surroundings: surroundings, logger: logger),
                meters: CallMeters(), events: sandbox.events, directory: URL(filePath: "/nowhere"), logger: logger)
            let file = Array(#"{"tagline_state":1"#.utf8) + [UInt8](repeating: 0x20, count: ImportSpool.mostInMemory)
            let answer = try await Application(responder: plane.responder, logger: logger).test(.router) { client in
                try await RouterHost(client: client).send(WireRequest("POST", "/state", body: file))
            }
            #expect(answer.status == 503)
            #expect(
                answer.text.contains(
                    "the server cannot keep the import on its disk: No such file or directory; nothing was imported"),
                "\(answer.text)")
        }
    }
}
