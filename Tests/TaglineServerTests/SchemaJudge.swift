import Foundation
import Testing
import WireTable

@testable import TaglineServer

/// Checks JSON against the schemas of an OpenAPI document. It supports the parts of JSON schema that the server's
/// answers use.
struct SchemaJudge {
    private static let keywords: Set = [
        "type", "properties", "required", "items", "additionalProperties", "enum", "anyOf", "$ref", "contentMediaType",
        "contentSchema",
    ]

    let document: JSONValue

    init(document: JSONValue) {
        self.document = document
    }

    // MARK: Answers

    /// The operations of the document, each as its method and its path, such as `GET /accounts`.
    var operations: Set<String> {
        Set(
            (document.members["paths"]?.members ?? [:]).flatMap { (path, item) -> [String] in
                item.members.keys.map { "\($0.uppercased()) \(path)" }
            })
    }

    /// Returns the schema of an answer with this status and media type; nil if the document has no such schema.
    func schema(_ method: String, _ path: String, _ status: Int, _ mediaType: String) -> JSONValue? {
        content(method, path, status)?[mediaType]?.members["schema"]
    }

    /// Returns what the document says about the content of an answer, for each media type. Nil means that the document
    /// does not describe this answer.
    func content(_ method: String, _ path: String, _ status: Int) -> [String: JSONValue]? {
        let operation = document.members["paths"]?.members[path]?.members[method.lowercased()]
        return operation?.members["responses"]?.members[String(status)]?.members["content"]?.members
    }

    /// Returns the differences between `answer` and the document. A status of 300 or more is also a difference.
    func faults(of answer: WireResponse, to method: String, _ path: String) throws -> [String] {
        let mediaType = String(answer.headers["content-type", default: ""].prefix { $0 != ";" })
        guard answer.status < 300, let schema = schema(method, path, answer.status, mediaType) else {
            return ["status \(answer.status) with \(mediaType)"]
        }
        let pieces = try Self.pieces(of: answer.text, mediaType)
        return (pieces.isEmpty ? ["the answer is empty"] : []) + pieces.flatMap { faults(of: $0, by: schema) }
    }

    /// Returns the values that the schema of an answer describes: the answer, its lines, or its events.
    static func pieces(of text: String, _ mediaType: String) throws -> [JSONValue] {
        switch mediaType {
        case "application/json": return [try JSONValue(text: text)]
        case "application/x-ndjson": return try text.split(separator: "\n").map { try JSONValue(text: String($0)) }
        case "text/event-stream":
            return text.split(separator: "\n\n").map { event in
                let fields = event.split(separator: "\n").map { line -> (String, JSONValue) in
                    let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
                    return (parts.first ?? "", JSONValue.string(parts.count == 2 ? parts[1] : ""))
                }
                return JSONValue.object(Dictionary(fields) { first, _ in first })
            }
        default: return [.string(text)]
        }
    }

    // MARK: Schemas

    /// Returns what in `value` does not fit `schema`.
    ///
    /// A usual validator accepts members that a schema does not list. This function reports such members, because the
    /// document must name every member of the answers.
    func faults(of value: JSONValue, by schema: JSONValue, at place: String = "the answer") -> [String] {
        let schema = schema.members
        let strange = Set(schema.keys).subtracting(Self.keywords)
        guard !schema.isEmpty, strange.isEmpty else {
            return ["\(place): the schema is empty, or has unknown keywords \(strange.sorted())"]
        }
        if let target = target(of: schema) { return faults(of: value, by: target, at: place) }
        if let forms = schema["anyOf"]?.elements {
            let verdicts = forms.map { faults(of: value, by: $0, at: place) }
            return verdicts.contains(where: \.isEmpty) ? [] : verdicts.flatMap { $0 }
        }
        let type = schema["type"]?.text ?? ""
        switch (type, value) {
        case ("string", .string(let text)): return faults(ofText: text, by: schema, at: place)
        case ("integer", .number), ("number", .number), ("number", .fraction), ("boolean", .bool): return []
        case ("array", .array(let elements)):
            return elements.flatMap { faults(of: $0, by: schema["items"] ?? .null, at: "\(place)[]") }
        case ("object", .object(let members)): return faults(ofMembers: members, by: schema, at: place)
        default: return ["\(place) is not of type \(type) but \(EncodedJSON.text(value))"]
        }
    }

    private func target(of schema: [String: JSONValue]) -> JSONValue? {
        guard let reference = schema["$ref"]?.text else { return nil }
        let name = reference.split(separator: "/").last.map(String.init) ?? ""
        return document.members["components"]?.members["schemas"]?.members[name] ?? .null
    }

    private func faults(ofText text: String, by schema: [String: JSONValue], at place: String) -> [String] {
        if let choices = schema["enum"]?.elements.compactMap(\.text), !choices.contains(text) {
            return ["\(place) is \(text), but must be one of \(choices)"]
        }
        guard let content = schema["contentSchema"] else { return [] }
        guard let value = try? JSONValue(text: text) else { return ["\(place) is not JSON"] }
        return faults(of: value, by: content, at: place)
    }

    private func faults(
        ofMembers members: [String: JSONValue], by schema: [String: JSONValue], at place: String
    ) -> [String] {
        let properties = schema["properties"]?.members ?? [:]
        let required = schema["required"]?.elements.compactMap(\.text) ?? []
        let missing = required.filter { members[$0] == nil }.map { "\(place).\($0) is missing" }
        return missing
            + members.flatMap { (name, member) -> [String] in
                guard let known = properties[name] ?? schema["additionalProperties"] else {
                    return ["\(place).\(name) is not in the schema"]
                }
                return faults(of: member, by: known, at: "\(place).\(name)")
            }
    }

    /// Returns the places in `schema` for which no value of `values` is an example. If `schema` only refers to another
    /// schema, returns no place, because the other schema has its own examples.
    func unshown(_ schema: JSONValue, in values: [JSONValue], at place: String) -> [String] {
        guard !values.isEmpty else { return [place] }
        let schema = schema.members
        if schema["$ref"] != nil { return [] }
        if let forms = schema["anyOf"]?.elements {
            return forms.flatMap { form in
                unshown(form, in: values.filter { faults(of: $0, by: form).isEmpty }, at: "\(place), \(form)")
            }
        }
        if let items = schema["items"] { return unshown(items, in: values.flatMap(\.elements), at: "\(place)[]") }
        if let inner = schema["additionalProperties"] {
            return unshown(inner, in: values.flatMap { Array($0.members.values) }, at: "\(place){}")
        }
        return (schema["properties"]?.members ?? [:]).flatMap { (name, member) -> [String] in
            unshown(member, in: values.compactMap { $0.members[name] }, at: "\(place).\(name)")
        }
    }
}

extension JSONValue {
    /// Throws if `text` is not JSON.
    init(text: String) throws {
        self = try #require(JSONValue(Array(text.utf8)))
    }

    /// The members of an object; empty if the value is not an object.
    var members: [String: JSONValue] { if case .object(let members) = self { members } else { [:] } }

    /// The elements of an array; empty if the value is not an array.
    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
}
