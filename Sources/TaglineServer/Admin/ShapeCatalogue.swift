import AdminAPI

/// The shapes that the OpenAPI document describes, and their schemas.
///
/// To find the schema of a shape, the catalogue decodes the shape with a decoder of its own. This decoder notes which
/// members the shape asks for. A member that the shape asks for with `decodeIfPresent` is optional in the schema.
final class ShapeCatalogue {
    private struct Undescribed: Error, CustomStringConvertible {
        let description: String
    }

    /// The shapes by name.
    private(set) var shapes: [String: any AdminShape.Type] = [:]
    private(set) var schemas: [String: ShapeSchema] = [:]
    /// The reasons why the catalogue could not find the schemas of some shapes; empty if it found all schemas.
    private(set) var problems: [String] = []

    /// Returns a reference to the schema of a shape. Adds the shape, and the shapes in it, to the catalogue.
    func reference(to shape: any AdminShape.Type) -> ShapeSchema { .shape(add(shape)) }

    private func add<Shape: AdminShape>(_ shape: Shape.Type) -> String {
        let name = String(reflecting: shape).split(separator: ".").dropFirst().joined(separator: ".")
        guard shapes.updateValue(shape, forKey: name) == nil else { return name }
        do {
            schemas[name] = try members(of: shape).schema
        } catch {
            problems.append("\(name): \(error)")
        }
        return name
    }

    /// Returns the schema of `type`, and a value of `type`.
    ///
    /// A shape that asks the decoder for a member of `type` gets this value, and then asks for the next member.
    fileprivate func read<Value: Decodable>(_ type: Value.Type) throws -> (schema: ShapeSchema, value: Value) {
        let form = try form(of: type)
        guard let value = form.sample as? Value else {
            throw Undescribed(description: "the sample of \(type) has another type")
        }
        return (form.schema, value)
    }

    private func form<Value: Decodable>(of type: Value.Type) throws -> JSONForm {
        if let shape = type as? any AdminShape.Type { return try form(ofShape: shape) }
        if let described = type as? any FormDescribed.Type { return try described.form(in: self) }
        return try members(of: type)
    }

    private func form<Shape: AdminShape>(ofShape shape: Shape.Type) throws -> JSONForm {
        guard let sample = shape.examples.first else { throw Undescribed(description: "\(shape) has no example") }
        return JSONForm(schema: reference(to: shape), sample: sample)
    }

    private func members<Value: Decodable>(of type: Value.Type) throws -> JSONForm {
        let members = MemberList()
        let sample = try Value(from: MemberDecoder(members: members, catalogue: self))
        return JSONForm(schema: .object(members.list), sample: sample)
    }
}

/// The schema of a type, and any value of the type.
struct JSONForm {
    let schema: ShapeSchema
    let sample: Any
}

/// A type that states its own schema, because its values are not JSON objects or the decoder cannot see its members.
protocol FormDescribed: Decodable {
    static func form(in catalogue: ShapeCatalogue) throws -> JSONForm
}

extension Array: FormDescribed where Element: Decodable {
    static func form(in catalogue: ShapeCatalogue) throws -> JSONForm {
        JSONForm(schema: .list(try catalogue.read(Element.self).schema), sample: [Element]())
    }
}

extension Dictionary: FormDescribed where Key == String, Value: Decodable {
    static func form(in catalogue: ShapeCatalogue) throws -> JSONForm {
        JSONForm(schema: .map(try catalogue.read(Value.self).schema), sample: [String: Value]())
    }
}

// MARK: Decoding

/// The members for which a type has asked the decoder, in the order of its questions.
private final class MemberList {
    private(set) var list: [ShapeSchema.Member] = []
    private var optional: Set<String> = []

    /// Notes that the type asks whether a member is present.
    func noteQuestion(for name: String) {
        optional.insert(name)
    }

    func note(_ name: String, _ schema: ShapeSchema) {
        list.append(ShapeSchema.Member(name: name, schema: schema, isRequired: !optional.contains(name)))
    }
}

private struct UnknownForm: Error, CustomStringConvertible {
    let description = "it is not an object; make it conform to FormDescribed"
}

/// A decoder that gives a type every member that the type asks for, and notes the member.
private struct MemberDecoder: Decoder {
    let members: MemberList
    let catalogue: ShapeCatalogue
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(MemberReader<Key>(members: members, catalogue: catalogue))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw UnknownForm() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw UnknownForm() }
}

private struct MemberReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let members: MemberList
    let catalogue: ShapeCatalogue
    let codingPath: [any CodingKey] = []
    let allKeys: [Key] = []

    func contains(_ key: Key) -> Bool {
        members.noteQuestion(for: key.stringValue)
        return true
    }

    func decodeNil(forKey key: Key) -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        let (schema, value) = try catalogue.read(type)
        members.note(key.stringValue, schema)
        return value
    }

    func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Inner> { throw UnknownForm() }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw UnknownForm() }
    func superDecoder() throws -> any Decoder { throw UnknownForm() }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw UnknownForm() }
}
