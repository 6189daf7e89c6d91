import AdminAPI
import Foundation
import NIOCore
import NIOHTTP1
import OfficialAccount
import Testing
import WireTable

@testable import TaglineServer

/// If several members of an object have the same key, every reader of JSON must use the first of them that is not null.
@Suite struct DoubledKeyTests {
    private static let openID = DemoWorld.documentedOpenIDs[0]
    private static let ok = #"{"errcode":0,"errmsg":"ok"}"#

    @Test(arguments: [
        (#"{"openid":null,"openid":"ID"}"#, true), (#"{"openid":"ID","openid":null}"#, true),
        (#"{ "openid" : null , "openid" : null , "openid" : "ID" , "x" : null }"#, true),
        (#"{"openid":"ID","openid":"nonsense"}"#, true), (#"{"openid":"nonsense","openid":"ID"}"#, false),
        (#"{"openid":null}"#, false),
    ])
    func `if a member is null, the server reads the next member with the same key`(body: String, isFound: Bool)
        async throws
    {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            let answer = try await run.send(
                WireRequest(
                    "POST", "/cgi-bin/tags/getidlist?access_token={service}",
                    body: Array(body.replacing("ID", with: Self.openID).utf8)))
            #expect(answer.text == #"{"tagid_list":[]}"# || !isFound, "\(answer.text)")
            #expect(answer.text.contains("40003") == !isFound, "\(answer.text)")
        }
    }

    @Test func `tagging, the journal and the cloud gateway read a repeated key in the same way`() async throws {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            let body = #"{"tagid":null,"openid_list":null,"openid_list":["\#(Self.openID)"],"tagid":134}"#
            let answer = try await run.send(
                WireRequest("POST", "\(BatchTagging.endpoint.path)?access_token={service}", body: Array(body.utf8)))
            #expect(answer.text == Self.ok, "\(answer.text)")
            let call = try #require(sandbox.journal.page().calls.last)
            #expect(call.tag == 134 && call.openIDs == [Self.openID])

            let cloud = CloudGateway(
                gateway: sandbox.responder, surroundings: Surroundings(now: { testStart }),
                account: DemoWorld.service.appID, paths: .everything, declarations: .everything)
            let api = try #require(GetTagIDList.endpoint.cloudName)
            let message =
                #"{"api":"\#(api)","data":null,"data":{"openid":null,"openid":"\#(Self.openID)"}}"#
            let told = await cloud.respond(
                to: APIRequest(
                    method: .POST, target: CloudGateway.invokePath, headers: ["host": "127.0.0.1"],
                    body: ByteBuffer(string: message)),
                from: Peer(address: "127.0.0.1"))
            #expect(String(buffer: told.body).contains("134"), "\(String(buffer: told.body))")
        }
    }

    private static func withoutNulls(_ text: String) -> String? {
        Array(text.utf8).withUnsafeBytes(JSONSyntax.withoutNullMembers).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        (#"{"a":null}"#, "{}"), (#"{"a":null,"b":1}"#, #"{"b":1}"#), (#"{"a":1,"b":null}"#, #"{"a":1}"#),
        (#"{"a":1,"b":null,"c":null}"#, #"{"a":1}"#), (#"{"a":null,"b":null,"c":2,"d":null}"#, #"{"c":2}"#),
        (#"{"a":[null,{"b":null}],"c":"null"}"#, #"{"a":[null,{}],"c":"null"}"#), ("null", "null"),
        (#"{"a":{"b":null,"c":{"d":1,"e":null}},"f":null}"#, #"{"a":{"c":{"d":1}}}"#), (#"{"\"a":null}"#, "{}"),
    ])
    func `blanks replace null members, and the other members stay unchanged`(text: String, expected: String) throws {
        for spaced in [text, text.replacing(":", with: " :\n").replacing(",", with: "\t, ")] {
            let plain = try #require(Self.withoutNulls(spaced))
            #expect(plain.utf8.count == spaced.utf8.count)
            #expect(plain.filter { !$0.isWhitespace } == expected)
            #expect(Self.withoutNulls(plain) == plain)
        }
    }

    @Test(arguments: ["", "{", #"{"a":nul}"#, #"{"a":null,}"#, #"{,"a":null}"#, #"{"a":null"b":1}"#])
    func `text that is not valid JSON has no version without null members`(text: String) {
        #expect(Self.withoutNulls(text) == nil)
    }
}
