import AdminAPI
import Foundation
import HTTPTypes
import NIOCore
import OfficialAccount
import Testing
import WireTable

@testable import TaglineServer

/// Compares the answers of the admin plane with the OpenAPI document.
@Suite struct OpenAPITests {
    /// A request that a route answers without an error.
    private struct Probe: Sendable {
        let method: String
        /// The path as the document writes it, with names in braces.
        let path: String
        /// The values for the names in braces.
        let names: [String: String]
        let query: String
        /// nil means that the body is the answer to the previous request.
        let body: String?
        let accept: String

        init(
            _ method: String, _ path: String, _ names: [String: String] = [:], query: String = "", body: String? = "",
            accept: String = ""
        ) {
            self.method = method
            self.path = path
            self.names = names
            self.query = query
            self.body = body
            self.accept = accept
        }

        func request(after last: [UInt8]) -> WireRequest {
            var path = path
            for (name, value) in names { path = path.replacing("{\(name)}", with: value) }
            return WireRequest(
                method, path + query, headers: accept.isEmpty ? [] : [("Accept", accept)],
                body: body.map { Array($0.utf8) } ?? last)
        }
    }

    private static let service = ["appid": DemoWorld.service.appID.rawValue]
    private static let mine = ["appid": "wxprobe"]
    private static let demo = ["component": DemoWorld.platform.appID.rawValue]
    private static let platform = ["component": "wxplatform"]

