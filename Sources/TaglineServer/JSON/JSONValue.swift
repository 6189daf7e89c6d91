/// Holds any JSON value, so that code can inspect the value before it decodes a specific type.
enum JSONValue: Codable, Sendable {
    case null
    case bool(Bool)
    /// A whole number.
    case number(Int)
    /// Any other number.
    case fraction(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? value.decode(Int.self) {
            self = .number(number)
        } else if let fraction = try? value.decode(Double.self) {
            self = .fraction(fraction)
        } else if let string = try? value.decode(String.self) {
            self = .string(string)
        } else if let array = try? value.decode([JSONValue].self) {
            self = .array(array)
        } else {
            self = .object(try value.decode([String: JSONValue].self))
        }
    }

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

    private var unlessNull: JSONValue? { if case .null = self { nil } else { withoutNulls } }
}
