import Foundation
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

/// Compares the requests that the admin plane accepts with the schemas of requests in the OpenAPI document.
@Suite struct OpenAPIRequestTests {
    /// One method of one path in the document.
    private struct Operation {
        let method: String
        let path: String
        let members: [String: JSONValue]

        var name: String { "\(method) \(path)" }

        func parameters(in place: String) -> [(name: String, isRequired: Bool, schema: RequestSchema)] {
            (members["parameters"]?.elements ?? []).map(\.members).filter { $0["in"]?.text == place }.map { parameter in
                let isRequired = if case .bool(true)? = parameter["required"] { true } else { false }
                return (parameter["name"]?.text ?? "", isRequired, RequestSchema(parameter["schema"] ?? .null))
            }
        }

        /// The schema of a JSON body; nil means that the body consists of lines, or that there is no body.
        var body: RequestSchema? {
            let content = members["requestBody"]?.members["content"]?.members
            return content?["application/json"]?.members["schema"].map { RequestSchema($0) }
        }

        var takesLines: Bool { members["requestBody"] != nil && body == nil }

        var mayLackBody: Bool {
            if case .bool(true)? = members["requestBody"]?.members["required"] { false } else { true }
        }

        var statuses: Set<Int> { Set((members["responses"]?.members ?? [:]).keys.compactMap { Int($0) }) }
    }

    private static func operations(_ sandbox: SandboxInProcess) async throws -> [Operation] {
        let document = try JSONValue(text: try await sandbox.admin.send(WireRequest("GET", "/openapi.json")).text)
        let paths = document.members["paths"]?.members ?? [:]
        return paths.sorted { $0.key < $1.key }.flatMap { path, item in
            item.members.sorted { $0.key < $1.key }.map { method, operation in
                Operation(method: method.uppercased(), path: path, members: operation.members)
            }
        }
    }

    // MARK: Requests

    /// A request, and whether all of it fits the document.
    private struct Sample {
        var request: WireRequest
        var fits = true
    }

    /// Accounts and names that exist, so that some requests succeed.
    private static let known = [
        "appid": DemoWorld.service.appID.rawValue, "component": DemoWorld.platform.appID.rawValue, "id": "100",
        "fault": "x", "snapshot": "x",
    ]

    /// Texts for the parameter `wait`: waits of at most one millisecond, and texts that the admin plane refuses.
    private static let waits = [
        "0s", "1ms", "0", "00001ms", "301s", "6m", "1h", "-1s", "1.5s", "1w", "", " 1s", "300001",
    ]

    /// Returns whether `text`, the text of a parameter, means a value that fits `schema`.
    private static func fits(_ text: String, _ schema: RequestSchema) -> Bool {
        switch schema.types.first {
        case "integer"?: Int(text).map { String($0) == text && schema.fits(.number($0)) } ?? false
        case "boolean"?: text == "true" || text == "false"
        default: schema.fits(.string(text))
        }
    }

    private static func text(_ value: JSONValue) -> String {
        if case .string(let text) = value { text } else { EncodedJSON.text(value) }
    }

    /// Returns a request to `operation`. If `isChanged`, a part of the request is changed, and usually does not fit.
    private static func sample(
        of operation: Operation, _ samples: inout SchemaSamples, isChanged: Bool
    ) throws -> Sample {
        var path = operation.path
        for (name, _, schema) in operation.parameters(in: "path") {
            // The request does not remove an account that the other operations need.
            let mayBeKnown = operation.method != "DELETE" || !operation.path.hasSuffix("/{appid}")
            var value = mayBeKnown && samples.chance(70) ? known[name] ?? "" : text(try samples.value(of: schema))
            if [".", ".."].contains(value) { value = "x" }
            path = path.replacing("{\(name)}", with: FormFields.encoded(value))
        }
        var fits = true
        var fields: [(String, String)] = []
        for (name, _, schema) in operation.parameters(in: "query") where samples.chance(30) {
            var value = text(try samples.value(of: schema))
            if isChanged, samples.chance(30) { value = samples.changed(value) }
            if name == "wait" { value = samples.one(of: waits, or: "0s") }
            fits = fits && self.fits(value, schema)
            fields.append((name, value))
        }
        var body: [UInt8] = []
        if let schema = operation.body, !operation.mayLackBody || samples.chance(80) {
            var value = try samples.value(of: schema)
            if isChanged { value = samples.changed(value) }
            fits = fits && schema.fits(value)
            body = Array(EncodedJSON.text(value).utf8)
        }
        if isChanged, !operation.parameters(in: "query").isEmpty, samples.chance(20) {
            fields.append(samples.one(of: [("unknown", "1"), fields.first ?? ("Unknown", "")], or: ("unknown", "")))
            fits = false
        }
        let query = fields.map { "\(FormFields.encoded($0))=\(FormFields.encoded($1))" }.joined(separator: "&")
        return Sample(
            request: WireRequest(operation.method, path + (query.isEmpty ? "" : "?" + query), body: body), fits: fits)
    }