    private static let accounts: [Probe] = [
        Probe("GET", "/healthz"), Probe("GET", "/readyz"), Probe("GET", "/metrics"), Probe("GET", "/accounts"),
        Probe(
            "POST", "/accounts",
            body: #"{"appid":"wxprobe","kind":"service","relaxed":{},"limits":{"tags_per_follower":30}}"#),
        Probe(
            "PATCH", "/accounts/{appid}", mine,
            body: #"{"allowed_addresses":["192.0.2.7"],"quotas":{"/cgi-bin/tags/get":{"per_day":9,"per_minute":2}}}"#),
        Probe("GET", "/accounts/{appid}", mine), Probe("POST", "/accounts/{appid}/secret", mine),
        Probe("PUT", "/accounts/{appid}/next-token", mine, body: #"{"access_token":"ACCESS_TOKEN"}"#),
        Probe("POST", "/accounts/{appid}/tags", mine, body: #"{"name":"probe"}"#),
        Probe("PATCH", "/accounts/{appid}/tags/{id}", mine.merging(["id": "100"]) { $1 }, body: #"{"name":"other"}"#),
        Probe("GET", "/accounts/{appid}/tags", mine),
        Probe(
            "POST", "/accounts/{appid}/followers", mine,
            body: "openid,tags\noMine00000000000000000000001,vip\noMine00000000000000000000002,vip\nnonsense,vip\n"),
        Probe("GET", "/accounts/{appid}/followers", mine),
        Probe("GET", "/accounts/{appid}/followers", mine, query: "?format=csv"),
        Probe("GET", "/accounts/{appid}/followers", service, query: "?format=ndjson"),
        Probe("GET", "/accounts/{appid}/followers/page", service, query: "?limit=3&tag=100"),
        Probe("GET", "/accounts/{appid}/followers/page", mine),
        Probe("GET", "/accounts/{appid}/followers/page", service, query: "?limit=3&where=%21id%3A134"),
        Probe("POST", "/accounts/{appid}/followers/remove", mine, body: "oMine00000000000000000000002\n"),
        Probe("POST", "/accounts/{appid}/calls", service, body: #"{"path":"/cgi-bin/tags/get"}"#),
        Probe("POST", "/accounts/{appid}/calls", service, body: #"{"path":"/cgi-bin/tags/delete","body":"{}"}"#),
        Probe("GET", "/state"), Probe("GET", "/accounts/{appid}/state", mine),
        Probe("POST", "/state", query: "?replace=true", body: nil),
        Probe("DELETE", "/accounts/{appid}/tags/{id}", mine.merging(["id": "100"]) { $1 }),
        Probe("DELETE", "/accounts/{appid}", mine),
    ]

    private static let platforms: [Probe] = [
        Probe(
            "POST", "/platforms",
            body: #"{"appid":"wxplatform","quotas":{"\#(GetPreAuthCode.endpoint.path)":{"per_day":5}}}"#),
        Probe("PATCH", "/platforms/{component}", platform, body: #"{"redirect_hosts":["platform.example"]}"#),
        Probe("GET", "/platforms"), Probe("POST", "/platforms/{component}/secret", platform),
        Probe("GET", "/platforms/{component}/ticket", platform),
        Probe("GET", "/platforms/{component}/authorizations", demo),
        Probe(
            "POST", "/platforms/{component}/authorizations", demo,
            body: #"{"appid":"\#(DemoWorld.service.appID)","permission_sets":[2]}"#),
        Probe(
            "DELETE", "/platforms/{component}/authorizations/{appid}",
            demo.merging(["appid": DemoWorld.subscription.appID.rawValue]) { $1 }),
    ]

    private static let calls: [Probe] = [
        Probe("GET", "/calls"), Probe("GET", "/calls", accept: "application/x-ndjson"),
        Probe("GET", "/calls", query: "?after=0&wait=0s&count=1000"), Probe("GET", "/calls/hints"),
        Probe("GET", "/calls/refusals"), Probe("POST", "/calls/marks", body: #"{"name":"probe"}"#),
        Probe("POST", "/calls/marks"), Probe("DELETE", "/calls"),
    ]

    private static let sandbox: [Probe] = [
        Probe("PUT", "/sandbox/faults", body: #"{"seed":42,"faults":\#(EncodedJSON.text(FaultRule.examples))}"#),
        Probe("GET", "/sandbox/faults"), Probe("POST", "/sandbox/faults", body: #"{"scenario":"ghost-tag"}"#),
        Probe("PUT", "/sandbox/faults/{fault}", ["fault": "probe"], body: #"{"do":{"errcode":45009}}"#),
        Probe("GET", "/sandbox/faults/{fault}", ["fault": "probe"]),
        Probe("GET", "/sandbox/faults/{fault}", ["fault": "ghost-tag"]),
        Probe("DELETE", "/sandbox/faults/{fault}", ["fault": "probe"]), Probe("DELETE", "/sandbox/faults"),
        Probe(
            "PUT", "/accounts/{appid}/unsteadiness", service,
            body: EncodedJSON.text(Unsteadiness.examples.first)),
        Probe("GET", "/accounts/{appid}/unsteadiness", service),
        Probe("PUT", "/accounts/{appid}/unsteadiness", service, body: "{}"),
        Probe("GET", "/sandbox/clock"), Probe("POST", "/sandbox/clock", body: #"{"frozen":true}"#),
        Probe("PUT", "/sandbox/snapshots/{snapshot}", ["snapshot": "all"]),
        Probe(
            "PUT", "/sandbox/snapshots/{snapshot}", ["snapshot": "one"],
            body: #"{"account":"\#(DemoWorld.service.appID)"}"#),
        Probe("GET", "/sandbox/snapshots"), Probe("POST", "/sandbox/snapshots/{snapshot}", ["snapshot": "one"]),
        Probe("DELETE", "/sandbox/snapshots/{snapshot}", ["snapshot": "one"]), Probe("POST", "/sandbox/reset"),
    ]

    private static func judge(_ sandbox: SandboxInProcess) async throws -> SchemaJudge {
        let answer = try await sandbox.admin.send(WireRequest("GET", "/openapi.json"))
        return SchemaJudge(document: try JSONValue(text: answer.text))
    }

    /// Makes a good call, a refused call, and a call with a mistake, so that the journal holds all three.
    private static func makeCalls(_ sandbox: SandboxInProcess) async throws {
        let run = try await WireRun(host: sandbox.host)
        for body in [#"{"openid_list":[],"tagid":134}"#, #"{"openids":["x"],"tagid":134}"#] {
            let path = BatchTagging.endpoint.path + "?access_token={service}"
            _ = try await run.send(WireRequest("POST", path, body: Array(body.utf8)))
        }
    }

    // MARK: Answers

    @Test func `the answer of every route fits the document`() async throws {
        try await withSandbox { sandbox in
            let judge = try await Self.judge(sandbox)
            try await Self.makeCalls(sandbox)
            var last: [UInt8] = []
            var asked: Set<String> = []
            for probe in Self.accounts + Self.platforms + Self.calls + Self.sandbox {
                let answer = try await sandbox.admin.send(probe.request(after: last))
                let faults = try judge.faults(of: answer, to: probe.method, probe.path)
                #expect(faults.isEmpty, "\(probe.method) \(probe.path) answers \(answer.text): \(faults)")
                last = answer.body
                asked.insert("\(probe.method) \(probe.path)")
            }
            #expect(asked == judge.operations)
        }
    }

    @Test func `calls that are written as lines or as events fit the document`() async throws {
        try await withSandbox { sandbox in
            let judge = try await Self.judge(sandbox)
            try await Self.makeCalls(sandbox)
            let calls = sandbox.journal.page().calls
            for format in [CallFormat.lines, .events] {
                var bytes = ByteBuffer()
                for call in calls { format.write(call, to: &bytes) }
                bytes.writeImmutableBuffer(format.dropped(3))
                let pieces = try SchemaJudge.pieces(of: String(buffer: bytes), format.mediaType)
                #expect(calls.count > 1 && pieces.count == calls.count + 1)
                let schema = try #require(judge.schema("GET", "/calls", 200, format.mediaType))
                for piece in pieces { #expect(judge.faults(of: piece, by: schema).isEmpty, "\(piece)") }
            }
        }
    }

    @Test func `a refusal fits the document`() async throws {
        try await withSandbox { sandbox in
            let judge = try await Self.judge(sandbox)
            let answer = try await sandbox.admin.send(WireRequest("GET", "/accounts/nobody"))
            let schema = try #require(judge.schema("GET", "/accounts/{appid}", answer.status, "application/json"))
            let problem = try JSONValue(text: answer.text)
            #expect(answer.status == 404 && judge.faults(of: problem, by: schema).isEmpty, "\(answer.text)")
        }
    }

    // MARK: Shapes

    /// Returns the examples of a shape, as the server writes them. Expects that they stay the same when they are read
    /// and written again.
    private static func examples<Shape: AdminShape>(of shape: Shape.Type) throws -> [JSONValue] {
        try shape.examples.map { example in
            var text = JSONText()
            try text.shape(example)
            let value = try JSONValue(text: String(decoding: text.bytes, as: UTF8.self))
            let sorted = EncodedJSON.text(value)
            let again = try JSONDecoder().decode(Shape.self, from: Data(sorted.utf8))
            let encoded = try JSONValue(text: EncodedJSON.text(again))
            #expect(EncodedJSON.text(encoded) == sorted)
            return value
        }
    }

    @Test func `every shape has a schema, and the examples of the shape show every part of the schema`() async throws {
        try await withSandbox { sandbox in
            let judge = try await Self.judge(sandbox)
            let catalogue = ShapeCatalogue()
            for answer in sandbox.plane.routes.flatMap(\.answers) { _ = answer.schema(in: catalogue) }
            _ = catalogue.reference(to: AdminProblem.self)
            #expect(catalogue.problems.isEmpty, "\(catalogue.problems)")
            let schemas = judge.document.members["components"]?.members["schemas"]?.members ?? [:]
            #expect(schemas.keys.sorted() == catalogue.shapes.keys.sorted() && schemas.count > 35)
            for (name, shape) in catalogue.shapes {
                let schema = schemas[name] ?? .null
                let examples = try Self.examples(of: shape)
                let faults = examples.flatMap { judge.faults(of: $0, by: schema, at: name) }
                #expect(faults.isEmpty, "\(name): \(faults)")
                #expect(judge.unshown(schema, in: examples, at: name).isEmpty, "no example shows these members")
            }
        }
    }

    @Test func `every example in the document fits the schema of the same answer`() async throws {
        try await withSandbox { sandbox in
            let judge = try await Self.judge(sandbox)
            var count = 0
            for route in sandbox.plane.routes {
                for status in [route.statuses[0], 400] {
                    let content = judge.content(route.method.rawValue, route.path, status) ?? [:]
                    for media in content.values {
                        guard let example = media.members["example"] else { continue }
                        count += 1
                        let faults = judge.faults(of: example, by: media.members["schema"] ?? .null)
                        #expect(faults.isEmpty, "\(route.method) \(route.path): \(faults)")
                    }
                }
            }
            #expect(count > 60)
        }
    }

    @Test func `the server writes the members of a shape in the order in which the shape encodes them`() throws {
        var text = JSONText()
        try text.shape(AccountList(accounts: AccountInfo.examples.suffix(1)))
        #expect(
            String(decoding: text.bytes, as: UTF8.self)
                == #"{"accounts":[{"appid":"wxmine","kind":"subscription","certified":false,"frozen":false,"#
                + #""secret_frozen":false,"allowed_addresses":[],"limits":{},"quotas":{},"followers":0,"tags":0,"#
                + #""relaxed":true,"secret":"0f1e2d3c4b5a69788796a5b4c3d2e1f0"}]}"#)
    }

    @Test func `the schema judge notices an answer that does not fit the schema`() throws {
        let judge = SchemaJudge(document: .object([:]))
        let schema = try JSONValue(
            text: #"{"type":"object","required":["a"],"properties":{"a":{"type":"integer"},"b":{"type":"string"}}}"#)
        for (value, count) in [
            (#"{"a":1}"#, 0), (#"{"a":1,"b":"x"}"#, 0), (#"{"b":"x"}"#, 1), (#"{"a":1,"c":2}"#, 1),
            (#"{"a":1.5}"#, 1), (#"{"a":1,"b":null}"#, 1), ("[]", 1),
        ] {
            let faults = judge.faults(of: try JSONValue(text: value), by: schema)
            #expect(faults.count == count, "\(value): \(faults)")
        }
        let example = try JSONValue(text: #"{"a":1}"#)
        #expect(judge.unshown(schema, in: [example], at: "it") == ["it.b"])
    }
}
