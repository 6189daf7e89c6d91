import Foundation

@testable import TaglineServer

/// A schema of requests in the OpenAPI document. It checks values by the rules of JSON Schema, not by the server's
/// rules.
struct RequestSchema {
    private static let keywords: Set = [
        "type", "properties", "required", "items", "additionalProperties", "enum", "anyOf", "allOf", "pattern",
        "minLength", "maxLength", "minimum", "maximum", "maxItems", "propertyNames", "format", "description",
    ]

    let members: [String: JSONValue]

    init(_ schema: JSONValue) {
        members = schema.members
    }

    /// The keywords of the schema that this type does not know. The set must be empty.
    var unknownKeywords: Set<String> {
        let inner = [members["items"], members["additionalProperties"], members["propertyNames"]].compactMap { $0 }
        let all =
            inner + (members["anyOf"]?.elements ?? []) + (members["allOf"]?.elements ?? [])
            + (members["properties"]?.members.values.map { $0 } ?? [])
        return all.reduce(Set(members.keys).subtracting(Self.keywords)) {
            $0.union(RequestSchema($1).unknownKeywords)
        }
    }

    /// The names of the types; empty if every type fits.
    var types: [String] {
        members["type"]?.text.map { [$0] } ?? members["type"]?.elements.compactMap(\.text) ?? []
    }

    func fits(_ value: JSONValue) -> Bool {
        fitsType(value) && fitsLimits(value) && fitsMembers(value)
            && (members["enum"]?.elements.contains { EncodedJSON.text($0) == EncodedJSON.text(value) } ?? true)
            && (members["anyOf"]?.elements.contains { RequestSchema($0).fits(value) } ?? true)
            && (members["allOf"]?.elements.allSatisfy { RequestSchema($0).fits(value) } ?? true)
    }

    private func fitsType(_ value: JSONValue) -> Bool {
        let names: [String] =
            switch value {
            case .null: ["null"]
            case .bool: ["boolean"]
            case .number: ["integer", "number"]
            case .fraction(let number): number == number.rounded() ? ["integer", "number"] : ["number"]
            case .string: ["string"]
            case .array: ["array"]
            case .object: ["object"]
            }
        return types.isEmpty || !Set(types).isDisjoint(with: names)
    }

    private func fitsLimits(_ value: JSONValue) -> Bool {
        switch value {
        case .number(let number): return fits(number: Double(number))
        case .fraction(let number): return fits(number: number)
        case .string(let text):
            let length = text.unicodeScalars.count
            return length >= number("minLength") ?? 0 && length <= number("maxLength") ?? .max && fitsPattern(text)
                && fitsFormat(text)
        case .array(let values):
            let items = members["items"].map { RequestSchema($0) }
            return values.count <= number("maxItems") ?? .max && values.allSatisfy { items?.fits($0) ?? true }
        default: return true
        }
    }

    private func number(_ name: String) -> Int? {
        if case .number(let number)? = members[name] { number } else { nil }
    }

    private func fits(number: Double) -> Bool {
        func limit(_ name: String) -> Double? {
            switch members[name] {
            case .number(let number)?: Double(number)
            case .fraction(let number)?: number
            default: nil
            }
        }
        return number >= limit("minimum") ?? -.infinity && number <= limit("maximum") ?? .infinity
    }

    private func fitsPattern(_ text: String) -> Bool {
        guard let pattern = members["pattern"]?.text else { return true }
        // In Swift's notation, `$` would also match before a line break at the end.
        let exact = pattern.hasSuffix("$") ? pattern.dropLast() + #"\z"# : pattern
        guard let regex = try? NSRegularExpression(pattern: exact) else { return false }
        return regex.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }

    private func fitsFormat(_ text: String) -> Bool {
        switch members["format"]?.text {
        case "ipv4"?: text.wholeMatch(of: /((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}/) != nil
        case "ipv6"?: text.contains(":") && !text.contains("%") && IPAddress(text) != nil
        default: true
        }
    }

    private func fitsMembers(_ value: JSONValue) -> Bool {
        guard case .object(let object) = value else { return true }
        let properties = members["properties"]?.members ?? [:]
        let required = members["required"]?.elements.compactMap(\.text) ?? []
        guard required.allSatisfy({ object[$0] != nil }) else { return false }
        return object.allSatisfy { name, member in
            if let names = members["propertyNames"], !RequestSchema(names).fits(.string(name)) { return false }
            if let known = properties[name] { return RequestSchema(known).fits(member) }
            switch members["additionalProperties"] {
            case .bool(let isAllowed)?: return isAllowed
            case let schema?: return RequestSchema(schema).fits(member)
            case nil: return true
            }
        }
    }
}
