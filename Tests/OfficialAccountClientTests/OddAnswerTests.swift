import Foundation
import OfficialAccount
import OfficialAccountClient
import Synchronization
import Testing

/// Answers every call with the same bytes, except the calls for a token.
private struct OneAnswer: Transport {
    let bytes: [UInt8]

    func send(_ call: OutgoingCall) async throws(TransportFailure) -> [UInt8] {
        if call.endpoint == GetStableAccessToken.endpoint {
            return Array(#"{"access_token":"t","expires_in":"7200"}"#.utf8)
        }
        return bytes
    }
}

/// The platform, or a proxy before the platform, can send invalid values. The client reads the values that it needs,
/// and ignores all other values.
@Suite struct OddAnswerTests {
    private func client(_ answer: String) -> OfficialAccountClient { client(Array(answer.utf8)) }

    private func client(_ bytes: [UInt8]) -> OfficialAccountClient {
        OfficialAccountClient(
            appID: "wx5ad0c4e6b81f2793", secret: "a secret of mine", transport: OneAnswer(bytes: bytes), retries: .none,
            timing: Timing(now: { 1000 }))
    }

    @Test(arguments: ["\u{07}", "\u{14}", "\n", "\u{0}", "\t"])
    func `the client reads a name with a raw control character`(character: String) async throws {
        let tags = try await client(
            #"{"tags":[{"id":100,"name":"a\#(character)b","count":1},{"id":101,"name":"vip"}]}"#
        )
        .tags.list()
        #expect(tags.map(\.name) == ["a\(character)b", "vip"])
    }

