import Foundation
import HTTPTypes
import OfficialAccount
import Testing
import WireTable

@testable import TaglineServer

/// Checks that the admin plane reads a JSON null as an absent member in every request.
@Suite struct AdminNullTests {
    /// A route and the JSON object that its requests hold.
    private struct Body: Sendable {
        let method: String
        let path: String
        let members: [AdminMember]
        let mayBeEmpty: Bool
    }

    /// Two bodies: in one of them a member is absent, and in the other one it is null.
    private struct Variant: Sendable {
        let name: String
        /// Nil if the request has no body.
        let absent: JSONValue?
        let null: JSONValue

        /// Returns the variant with each of its two bodies inside another value.
        func inside(_ outer: String, _ wrap: (JSONValue) -> JSONValue) -> Variant {
            Variant(name: "\(outer).\(name)", absent: absent.map(wrap), null: wrap(null))
        }
    }

    // MARK: Walking over members

    private static func bodies() async throws -> [Body] {
        try await withSandbox { sandbox in
            sandbox.plane.routes.compactMap { (route) -> Body? in
                let path = route.path.replacing("{appid}", with: DemoWorld.service.appID.rawValue)
                    .replacing("{component}", with: DemoWorld.platform.appID.rawValue).replacing("{id}", with: "134")
                    .replacing("{fault}", with: Self.sample).replacing("{snapshot}", with: "s")
                switch route.body {
                case .object(let members, _):
                    return Body(method: route.method.rawValue, path: path, members: members, mayBeEmpty: false)
                case .optionalObject(let members):
                    return Body(method: route.method.rawValue, path: path, members: members, mayBeEmpty: true)
                case .none, .lines: return nil
                }
            }
        }
    }

    /// The start of a new name. The test appends a different number in each request, so that no name is used twice.
    private static let sample = "wxnull"

    private static let texts = [
        sample, "a secret of sixteen", "5s", "127.0.0.1", DemoWorld.documentedOpenIDs[0], "http://receiver.example/",
        DemoWorld.platformEncodingKey, BatchTagging.endpoint.path, GetPreAuthCode.endpoint.path,
    ]

    private static func text(_ form: AdminMember.Text) throws -> String {
        try #require(texts.first(where: form.matches), "\(form.words)")
    }

    /// Members that the server requires in a fault rule, though the schema of the rule does not require them.
    private static let needed: Set = ["name", "do", "errcode"]

    /// Returns an object with a value for each member that a route needs.
    private static func object(_ members: [AdminMember]) throws -> [String: JSONValue] {
        var object: [String: JSONValue] = [:]
        for member in members where member.isRequired || needed.contains(member.name) {
            object[member.name] = try value(member.kind)
        }
        return object
    }

