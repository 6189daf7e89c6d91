import AdminAPI
import OfficialAccount

extension JSONText {
    /// Writes a shape as an object. The members keep the order in which the shape encodes them.
    ///
    /// Each value in the shape that is not a shape itself gets the same text that ``EncodedJSON`` would give it.
    mutating func shape(_ shape: some AdminShape) throws {
        let writer = ShapeWriter(self)
        // Only the writer holds the bytes now, so that Swift does not copy them.
        self = JSONText()
        defer { self = writer.json }
        try writer.write(object: shape)
    }
}

/// Writes a shape and the shapes inside it.
private final class ShapeWriter {
    private(set) var json: JSONText

    init(_ json: JSONText) {
        self.json = json
    }

    func write(object shape: some AdminShape) throws {
        json.raw("{")
        try shape.encode(to: ShapeEncoder(object: ObjectWriter(writer: self)))
        json.raw("}")
    }

    func write(list shapes: [any AdminShape]) throws {
        json.raw("[")
        for (place, shape) in shapes.enumerated() {
            if place > 0 { json.raw(",") }
            try write(object: shape)
        }
        json.raw("]")
    }

    func write(_ value: some Encodable) throws {
        switch value {
        case let text as String: json.string(text)
        case let flag as Bool: json.raw(flag ? "true" : "false")
        case let number as Int: json.number(number)
        case let number as Int64: json.number(Int(number))
        case let texts as [String]: json.array(texts) { $1.string($0) }
        case let numbers as [Int]: json.array(numbers) { $1.number($0) }
        case let shape as any AdminShape: try write(object: shape)
        case let shapes as [any AdminShape]: try write(list: shapes)
        default: json.raw(EncodedJSON.text(value))
        }
    }

    func writeNull() {
        json.raw("null")
    }

    /// Writes the name of a member, with the comma before it and the colon after it.
    func begin(_ name: String, isFirst: Bool) {
        if !isFirst { json.raw(",") }
        json.string(name)
        json.raw(":")
    }
}

/// One of the objects that a writer writes.
private final class ObjectWriter {
    private let writer: ShapeWriter
    private var isFirst = true

    init(writer: ShapeWriter) {
        self.writer = writer
    }

    /// Writes the name of the next member. Returns the writer, with which the caller must write the member's value.
    func begin(_ name: String) -> ShapeWriter {
        writer.begin(name, isFirst: isFirst)
        isFirst = false
        return writer
    }
}

// MARK: Encoding

private struct ShapeEncoder: Encoder {
    /// The object to which the shape writes its members; nil for an encoder that refuses every member.
    let object: ObjectWriter?
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(MemberWriter<Key>(object: object))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { NoObject() }
    func singleValueContainer() -> any SingleValueEncodingContainer { NoObject() }
}

private struct MemberWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    /// The object to which the shape writes its members; nil for a container that refuses every member.
    let object: ObjectWriter?
    let codingPath: [any CodingKey] = []

    mutating func encodeNil(forKey key: Key) throws {
        try begin(key).writeNull()
    }

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try begin(key).write(value)
    }

    private func begin(_ key: Key) throws -> ShapeWriter {
        guard let object else { throw NoObject() }
        return object.begin(key.stringValue)
    }

    mutating func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Inner> { KeyedEncodingContainer(MemberWriter<Inner>(object: nil)) }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { NoObject() }
    mutating func superEncoder() -> any Encoder { ShapeEncoder(object: nil) }
    mutating func superEncoder(forKey key: Key) -> any Encoder { ShapeEncoder(object: nil) }
}

/// Refuses every value, because a shape encodes members only.
private struct NoObject: Error, UnkeyedEncodingContainer, SingleValueEncodingContainer {
    var codingPath: [any CodingKey] { [] }
    var count: Int { 0 }

    mutating func encodeNil() throws { throw self }
    mutating func encode<Value: Encodable>(_ value: Value) throws { throw self }

    mutating func nestedContainer<Inner: CodingKey>(keyedBy type: Inner.Type) -> KeyedEncodingContainer<Inner> {
        KeyedEncodingContainer(MemberWriter<Inner>(object: nil))
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { self }
    mutating func superEncoder() -> any Encoder { ShapeEncoder(object: nil) }
}
