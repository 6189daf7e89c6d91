/// Holds any JSON value, so that code can inspect the value before it decodes a specific type.
enum JSONValue: Encodable, Sendable {
    case null
    case bool(Bool)
    /// A whole number.
    case number(Int)
    /// Any other number.
    case fraction(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .fraction(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let values): try container.encode(values)
        case .object(let members): try container.encode(members)
        }
    }
}

extension JSONValue {
    /// Returns the value without the null members of its objects, at every depth: a null member counts as absent. A
    /// null entry of an array stays, because the entry is not a member.
    var withoutNulls: JSONValue {
        switch self {
        case .object(let members): .object(members.compactMapValues(\.unlessNull))
        case .array(let values): .array(values.map(\.withoutNulls))
        case .null, .bool, .number, .fraction, .string: self
        }
    }

    /// The text of a string; nil for any other value.
    var text: String? { if case .string(let text) = self { text } else { nil } }

    private var unlessNull: JSONValue? { if case .null = self { nil } else { withoutNulls } }
}