    @Test func `the client reads an invalid byte or a half of a character as U+FFFD`() async throws {
        var bytes = Array(
            #"{"tags":[{"id":100,"name":"X"},{"id":101,"name":"\ud83d!"},{"id":102,"name":"\ud83d\ude00"}]}"#.utf8)
        bytes[bytes.firstIndex(of: UInt8(ascii: "X")) ?? 0] = 0xFF
        #expect(try await client(bytes).tags.list().map(\.name) == ["\u{FFFD}", "\u{FFFD}!", "😀"])
    }

    @Test func `the client reads numbers that are JSON strings and names that are null`() async throws {
        let tags = try await client(
            #"{"tags":[{"id":"100","name":null,"count":"7"},{"id":101.0,"name":5,"count":null}]}"#
        )
        .tags.list()
        #expect(tags.map(\.id) == [100, 101] && tags.map(\.name) == ["", "5"] && tags.map(\.count) == [7, 0])
        let page = try await client(#"{"total":"2","count":"1","data":{"openid":["ocYxcuAEy30bX0NXmGn4ypqx3tI0"]}}"#)
            .followers.list()
        #expect(page.total == 2 && page.openIDs.count == 1)
        try await client(#"{"errcode":"0","errmsg":null}"#).tags.rename(100, to: "x")
    }

    @Test func `an errcode that is a JSON string counts as a refusal`() async throws {
        let failure = await #expect(throws: CallFailure.self) {
            try await client(#"{"errcode":"45159","errmsg":"invalid tag id"}"#).tags.rename(100, to: "x")
        }
        guard case .refused(let error) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(error.code == .invalidTagID)
    }

    @Test func `the client skips entries that it cannot read, and counts them`() async throws {
        let page = try await client(
            #"{"count":4,"data":{"openid":["ocYxcuAEy30bX0NXmGn4ypqx3tI0",null,7,"nonsense"]},"next_openid":"x"}"#
        ).tags.followers(of: 100)
        #expect(page.openIDs.count == 1 && page.passedOver == 3)
        #expect(try await client(#"{"count":0,"data":null}"#).tags.followers(of: 100).openIDs == [])
        let tags = try await client(#"{"tags":[{"name":"without an id"},{"id":100,"name":"vip","count":1}]}"#).tags
            .list()
        #expect(tags.map(\.id) == [100])
        let carried = try await client(#"{"tagid_list":[134,"2",null]}"#).tags
            .tags(of: try #require(OpenID("ocYxcuAEy30bX0NXmGn4ypqx3tI0")))
        #expect(carried == [134, 2])
    }

    @Test(arguments: [
        #"{"count":50}"#, #"{"count":50,"data":null}"#, #"{"count":50,"data":{}}"#, #"{"count":1,"data":[]}"#,
        #"{"count":"2","data":{"openid":null}}"#, #"{"count":2,"data":{"openid":[null,7]}}"#,
        // An answer that a gateway makes without the platform has none of the members of a page.
        "{}", #"{"code":500,"message":"upstream timed out"}"#, #"{"errcode":0,"errmsg":"ok"}"#,
        #"{"count":null,"data":null}"#, #"{"next_openid":""}"#, #"{"status":"ok","result":[]}"#,
    ])
    func `a page with a count but no openids is a bad answer, not the end of the list`(text: String) async {
        for list in [
            { () async throws in _ = try await client(text).tags.followers(of: 100) },
            { () async throws in _ = try await client(text).followers.list() },
        ] {
            let failure = await #expect(throws: CallFailure.self) { try await list() }
            guard case .badAnswer = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
        }
    }

    @Test(arguments: [
        (
            #"{"count":2,"data":{"openid":["ocYxcuAEy30bX0NXmGn4ypqx3tI0","OPENID1"]},"next_openid":"OPENID1"}"#,
            "OPENID1", 1
        ),
        (#"{"total":9,"data":{"openid":["x","OPENID1"]}}"#, "OPENID1", 0),
        (#"{"count":2,"data":{"openid":[null,7]},"next_openid":"OPENID1"}"#, "OPENID1", 0),
        (
            #"{"count":1,"data":{"openid":["ocYxcuAEy30bX0NXmGn4ypqx3tI0"]},"next_openid":""}"#,
            "ocYxcuAEy30bX0NXmGn4ypqx3tI0", 1
        ),
        (
            #"{"count":1,"data":{"openid":["ocYxcuAEy30bX0NXmGn4ypqx3tI0",null]},"next_openid":7}"#,
            "ocYxcuAEy30bX0NXmGn4ypqx3tI0", 1
        ),
        (#"{"count":0,"next_openid":"OPENID1"}"#, nil, 0), (#"{"count":0,"data":{"openid":[]}}"#, nil, 0),
    ])
    func `a page that ends with an invalid entry still gives the cursor of the next page`(
        text: String, cursor: String?, openIDs: Int
    ) async throws {
        let carriers = try await client(text).tags.followers(of: 100, from: "x")
        #expect(carriers.cursor == cursor && carriers.openIDs.count == openIDs)
        let followers = try await client(text).followers.list(from: nil)
        #expect(followers.cursor == cursor && followers.openIDs.count == openIDs)
    }

    @Test(arguments: [
        #"{"count":0}"#, #"{"count":0,"data":[]}"#, #"{"count":"0","data":""}"#, #"{"data":{"openid":""}}"#,
        #"{"count":0,"data":{"openid":{}},"next_openid":""}"#, #"{"total":9,"count":0,"next_openid":""}"#,
    ])
    func `the client reads an empty page without data`(text: String) async throws {
        #expect(try await client(text).tags.followers(of: 100).openIDs == [])
        #expect(try await client(text).followers.list().openIDs == [])
    }

    @Test(arguments: ["true", "\"many\"", "{}", "1e30", "99999999999999999999", "null", "[]"])
    func `the client reads an invalid count of a tag as 0`(count: String) async throws {
        let tags = try await client(#"{"tags":[{"id":134,"name":"vip","count":\#(count)}]}"#).tags.list()
        #expect(tags == [Tag(id: 134, name: "vip", count: 0)])
    }

    @Test(arguments: ["[]", "{}", "true", "7", "null"])
    func `the client ignores an errmsg that is not a text`(errmsg: String) async throws {
        try await client(#"{"errcode":0,"errmsg":\#(errmsg)}"#).tags.delete(100)
        let created = try await client(#"{"errmsg":\#(errmsg),"tag":{"id":101,"name":"x"}}"#).tags.create(named: "x")
        #expect(created == 101)
    }

    @Test(arguments: [" xx", "<!-- proxied -->", "\u{0}", "\n\n", "}}", #"{"errcode":40001}"#])
    func `the client ignores bytes after the end of an answer`(rest: String) async throws {
        try await client(#"{"errcode":0,"errmsg":"a \"}\" b"}"# + rest).tags.delete(100)
    }

    @Test(arguments: ["null", "7200.5", "true", "\" 7200 \"", "\"soon\"", "1e40"])
    func `the client accepts a token with an invalid lifetime`(seconds: String) async throws {
        struct Odd: Transport {
            let token: String

            func send(_ call: OutgoingCall) async throws(TransportFailure) -> [UInt8] {
                Array((call.endpoint == GetStableAccessToken.endpoint ? token : #"{"errcode":0}"#).utf8)
            }
        }
        func client(_ token: String) -> OfficialAccountClient {
            OfficialAccountClient(
                appID: "wx5ad0c4e6b81f2793", secret: "a secret of mine", transport: Odd(token: token), retries: .none)
        }
        try await client(#"{"access_token":"t","expires_in":\#(seconds)}"#).tags.delete(100)
        await #expect(throws: CallFailure.self) {
            try await client(#"{"access_token":"","expires_in":7200}"#).tags.delete(100)
        }
    }

    @Test func `the client reads the members that a quota has, even if other members are missing`() async throws {
        let told = try await client(
            #"{"errcode":0,"quota":{"daily_limit":"10","used":4,"remain":null},"rate_limit":"none"}"#
        ).quotas.quota(of: GetTags.endpoint)
        #expect(told.perDay == 10 && told.used == 4 && told.remaining == 6 && told.perMinute == nil)
    }

    @Test(arguments: ["", "[]", "<html>", #"{"tags":7}"#, #"{"tag":[]}"#, "{", "\u{07}"])
    func `an answer without the needed members is a bad answer`(text: String) async {
        let failure = await #expect(throws: CallFailure.self) { try await client(text).tags.list() }
        guard case .badAnswer = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test(arguments: [#""""#, #""ok""#, "true", "false", "[]", "{}", #""0x""#, "1.5", "null"])
    func `the client ignores an errcode that is not a number if the answer has data, and otherwise refuses the answer`(
        errcode: String
    ) async throws {
        let list = #"{"tags":[{"id":100,"name":"vip","count":1}],"errcode":\#(errcode)}"#
        #expect(try await client(list).tags.list().map(\.id) == [100])
        let failure = await #expect(throws: CallFailure.self) {
            try await client(#"{"errcode":\#(errcode),"errmsg":"ok"}"#).tags.delete(100)
        }
        guard case .badAnswer = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        await #expect(throws: CallFailure.self) {
            try await client(#"{"errcode":\#(errcode),"errmsg":"no"}"#).tags.list()
        }
    }

    @Test(arguments: [268_487_001, 268_487_002])
    func `a call to a busy platform is retried`(code: Int) async throws {
        final class Busy: Transport {
            let code: Int
            let calls = Mutex(0)
            init(_ code: Int) { self.code = code }

            func send(_ call: OutgoingCall) async throws(TransportFailure) -> [UInt8] {
                if call.endpoint == GetStableAccessToken.endpoint {
                    return Array(#"{"access_token":"t","expires_in":7200}"#.utf8)
                }
                let number = calls.withLock { calls in
                    calls += 1
                    return calls
                }
                return Array((number < 3 ? #"{"errcode":\#(code),"errmsg":"busy"}"# : #"{"count":0}"#).utf8)
            }
        }
        let busy = Busy(code)
        let client = OfficialAccountClient(
            appID: "wx5ad0c4e6b81f2793", secret: "a secret of mine", transport: busy,
            timing: Timing(clock: JumpingClock(), now: { 1000 }))
        _ = try await client.followers.blacklist()
        #expect(busy.calls.withLock { $0 } == 3)
    }
}
