@testable import TaglineServer

/// Makes values that fit a schema of requests, and changes them so that most do not fit any more. The same seed makes
/// the same values.
struct SchemaSamples {
    private struct Numbers: RandomNumberGenerator {
        var draw: SeededDraw

        mutating func next() -> UInt64 { draw.next() }
    }

    private var random: Numbers

    init(seed: UInt64, _ name: String) {
        random = Numbers(draw: SeededDraw(seed: seed, name))
    }

    mutating func one<Value>(of values: [Value], or other: Value) -> Value {
        values.randomElement(using: &random) ?? other
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    // MARK: Values that fit

    /// Returns a value that fits `schema`.
    ///
    /// The function makes each member from the member's own schema. Some schemas also have rules that concern several
    /// members. For these schemas, the function makes new values until a value fits.
    mutating func value(of schema: RequestSchema) throws -> JSONValue {
        for _ in 0..<200 {
            let value = try draft(of: schema)
            if schema.fits(value) { return value }
        }
        throw PatternSample.Unknown(description: "no value fits \(EncodedJSON.text(JSONValue.object(schema.members)))")
    }

    private mutating func draft(of schema: RequestSchema) throws -> JSONValue {
        if let choices = schema.members["enum"]?.elements { return one(of: choices, or: .null) }
        if schema.types.isEmpty, let forms = schema.members["anyOf"]?.elements {
            return try draft(of: RequestSchema(one(of: forms, or: .null)))
        }
        switch one(of: schema.types, or: "string") {
        case "null": return .null
        case "boolean": return .bool(chance(50))
        case "integer": return .number(integer(schema))
        case "number": return one(of: [.fraction(0.5), .number(0), .number(1), .fraction(0.125)], or: .number(1))
        case "array":
            let items = RequestSchema(schema.members["items"] ?? .null)
            return .array(try (0..<Int.random(in: 0...3, using: &random)).map { _ in try value(of: items) })
        case "object": return try object(schema)
        default: return .string(try text(schema))
        }
    }

    private mutating func integer(_ schema: RequestSchema) -> Int {
        guard case .number(let least)? = schema.members["minimum"], case .number(let most)? = schema.members["maximum"]
        else { return 1 }
        return one(of: [least, most, Int.random(in: least...most, using: &random), min(most, least + 7)], or: least)
    }

    private mutating func object(_ schema: RequestSchema) throws -> JSONValue {
        let required = Set(schema.members["required"]?.elements.compactMap(\.text) ?? [])
        var object: [String: JSONValue] = [:]
        let properties = schema.members["properties"]?.members ?? [:]
        for (name, member) in properties.sorted(by: { $0.key < $1.key }) where required.contains(name) || chance(40) {
            object[name] = try value(of: RequestSchema(member))
        }
        if let names = schema.members["propertyNames"], let member = schema.members["additionalProperties"] {
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                guard case .string(let name) = try value(of: RequestSchema(names)) else { continue }
                object[name] = try value(of: RequestSchema(member))
            }
        }
        return .object(object)
    }

    private mutating func text(_ schema: RequestSchema) throws -> String {
        if let pattern = schema.members["pattern"]?.text { return try PatternSample(pattern).text(&random) }
        if schema.members["anyOf"] != nil || schema.members["format"] != nil {
            return one(of: ["192.0.2.7", "0.0.0.0", "255.255.255.255", "::1", "2001:db8::7"], or: "::")
        }
        return one(of: Self.texts + [String(repeating: "长", count: 100)], or: "x")
    }

    private static let texts = ["x", "0", "a name", "广东", "a/b", "100%", "it's \"so\"", "null", "-1", "cafe\u{301}"]

    // MARK: Values that do not fit

    private static let strange: [JSONValue] = [
        .null, .bool(true), .number(-1), .number(0), .number(.max), .fraction(1.5), .fraction(1e30), .string(""),
        .string("\u{1}"), .string(String(repeating: "x", count: 600)), .string("é\u{1F600}"), .string("\u{212A}"),
        .string("5"), .string("x\n"), .array([]), .array([.null]), .object([:]), .object(["x": .number(1)]),
    ]

    /// Replaces, removes or adds a part of `value`, and returns the result.
    mutating func changed(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(var members) where chance(75):
            let names = members.keys.sorted()
            guard let name = names.randomElement(using: &random), !chance(15) else {
                members[one(of: ["unknown", "", "Appid", "appid "], or: "unknown")] = one(of: Self.strange, or: .null)
                return .object(members)
            }
            members[name] = chance(15) ? nil : changed(members[name] ?? .null)
            return .object(members)
        case .array(var values) where chance(50) && !values.isEmpty:
            let place = Int.random(in: values.indices, using: &random)
            values[place] = changed(values[place])
            return .array(values)
        case .string(let text) where chance(40): return .string(changed(text))
        default: return one(of: Self.strange, or: .null)
        }
    }

    /// Adds or removes characters of `text`, or changes them to upper case, and returns the result.
    mutating func changed(_ text: String) -> String {
        one(
            of: [
                text + "!", " " + text, text + "\n", String(text.dropLast()), text + text, text.uppercased(),
                "+" + text,
                "0" + text, text + "\u{301}", "",
            ], or: "")
    }
}