    private static func value(_ kind: AdminMember.Kind) throws -> JSONValue {
        switch kind {
        case .text(let form): return .string(try text(form))
        case .choice(let choices): return .string(try #require(choices.first))
        case .flag: return .bool(true)
        case .number(let range): return .number(range.lowerBound)
        case .numbers(let range, _): return .array([.number(range.lowerBound)])
        case .texts(let form, _): return .array([.string(try text(form))])
        case .object(let members, _): return .object(try object(members))
        case .objects: return .array([])
        case .fraction(let range): return .fraction(range.lowerBound)
        case .either(let kinds): return try value(try #require(kinds.first))
        case .map: return .object([:])
        }
    }

    private static func variants(_ members: [AdminMember]) throws -> [Variant] {
        let whole = try object(members)
        func body(_ name: String, _ value: JSONValue?) -> JSONValue {
            var body = whole
            body[name] = value
            return .object(body)
        }
        var variants: [Variant] = []
        for member in members {
            variants.append(
                Variant(name: member.name, absent: body(member.name, nil), null: body(member.name, .null)))
            variants += try inner(member.kind).map { $0.inside(member.name) { body(member.name, $0) } }
        }
        return variants
    }

    /// Returns the variants of a value of `kind`.
    private static func inner(_ kind: AdminMember.Kind) throws -> [Variant] {
        switch kind {
        case .text, .choice, .flag, .number, .numbers, .texts, .fraction: return []
        case .object(let members, _): return try variants(members)
        case .objects(let members, _): return try variants(members).map { $0.inside("0") { .array([$0]) } }
        case .either(let kinds): return try kinds.flatMap(inner)
        case .map(let keys, let members):
            let key = try text(keys)
            let whole = Variant(name: key, absent: .object([:]), null: .object([key: .null]))
            return try [whole] + variants(members).map { $0.inside(key) { .object([key: $0]) } }
        }
    }

    // MARK: Answers

    /// Sends `bodies` to a sandbox in turn, and then reads the sandbox's lists and settings. Returns all answers, with
    /// random parts masked.
    private static func answers(to bodies: [JSONValue?], of route: Body) async throws -> [String] {
        try await withSandbox { sandbox in
            var requests = bodies.enumerated().map { number, body in
                let text = body.map { EncodedJSON.text($0) } ?? ""
                let name = "\(Self.sample)\(number)"
                return WireRequest(
                    route.method, route.path.replacing(Self.sample, with: name),
                    body: Array(text.replacing(Self.sample, with: name).utf8))
            }
            requests += [
                "/accounts", "/platforms", "/sandbox/faults", "/sandbox/clock", "/sandbox/snapshots",
                "/accounts/\(DemoWorld.service.appID)/unsteadiness", "/accounts/\(DemoWorld.service.appID)/tags",
            ].map { WireRequest("GET", $0) }
            var answers: [String] = []
            for request in requests {
                let answer = try await sandbox.admin.send(request)
                let text = answer.text.replacing(/[A-Za-z0-9_@-]{24,}|hint: \[[^\]]*\]/, with: "*")
                answers.append("\(answer.status) \(text)")
            }
            return answers
        }
    }

    @Test func `a null member gets the same answer as an absent one in every body`() async throws {
        var (variantCount, goodCount) = (0, 0)
        for route in try await Self.bodies() {
            var variants = try Self.variants(route.members)
            if route.mayBeEmpty { variants.append(Variant(name: "the body", absent: nil, null: .null)) }
            let absent = try await Self.answers(to: variants.map(\.absent), of: route)
            let null = try await Self.answers(to: variants.map { $0.null }, of: route)
            for (place, variant) in variants.enumerated() {
                #expect(null[place] == absent[place], "\(route.method) \(route.path), \(variant.name)")
                if absent[place].hasPrefix("2") { goodCount += 1 }
            }
            #expect(null.dropFirst(variants.count) == absent.dropFirst(variants.count), "\(route.method) \(route.path)")
            variantCount += variants.count
        }
        #expect(variantCount > 120 && goodCount > 80, "\(goodCount) of \(variantCount) are accepted")
    }

    @Test func `a required member that is null gets the same message as a missing member`() async throws {
        try await withSandbox { sandbox in
            for (path, body, sentence) in [
                ("/accounts", #"{"appid":null,"kind":"service"}"#, "appid is missing: 1 to 64 letters"),
                ("/accounts", #"{"appid":"wxnull","kind":null}"#, "kind is missing"),
                ("/platforms", #"{"appid":null}"#, "appid is missing"),
                ("/accounts/\(DemoWorld.service.appID)/calls", #"{"path":null}"#, "path is missing"),
                ("/accounts/\(DemoWorld.service.appID)/tags", #"{"name":null}"#, "name is missing"),
                ("/accounts", "null", "the body is not a JSON object"),
                ("/accounts", #"{"appid":"wxnull","kind":"service","colour":null}"#, "has no member"),
                ("/accounts", #"{"appid":"wxnull","kind":"service","allowed_addresses":[null]}"#, "allowed_addresses"),
            ] {
                let answer = try await sandbox.admin.send(WireRequest("POST", path, body: Array(body.utf8)))
                #expect(answer.status == 400 && answer.text.contains(sentence), "\(body): \(answer.text)")
            }
        }
    }

    @Test func `a null key gives a new platform a random key, and an existing platform keeps its key`() async throws {
        try await withSandbox { sandbox in
            func send(_ method: String, _ path: String, _ body: String) async throws -> String {
                try await sandbox.admin.send(WireRequest(method, path, body: Array(body.utf8))).text
            }
            let made = try await send(
                "POST", "/platforms",
                #"{"appid":"wxnull","encoding_aes_key":null,"message_token":null,"secret":null,"event_url":null}"#)
            let key = try #require(made.firstMatch(of: /"encoding_aes_key":"[A-Za-z0-9]{43}"/), "\(made)")
            #expect(made.contains(#""event_url":"""#) && made.contains(#""pushing":true"#))
            let left = try await send(
                "PATCH", "/platforms/wxnull", #"{"encoding_aes_key":null,"pushing":null,"quotas":null}"#)
            #expect(left.contains(String(key.output)))
        }
    }

    @Test func `a null for one limit or quota restores its default, but a null for limits or quotas changes nothing`()
        async throws
    {
        try await withSandbox { sandbox in
            func change(_ body: String) async throws -> String {
                let path = "/accounts/\(DemoWorld.service.appID)"
                return try await sandbox.admin.send(WireRequest("PATCH", path, body: Array(body.utf8))).text
            }
            let own = #""limits":{"tags_per_account":1},"quotas":{"/cgi-bin/tags/get":{"per_day":2}}"#
            #expect(try await change("{\(own)}").contains(own))
            #expect(try await change(#"{"limits":null,"quotas":null,"certified":null}"#).contains(own))
            let back = try await change(
                #"{"limits":{"tags_per_account":null},"quotas":{"/cgi-bin/tags/get":null}}"#)
            #expect(back.contains(#""limits":{},"quotas":{}"#), "\(back)")
        }
    }

    // MARK: The OpenAPI document

    private static func takesNull(_ schema: [String: Any]) -> Bool {
        if schema["type"] == nil, let alternatives = schema["anyOf"] as? [[String: Any]] {
            return alternatives.contains(where: takesNull)
        }
        let types = schema["type"] as? [String] ?? [schema["type"] as? String ?? ""]
        guard types.contains("null") else { return false }
        return (schema["enum"] as? [Any])?.contains { $0 is NSNull } ?? true
    }

    /// Checks the members of a schema at every depth, and returns their number.
    private static func judge(_ schema: [String: Any], _ place: String) -> Int {
        let required = Set(schema["required"] as? [String] ?? [])
        var count = 0
        for (name, member) in schema["properties"] as? [String: [String: Any]] ?? [:] {
            #expect(takesNull(member) == !required.contains(name), "\(place).\(name)")
            count += 1 + judge(member, "\(place).\(name)")
        }
        let inner = [schema["items"], schema["additionalProperties"]].compactMap { $0 as? [String: Any] }
        for schema in inner + (schema["anyOf"] as? [[String: Any]] ?? []) { count += judge(schema, place) }
        return count
    }

    @Test func `the OpenAPI document allows null for each optional member, and for no other member`() async throws {
        try await withSandbox { sandbox in
            let answer = try await sandbox.admin.send(WireRequest("GET", "/openapi.json"))
            let document = try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
            var count = 0
            for (path, operations) in document["paths"] as? [String: [String: [String: Any]]] ?? [:] {
                for (method, operation) in operations {
                    for parameter in operation["parameters"] as? [[String: Any]] ?? [] {
                        let schema = try #require(parameter["schema"] as? [String: Any])
                        #expect(!Self.takesNull(schema), "\(method) \(path): a query or path parameter is never null")
                    }
                    guard let body = operation["requestBody"] as? [String: Any],
                        let json = (body["content"] as? [String: [String: Any]])?["application/json"]
                    else { continue }
                    let schema = try #require(json["schema"] as? [String: Any])
                    #expect(Self.takesNull(schema) == (body["required"] as? Bool == false), "\(method) \(path)")
                    count += Self.judge(schema, "\(method) \(path)")
                }
            }
            #expect(count > 120)
        }
    }
}
