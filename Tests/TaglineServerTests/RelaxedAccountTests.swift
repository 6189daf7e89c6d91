import AdminAPI
import Foundation
import NIOCore
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

/// Tests the relaxed accounts of a sandbox, which accept the test data of SDKs without changes.
@Suite struct RelaxedAccountTests {
    /// Creates the relaxed account `wxrelaxed`, and returns an access token of this account.
    private func relaxed(_ sandbox: SandboxInProcess, secret: String = "SECRET") async throws -> String {
        let body = #"{"appid":"wxrelaxed","kind":"service","relaxed":{"secret":"\#(secret)"}}"#
        let made = try await sandbox.admin.send(WireRequest("POST", "/accounts", body: Array(body.utf8)))
        try #require(made.status == 201 && made.text.contains(#""relaxed":true"#), "\(made.text)")
        return try await token(sandbox)
    }

    /// Makes the relaxed account `wxother`.
    private func makeOther(in sandbox: SandboxInProcess) async throws {
        let other = Array(#"{"appid":"wxother","kind":"service","relaxed":{"secret":"S"}}"#.utf8)
        #expect(try await sandbox.admin.send(WireRequest("POST", "/accounts", body: other)).status == 201)
    }

    /// Makes the server forget the chosen texts, as a restart does. The store keeps the records of the tokens.
    private func forgetChosenTexts(_ sandbox: SandboxInProcess) throws {
        try sandbox.state.relaxed.replaceAll(with: [])
        try sandbox.state.relaxed.replaceAll(with: ["wxrelaxed", "wxother"])
    }

    private func token(_ sandbox: SandboxInProcess) async throws -> String {
        let answer = try await sandbox.host.send(
            WireRequest("GET", "/cgi-bin/token?grant_type=client_credential&appid=wxrelaxed&secret=SECRET"))
        return try #require(answer.text.split(separator: "\"").dropFirst(2).dropFirst().first.map(String.init))
    }

    private func stableToken(_ sandbox: SandboxInProcess) async throws -> String {
        let body = Array(#"{"grant_type":"client_credential","appid":"wxrelaxed","secret":"SECRET"}"#.utf8)
        let answer = try await sandbox.host.send(WireRequest("POST", "/cgi-bin/stable_token", body: body))
        return String(try #require(answer.text.firstMatch(of: /"access_token":"([^"]+)"/), "\(answer.text)").1)
    }

    /// Chooses `text` as the next token of `appID`, and returns the status of the answer.
    private func choose(
        _ text: String, of appID: String = "wxrelaxed", in sandbox: SandboxInProcess
    ) async throws -> Int {
        let wish = Array(#"{"access_token":"\#(text)"}"#.utf8)
        return try await sandbox.admin.send(WireRequest("PUT", "/accounts/\(appID)/next-token", body: wish)).status
    }

    private func works(_ token: String, in sandbox: SandboxInProcess) async throws -> Bool {
        try await call(sandbox, "/cgi-bin/tags/get", token).contains(#""tags":["#)
    }

    private func call(
        _ sandbox: SandboxInProcess, _ path: String, _ token: String, _ body: String = ""
    ) async throws -> String {
        let target = path + (path.contains("?") ? "&" : "?") + "access_token=" + token
        return try await sandbox.host.send(
            WireRequest(body.isEmpty ? "GET" : "POST", target, body: Array(body.utf8))
        ).text
    }

    @Test func `a relaxed account accepts openids of many forms, and answers show them as the request wrote them`()
        async throws
    {
        try await withSandbox { sandbox async throws in
            let token = try await relaxed(sandbox)
            let made = try await call(sandbox, "/cgi-bin/tags/create", token, #"{"tag":{"name":"OPENID1"}}"#)
            #expect(made.contains(#""name":"OPENID1""#))
            let list = #"{"tagid":100,"openid_list":["OPENID1","o_-1","test-openid","---","_"]}"#
            #expect(
                try await call(sandbox, "/cgi-bin/tags/members/batchtagging", token, list).contains(#""errcode":0"#))
            for openID in ["OPENID1", "o_-1", "test-openid", "---", "_"] {
                let tags = try await call(sandbox, "/cgi-bin/tags/getidlist", token, #"{"openid":"\#(openID)"}"#)
                #expect(tags == #"{"tagid_list":[100]}"#, "\(openID)")
                #expect(
                    try await call(sandbox, "/cgi-bin/user/info?openid=\(openID)", token)
                        .contains(#""openid":"\#(openID)""#))
            }
            let members = try await call(sandbox, "/cgi-bin/user/tag/get", token, #"{"tagid":100}"#)
            #expect(members.contains(#""OPENID1""#) && !members.contains("o----"), "\(members)")
            #expect(members.contains(#""next_openid":"_""#))
            let rest = try await call(sandbox, "/cgi-bin/user/tag/get", token, #"{"tagid":100,"next_openid":"_"}"#)
            #expect(rest == #"{"count":0}"#)
            let profiles = try await call(
                sandbox, "/cgi-bin/user/info/batchget", token, #"{"user_list":[{"openid":"OPENID1"},{"openid":"new"}]}"#
            )
            #expect(profiles.contains(#""openid":"new""#))
        }
    }

    @Test func `new openids become followers of a relaxed account if their list fits the account's own limit`()
        async throws
    {
        try await withSandbox { sandbox async throws in
            let token = try await relaxed(sandbox)
            let limits = Array(#"{"limits":{"openids_per_call":200}}"#.utf8)
            #expect(
                try await sandbox.admin.send(WireRequest("PATCH", "/accounts/wxrelaxed", body: limits)).status == 200)
            for (numbers, code, followers) in [(1...201, 40032, 0), (1...200, 0, 200), (151...210, 0, 210)] {
                let list = numbers.map { "\"OPENID\($0)\"" }.joined(separator: ",")
                let answer = try await call(
                    sandbox, "/cgi-bin/tags/members/batchtagging", token, #"{"tagid":2,"openid_list":[\#(list)]}"#)
                #expect(answer.contains(#""errcode":\#(code),"#), "\(answer)")
                #expect(try await sandbox.store.summary(of: "wxrelaxed")?.followers == followers)
            }
        }
    }

    @Test(arguments: [
        ("/cgi-bin/tags/members/batchtagging", "openid_list", 3),
        ("/cgi-bin/tags/members/batchuntagging", "openid_list", 3),
        ("/cgi-bin/tags/members/batchblacklist", "openid_list", 20),
        ("/cgi-bin/tags/members/batchunblacklist", "openid_list", 20),
        ("/cgi-bin/user/info/batchget", "user_list", 100),
    ])
    func `a call that names too many openids adds no followers to a relaxed account`(
        path: String, field: String, limit: Int
    ) async throws {
        try await withSandbox { sandbox async throws in
            let token = try await relaxed(sandbox)
            let limits = Array(#"{"limits":{"openids_per_call":3}}"#.utf8)
            #expect(
                try await sandbox.admin.send(WireRequest("PATCH", "/accounts/wxrelaxed", body: limits)).status == 200)
            // The last list has an openid of WeChat's form, which counts too.
            let new = (0...limit).map { "OPENID\($0)" }
            let mixed = Array(new.dropLast()) + ["ocYxcuDemoFollower0000000001"]
            for openIDs in [new, mixed] {
                let list = openIDs.map { field == "user_list" ? #"{"openid":"\#($0)"}"# : #""\#($0)""# }
                let body = #"{"tagid":2,"\#(field)":[\#(list.joined(separator: ","))]}"#
                let answer = try await call(sandbox, path, token, body)
                #expect(answer.contains(#""errcode":40032,"#), "\(answer)")
                #expect(try await sandbox.store.summary(of: "wxrelaxed")?.followers == 0)
            }
        }
    }

    @Test(arguments: [
        (#""secret":"a secret of sixteen","relaxed":{"secret":"SECRET"}"#, "a secret of sixteen"),
        (#""secret":"a secret of sixteen","relaxed":{}"#, "a secret of sixteen"),
        (#""relaxed":{"secret":"SECRET"}"#, "SECRET"), (#""secret":null,"relaxed":{"secret":"SECRET"}"#, "SECRET"),
    ])
    func `the secret in the member relaxed applies only if the account has no other secret`(
        members: String, secret: String
    ) async throws {
        try await withSandbox { sandbox async throws in
            let body = Array(#"{"appid":"wxrelaxed","kind":"service",\#(members)}"#.utf8)
            let made = try await sandbox.admin.send(WireRequest("POST", "/accounts", body: body))
            #expect(made.status == 201 && made.text.contains(#""secret":"\#(secret)""#), "\(made.text)")
        }
    }

    @Test(arguments: ["", "has space", "öpenid", "abcdefghijklmnopqrstuvwxyz", "o\u{2D}!"])
    func `a relaxed account refuses texts that cannot be openids`(openID: String) async throws {
        try await withSandbox { sandbox async throws in
            let token = try await relaxed(sandbox)
            let body = #"{"tagid":2,"openid_list":["\#(openID)"]}"#
            #expect(try await call(sandbox, "/cgi-bin/tags/members/batchtagging", token, body).contains("40003"))
        }
    }

    @Test func `an unknown openid becomes a follower of a relaxed account even if it is sent as a cursor`() async throws
    {
        try await withSandbox { sandbox async throws in
            let token = try await relaxed(sandbox)
            let list = #"{"tagid":2,"openid_list":["OPENID1"]}"#
            _ = try await call(sandbox, "/cgi-bin/tags/members/batchtagging", token, list)
            let page = try await call(sandbox, "/cgi-bin/user/get?next_openid=NEXT1", token)
            #expect(page == #"{"total":2,"count":0,"next_openid":""}"#)
            let members = try await call(sandbox, "/cgi-bin/user/tag/get", token, #"{"tagid":2,"next_openid":"NEXT2"}"#)
            #expect(members == #"{"count":0}"#)
            let blacklist = try await call(
                sandbox, "/cgi-bin/tags/members/getblacklist", token, #"{"begin_openid":"NEXT3"}"#)
            #expect(blacklist.hasPrefix(#"{"total":0,"count":0"#), "\(blacklist)")
            let followers = try await call(sandbox, "/cgi-bin/user/get", token)
            #expect(["OPENID1", "NEXT1", "NEXT2", "NEXT3"].allSatisfy { followers.contains("\"\($0)\"") })
        }
    }

    @Test func `the reason of 40003 states the form of a relaxed account's openids`() async throws {
        try await withSandbox { sandbox async throws in
            let token = try await relaxed(sandbox)
            for (path, body) in [
                ("/cgi-bin/tags/members/batchtagging", #"{"tagid":2,"openid_list":["has space"]}"#),
                ("/cgi-bin/tags/getidlist", #"{"openid":"has space"}"#),
                ("/cgi-bin/tags/getidlist", #"{"openid":"abcdefghijklmnopqrstuvw"}"#),
            ] {
                let answer = try await sandbox.host.send(
                    WireRequest("POST", "\(path)?access_token=\(token)", body: Array(body.utf8)))
                let reason = answer.headers["x-tagline-reason"] ?? ""
                #expect(answer.text.contains("40003"))
                #expect(reason.contains("1 to 22 letters, digits, - and _") && !reason.contains("28"), "\(reason)")
                #expect(sandbox.journal.page().calls.last?.reason == reason)
            }
        }
    }

    @Test func `a relaxed account accepts a short secret, and an ordinary account refuses it`() async throws {
        try await withSandbox { sandbox async throws in
            _ = try await relaxed(sandbox)
            for (appID, body, status) in [
                ("wxrelaxed", #"{"secret":"S"}"#, 200), ("wxrelaxed", #"{"secret":""}"#, 400),
                (DemoWorld.service.appID.rawValue, #"{"secret":"SHORT"}"#, 409),
                ("wxnobody", #"{"secret":"SHORT"}"#, 404), ("wxrelaxed", #"{"secret":"SECRET"}"#, 200),
            ] {
                let answer = try await sandbox.admin.send(
                    WireRequest("POST", "/accounts/\(appID)/secret", body: Array(body.utf8)))
                #expect(answer.status == status, "\(appID) \(answer.text)")
            }
            _ = try await token(sandbox)
            _ = try await WireRun.token(of: DemoWorld.service, from: sandbox.host)
        }
    }

    @Test func `the list of accounts shows which accounts are relaxed`() async throws {
        try await withSandbox { sandbox async throws in
            _ = try await relaxed(sandbox)
            let answer = try await sandbox.admin.send(WireRequest("GET", "/accounts"))
            let list = try JSONDecoder().decode(AccountList.self, from: Data(answer.body))
            #expect(list.accounts.filter { $0.relaxed == true }.map(\.appID) == ["wxrelaxed"])
        }
    }

    @Test func `a test can choose the token that the next call of token or stable_token returns`() async throws {
        try await withSandbox { sandbox async throws in
            _ = try await relaxed(sandbox)
            let wish = WireRequest(
                "PUT", "/accounts/wxrelaxed/next-token", body: Array(#"{"access_token":"ACCESS_TOKEN"}"#.utf8))
            #expect(try await sandbox.admin.send(wish).status == 200)
            #expect(try await token(sandbox) == "ACCESS_TOKEN")
            #expect(try await call(sandbox, "/cgi-bin/tags/get", "ACCESS_TOKEN").contains(#""tags":["#))
            #expect(try await token(sandbox).count > 100)

            #expect(try await sandbox.admin.send(wish).status == 200)
            let body = Array(#"{"grant_type":"client_credential","appid":"wxrelaxed","secret":"SECRET"}"#.utf8)
            for _ in 0..<2 {
                let stable = try await sandbox.host.send(WireRequest("POST", "/cgi-bin/stable_token", body: body))
                #expect(stable.text.contains(#""access_token":"ACCESS_TOKEN""#), "\(stable.text)")
            }
            #expect(try await call(sandbox, "/cgi-bin/tags/get", "ACCESS_TOKEN").contains(#""tags":["#))
        }
    }

    @Test func `the tokens of both token calls work, whatever tokens a test has chosen before`() async throws {
        try await withSandbox { sandbox async throws in
            _ = try await relaxed(sandbox)
            let body = Array(#"{"grant_type":"client_credential","appid":"wxrelaxed","secret":"SECRET"}"#.utf8)
            for (text, isStable) in [("A", true), ("B", true), ("C", false), ("B", true), ("A", false), ("A", true)] {
                let wish = Array(#"{"access_token":"\#(text)"}"#.utf8)
                _ = try await sandbox.admin.send(WireRequest("PUT", "/accounts/wxrelaxed/next-token", body: wish))
                let stable = try await sandbox.host.send(WireRequest("POST", "/cgi-bin/stable_token", body: body))
                let answer = isStable ? stable.text : "\"\(try await token(sandbox))\""
                // If the answer contains a chosen text, this text is the token. Otherwise the longest text of the
                // answer is the token.
                let texts = answer.split(separator: "\"").map(String.init)
                let named = texts.first { ["A", "B", "C"].contains($0) } ?? texts.max { $0.count < $1.count }
                let tags = try await call(sandbox, "/cgi-bin/tags/get", try #require(named))
                #expect(tags.contains(#""tags":["#), "\(text) \(answer) \(tags)")
            }
        }
    }

    @Test(arguments: [[false, true], [true, false], [false, false, true], [true, true, false], [false, false]])
    func `a test can choose the same token several times, for either token call`(areStable: [Bool]) async throws {
        try await withSandbox { sandbox async throws in
            _ = try await relaxed(sandbox)
            let lastIsStable = areStable.last == true
            for isStable in areStable {
                #expect(try await choose("ACCESS_TOKEN", in: sandbox) == 200)
                let answered = try await isStable ? stableToken(sandbox) : token(sandbox)
                #expect(answered == "ACCESS_TOKEN")
                // The server allows a second forced refresh of the stable token only after a while.
                _ = try sandbox.clock.advance(bySeconds: 30)
            }
            let kinds = try await sandbox.store.tokens(of: "wxrelaxed")
                .filter { $0.fingerprint == Fingerprint(of: "ACCESS_TOKEN") }.map(\.kind)
            let kind: TokenKind = lastIsStable ? .stable : .ordinary
            #expect(kinds == [kind])

            let file = try await sandbox.admin.send(WireRequest("GET", "/accounts/wxrelaxed/state"))
            let imported = try await sandbox.admin.send(WireRequest("POST", "/state?replace=true", body: file.body))
            #expect(imported.status == 200, "\(imported.text)")
            for method in ["PUT", "POST"] {
                let answer = try await sandbox.admin.send(WireRequest(method, "/sandbox/snapshots/same"))
                #expect(answer.status == 200, "\(answer.text)")
            }
            // The next token of the other kind does not end this token.
            _ = try await lastIsStable ? token(sandbox) : stableToken(sandbox)
            _ = try sandbox.clock.advance(bySeconds: 301)
            #expect(try await works("ACCESS_TOKEN", in: sandbox))
            if lastIsStable { #expect(try await stableToken(sandbox) == "ACCESS_TOKEN") }
        }
    }

    @Test func `after a restart has lost the chosen text, stable_token returns another token that works`()
        async throws
    {
        try await withSandbox { sandbox async throws in
            _ = try await relaxed(sandbox)
            try await makeOther(in: sandbox)
            #expect(try await choose("ACCESS_TOKEN", in: sandbox) == 200)
            #expect(try await stableToken(sandbox) == "ACCESS_TOKEN")
            try forgetChosenTexts(sandbox)
            #expect(try await choose("ACCESS_TOKEN", of: "wxother", in: sandbox) == 409)
            #expect(try await works("ACCESS_TOKEN", in: sandbox))
            let next = try await stableToken(sandbox)
            #expect(next != "ACCESS_TOKEN")
            #expect(try await works(next, in: sandbox))
            #expect(try await stableToken(sandbox) == next)
            #expect(try await choose("ACCESS_TOKEN", of: "wxother", in: sandbox) == 200, "the token has ended")
        }
    }

    @Test(arguments: [true, false])
    func `after a restart, no other account can choose a token that no longer works but still has a record`(
        isReplaced: Bool
    ) async throws {
        try await withSandbox { sandbox async throws in
            _ = try await relaxed(sandbox)
            try await makeOther(in: sandbox)
            #expect(try await choose("ACCESS_TOKEN", in: sandbox) == 200)
            #expect(try await token(sandbox) == "ACCESS_TOKEN")
            // The token has either been replaced or expired.
            if isReplaced { _ = try await token(sandbox) }
            _ = try sandbox.clock.advance(bySeconds: isReplaced ? 301 : 7201)
            #expect(try await !works("ACCESS_TOKEN", in: sandbox))
            try forgetChosenTexts(sandbox)
            #expect(try await choose("ACCESS_TOKEN", of: "wxother", in: sandbox) == 409)
            #expect(try await choose("ACCESS_TOKEN", in: sandbox) == 200)
            try forgetChosenTexts(sandbox)
            // The next tokens of the account end the record.
            _ = try await token(sandbox)
            _ = try sandbox.clock.advance(bySeconds: 301)
            _ = try await token(sandbox)
            #expect(try await choose("ACCESS_TOKEN", of: "wxother", in: sandbox) == 200)
        }
    }

    @Test(arguments: [("POST", "/sandbox/reset"), ("DELETE", "/accounts/wxrelaxed")], [true, false])
    func `a snapshot restores a chosen token with its text`(end: (String, String), ofAll: Bool) async throws {
        try await withSandbox { sandbox async throws in
            _ = try await relaxed(sandbox)
            #expect(try await choose("ACCESS_TOKEN", in: sandbox) == 200)
            #expect(try await stableToken(sandbox) == "ACCESS_TOKEN")
            let part = ofAll ? "" : #"{"account":"wxrelaxed"}"#
            let snapshot = "/sandbox/snapshots/chosen"
            for (method, path, body) in [("PUT", snapshot, part), (end.0, end.1, ""), ("POST", snapshot, "")] {
                let answer = try await sandbox.admin.send(WireRequest(method, path, body: Array(body.utf8)))
                #expect(answer.status == 200, "\(answer.text)")
            }
            #expect(try await stableToken(sandbox) == "ACCESS_TOKEN")
            #expect(try await works("ACCESS_TOKEN", in: sandbox))
        }
    }

    @Test func `the admin plane refuses a token that already belongs to another account`() async throws {
        try await withSandbox { sandbox async throws in
            _ = try await relaxed(sandbox)
            try await makeOther(in: sandbox)
            let wish = Array(#"{"access_token":"ACCESS_TOKEN"}"#.utf8)
            for (appID, status) in [("wxrelaxed", 200), ("wxother", 409), ("wxrelaxed", 200)] {
                let answer = try await sandbox.admin.send(
                    WireRequest("PUT", "/accounts/\(appID)/next-token", body: wish))
                #expect(answer.status == status, "\(answer.text)")
            }
        }
    }

    @Test func `a snapshot remembers which accounts are relaxed`() async throws {
        try await withSandbox { sandbox async throws in
            _ = try await relaxed(sandbox)
            _ = try await sandbox.admin.send(WireRequest("PUT", "/sandbox/snapshots/a"))
            _ = try await sandbox.admin.send(WireRequest("POST", "/sandbox/reset"))
            #expect(sandbox.state.relaxed.appIDs.isEmpty)
            _ = try await sandbox.admin.send(WireRequest("POST", "/sandbox/snapshots/a"))
            #expect(sandbox.state.relaxed.appIDs == ["wxrelaxed"])
            let list = #"{"tagid":2,"openid_list":["OPENID1"]}"#
            let tagged = try await call(
                sandbox, "/cgi-bin/tags/members/batchtagging", try await token(sandbox), list)
            #expect(tagged.contains(#""errcode":0"#), "\(tagged)")
        }
    }

    @Test func `ordinary accounts refuse short secrets, chosen tokens and relaxed openids`() async throws {
        try await withSandbox { sandbox async throws in
            let run = try await WireRun(host: sandbox.host)
            let call = WireRequest(
                "POST", "/cgi-bin/tags/members/batchtagging?access_token={service}",
                body: Array(#"{"tagid":134,"openid_list":["OPENID1"]}"#.utf8))
            #expect(try await run.send(call).text.contains("40003"))
            let appID = DemoWorld.service.appID
            for (method, path, body, status) in [
                ("POST", "/accounts", #"{"appid":"wxa","kind":"service","secret":"SECRET"}"#, 400),
                ("POST", "/accounts", #"{"appid":"wxb","kind":"service","secret":"SECRET","relaxed":{}}"#, 400),
                ("PUT", "/accounts/\(appID)/next-token", #"{"access_token":"ACCESS_TOKEN"}"#, 409),
                ("PUT", "/accounts/wxnobody/next-token", #"{"access_token":"ACCESS_TOKEN"}"#, 404),
            ] {
                let answer = try await sandbox.admin.send(WireRequest(method, path, body: Array(body.utf8)))
                #expect(answer.status == status, "\(path) \(answer.text)")
            }
        }
    }

    @Test func `a reset or a deletion makes an account strict again`() async throws {
        try await withSandbox { sandbox async throws in
            _ = try await relaxed(sandbox)
            #expect(sandbox.state.relaxed.appIDs == ["wxrelaxed"])
            _ = try await sandbox.admin.send(WireRequest("DELETE", "/accounts/wxrelaxed"))
            #expect(sandbox.state.relaxed.appIDs.isEmpty)
            _ = try await relaxed(sandbox)
            _ = try await sandbox.admin.send(WireRequest("POST", "/sandbox/reset"))
            #expect(sandbox.state.relaxed.appIDs.isEmpty)
        }
    }

    @Test func `the sandbox still knows its relaxed accounts after a restart`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "relaxed-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try RelaxedAccounts(file: file).set("wxb", isRelaxed: true)
        try RelaxedAccounts(file: file).set("wxa", isRelaxed: true)
        #expect(try RelaxedAccounts(file: file).appIDs == ["wxa", "wxb"])
    }

    @Test(arguments: ["OPENID1", "_", "-", "a_b", "----", "abcdefghijklmnopqrstuv"])
    func `answers show a relaxed openid as the request wrote it`(text: String) throws {
        let kept = try #require(RelaxedOpenID.kept(text))
        #expect(RelaxedOpenID.shown(#"["\#(kept)","\#(kept)"]"#) == #"["\#(text)","\#(text)"]"#)
    }

    @Test(arguments: ["ocYxcuDemoFollower0000000001", "o-----__", "o---------------------------"])
    func `answers show a text unchanged if it is not the stored form of a relaxed openid`(text: String) {
        #expect(RelaxedOpenID.shown(text) == text)
    }
}
