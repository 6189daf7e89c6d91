import Foundation
import TagStore
import TaglineServer
import Testing
import WireTable

@Suite struct AnswerTests {
    /// WeChat's documentation gives this example: `invoke_time` 1635156704 for a rid that begins with `617682e0`.
    @Test func `a rid begins with the time of the server's clock in hexadecimal`() async throws {
        try await withSandbox { sandbox in
            _ = try sandbox.clock.advance(bySeconds: 1_000_000)
            let answer = try await sandbox.host.send(WireRequest("GET", "/nowhere"))
            let time = String(testStart.seconds + 1_000_000, radix: 16)
            #expect(answer.text.contains(" rid: \(time)-"))
        }
    }

    @Test func `no two errors share a rid or a hint`() async throws {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            var texts = Set<String>()
            for _ in 0..<100 {
                texts.insert(
                    try await run.send(WireRequest("POST", "/cgi-bin/tags/getidlist?access_token={service}")).text)
            }
            #expect(texts.count == 100)
        }
    }

    @Test(arguments: [
        (
            #"{"openid_list":["ocYxcuNobody0000000000000001"],"tagid":134}"#,
            "ocYxcuNobody0000000000000001 has never followed"
        ),
        (#"{"openid_list":["ocYxcuDemoLeft00000000000001"],"tagid":134}"#, "no longer follows"),
        (#"{"openid_list":["ohK2suDemoFollower0000000001"],"tagid":134}"#, "follows another account"),
        (#"{"openid_list":["ocYxcuDemoFollower0000001000"],"tagid":120}"#, "carries 20 tags already"),
        (#"{"openid_list":["ocYxcuAEy30bX0NXmGn4ypqx3tI0"],"tagid":9}"#, "no tag 9"),
        (#"{"openid_list":["bad\r\nX-Evil: 1"],"tagid":134}"#, #""bad\u{d}\u{a}X-Evil: 1""#),
        (#"{"openid_list":["粤粤"],"tagid":134}"#, #""\u{7ca4}\u{7ca4}""#),
        (#"{"openid_list":["ocYxcuAEy30bX0NXmGn4ypqx3tI0",5],"tagid":134}"#, "openid_list, entry 2 has the wrong type"),
        ("null", "not an object"),
    ])
    func `the header with the reason says what is wrong with the call`(body: String, expected: String) async throws {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            let answer = try await run.send(
                WireRequest(
                    "POST", "/cgi-bin/tags/members/batchtagging?access_token={service}", body: Array(body.utf8)))
            #expect(answer.headers["x-tagline-reason"]?.contains(expected) == true)
            #expect(answer.headers["x-evil"] == nil)
        }
    }

    @Test func `an error answer does not repeat a secret or a token`() async throws {
        try await withSandbox { sandbox in
            let secret = "5ecre75ecre75ecre75ecre75ecre75e"
            let token = "82_70ken70ken70ken"
            for request in [
                WireRequest(
                    "GET",
                    "/cgi-bin/token?grant_type=client_credential&appid=\(DemoWorld.service.appID)&secret=\(secret)"),
                WireRequest("GET", "/cgi-bin/tags/get?access_token=\(token)"),
                WireRequest("POST", "/cgi-bin/tags/get?access_token=\(token)&secret=\(secret)"),
                WireRequest("GET", "/cgi-bin/nowhere?access_token=\(token)"),
            ] {
                let answer = try await sandbox.host.send(request)
                let all = answer.text + answer.headers.values.joined()
                #expect(answer.text.contains("errcode"))
                #expect(!all.contains(secret) && !all.contains(token))
            }
        }
    }
}