    // MARK: Answers

    /// Expects a documented status. If the request fits, the status must not be 400 or 5xx. If not, it must be 4xx.
    private static func judge(_ sample: Sample, _ answer: WireResponse, _ operation: Operation) {
        let about =
            "\(sample.request.method) \(sample.request.path) "
            + "\(String(decoding: sample.request.body, as: UTF8.self)): \(answer.status) \(answer.text.prefix(300))"
        #expect(operation.statuses.contains(answer.status), "not documented: \(about)")
        if sample.fits {
            #expect(answer.status != 400 && answer.status < 500, "the request fits: \(about)")
        } else {
            #expect(400..<500 ~= answer.status, "the request does not fit: \(about)")
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `the admin plane answers 400 only to requests that do not fit the document`(seed: UInt64)
        async throws
    {
        try await withSandbox { sandbox in
            var (fitting, misfits) = (0, 0)
            for operation in try await Self.operations(sandbox) where !operation.takesLines {
                var samples = SchemaSamples(seed: seed, operation.name)
                // Each of these requests restores the whole demo world.
                let isCostly = operation.name == "POST /sandbox/reset" || operation.path.hasPrefix("/sandbox/snapshots")
                for number in 0..<(isCostly ? 6 : 24) {
                    let sample = try Self.sample(of: operation, &samples, isChanged: number.isMultiple(of: 2))
                    Self.judge(sample, try await sandbox.admin.send(sample.request), operation)
                    if sample.fits { fitting += 1 } else { misfits += 1 }
                }
            }
            #expect(fitting > 500 && misfits > 200, "\(fitting) fit, and \(misfits) do not")
        }
    }

    @Test func `this suite knows every keyword in the schemas of requests`() async throws {
        try await withSandbox { sandbox in
            for operation in try await Self.operations(sandbox) {
                let parameters = ["path", "query"].flatMap { operation.parameters(in: $0) }.map(\.schema)
                for schema in parameters + [operation.body].compactMap({ $0 }) {
                    #expect(schema.unknownKeywords.isEmpty, "\(operation.name): \(schema.unknownKeywords)")
                }
            }
        }
    }

    @Test(arguments: ["", "{", "5", "[]", #""text""#, "null", #"{"a":1,}"#, "{} {}"])
    func `every body must be a JSON object, and only an optional body may be empty or null`(body: String) async throws {
        try await withSandbox { sandbox in
            for operation in try await Self.operations(sandbox) where operation.body != nil {
                var path = operation.path
                for (name, value) in Self.known { path = path.replacing("{\(name)}", with: value) }
                let answer = try await sandbox.admin.send(WireRequest(operation.method, path, body: Array(body.utf8)))
                let isAbsent = operation.mayLackBody && ["", "null"].contains(body)
                #expect((answer.status == 400) == !isAbsent, "\(operation.name) \(body): \(answer.text)")
                #expect(operation.statuses.contains(answer.status), "\(operation.name): \(answer.status)")
            }
        }
    }

    @Test func `a number with a decimal point or an exponent must be whole and in range`() async throws {
        try await withSandbox { sandbox in
            for (number, isTaken) in [("5.0", true), ("5e0", true), ("50e-1", true), ("5.5", false), ("1e30", false)] {
                let body = Array(#"{"advance_seconds":\#(number)}"#.utf8)
                let answer = try await sandbox.admin.send(WireRequest("POST", "/sandbox/clock", body: body))
                #expect(answer.status == (isTaken ? 200 : 400), "\(number): \(answer.text)")
            }
            #expect(sandbox.clock.now == testStart + 15)
        }
    }

    @Test(arguments: [
        "limit=+5", "limit=05", "limit=5.0", "limit=", "limit=0", "limit=1001", "tag=-1", "tag=2147483648", "after=x",
        "limit=5&limit=5", "Limit=5", "limit=5&x=", "tag=%2B5",
    ])
    func `the admin plane refuses a query that the document does not allow`(query: String) async throws {
        try await withSandbox { sandbox in
            let path = "/accounts/\(DemoWorld.service.appID)/followers/page"
            let answer = try await sandbox.admin.send(WireRequest("GET", "\(path)?\(query)"))
            #expect(answer.status == 400, "\(answer.text)")
            #expect(try await sandbox.admin.send(WireRequest("GET", path + "?limit=5&where=")).status == 200)
        }
    }

    /// A route that ignored an unknown filter would act on everything.
    @Test(arguments: [
        ("DELETE", "/sandbox/faults"), ("DELETE", "/calls"), ("POST", "/sandbox/reset"), ("GET", "/accounts"),
        ("PUT", "/sandbox/snapshots/one"), ("GET", "/state"), ("GET", "/metrics"),
    ])
    func `a route without parameters refuses a query`(method: String, path: String) async throws {
        try await withSandbox { sandbox in
            let answer = try await sandbox.admin.send(WireRequest(method, path + "?account=x"))
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer.text.contains(#"this route does not take the parameter \"account\"; it takes none"#))
            #expect(try await sandbox.admin.send(WireRequest("GET", "/readyz?verbose")).status == 200)
        }
    }

    // MARK: Methods

    @Test func `the admin plane answers HEAD like GET, but without a body`() async throws {
        try await withSandbox { sandbox in
            let operations = try await Self.operations(sandbox).filter { $0.method == "GET" }.map(\.path)
            for path in operations + ["/openapi.json", "/console/tags", "/nowhere"] {
                let known = Self.known.reduce(path) { $0.replacing("{\($1.key)}", with: $1.value) }
                let get = try await sandbox.admin.send(WireRequest("GET", known))
                let head = try await sandbox.admin.send(WireRequest("HEAD", known))
                #expect(head.status == get.status && head.body.isEmpty, "\(path): \(head.status) \(head.text)")
                #expect(head.headers["content-type"] == get.headers["content-type"], "\(path)")
            }
        }
    }

    @Test func `if a path does not have a method, the answer lists the methods of the path`() async throws {
        try await withSandbox { sandbox in
            let operations = try await Self.operations(sandbox)
            let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"]
            for path in Set(operations.map(\.path)) {
                var own = Set(operations.filter { $0.path == path }.map(\.method))
                if own.contains("GET") { own.insert("HEAD") }
                let known = Self.known.reduce(path) { $0.replacing("{\($1.key)}", with: $1.value) }
                for method in methods where !own.contains(method) {
                    let answer = try await sandbox.admin.send(WireRequest(method, known))
                    #expect(answer.status == 405, "\(method) \(path): \(answer.text)")
                    #expect(answer.headers["allow"] == own.sorted().joined(separator: ", "), "\(method) \(path)")
                }
            }
            let document = try await sandbox.admin.send(WireRequest("POST", "/openapi.json"))
            #expect(document.status == 405 && document.headers["allow"] == "GET, HEAD")
        }
    }
}

/// Tests the patterns of numbers and durations in the document.
@Suite struct DurationPatternTests {
    @Test(arguments: [0, 1, 5, 9, 10, 19, 42, 99, 100, 300, 305, 999, 1000])
    func `the pattern of a range matches only the numbers of the range`(most: Int) throws {
        for least in [0, 1] where least <= most {
            let schema = RequestSchema(
                .object(["pattern": .string("^(\(WholeNumberPattern.of(from: least, to: most)))$")]))
            for number in 0...1100 {
                #expect(schema.fits(.string("\(number)")) == (least...most ~= number), "\(number) of \(most)")
            }
            #expect(schema.fits(.string("000\(most)")) && !schema.fits(.string("-1")))
        }
    }

    @Test(arguments: [nil, 1, 60, 300, 400 * 86_400] as [Int?])
    func `the pattern of a duration matches only the texts that the admin plane accepts`(seconds: Int?) throws {
        let most = seconds.map { Duration.seconds($0) }
        var forms = [
            AdminMember.Text.durationWithUnit(upTo: most), .durationWithUnit(upTo: most, mayBeZero: false),
        ]
        if let most { forms.append(.duration(upTo: most)) }
        let numbers = [
            "0", "00", "1", "05", "59", "60", "61", "299", "300", "301", "400", "401", "9600", "9601", "60000", "60001",
            "300000", "300001", "999999999", "1000000000", "0000000005", "", "-1", "1.5", "+1",
        ]
        for form in forms {
            let pattern = try #require(form.schema.first { $0.name == "pattern" }).json
            let schema = RequestSchema(.object(["pattern": try JSONValue(text: pattern)]))
            for number in numbers {
                for unit in ["ms", "s", "m", "h", "d", "", "S", "w"] {
                    let text = number + unit
                    #expect(schema.fits(.string(text)) == form.matches(text), "\(text) and \(pattern)")
                }
            }
        }
    }
}
