import OfficialAccount

/// The JSON schema of an answer, or of a part of an answer.
indirect enum ShapeSchema: Sendable, Hashable {
    /// A member of an object.
    struct Member: Sendable, Hashable {
        let name: String
        let schema: ShapeSchema
        let isRequired: Bool
    }

    case string
    case integer
    case number
    case boolean
    /// One of these texts.
    case choice([String])
    case list(ShapeSchema)
    /// An object with any keys.
    case map(ShapeSchema)
    case object([Member])
    /// A value that fits one of these schemas.
    case either([ShapeSchema])
    /// The shape with this name, which the OpenAPI document describes in one place.
    case shape(String)
    /// A text whose content is JSON with this schema.
    case json(ShapeSchema)

    func write(to json: inout JSONText) {
        json.object { describe(in: &$0) }
    }

    private func describe(in schema: inout JSONText.Fields) {
        switch self {
        case .string: schema.field("type", "string")
        case .integer: schema.field("type", "integer")
        case .number: schema.field("type", "number")
        case .boolean: schema.field("type", "boolean")
        case .choice(let texts):
            schema.field("type", "string")
            schema.field("enum") { json in json.array(texts) { $1.string($0) } }
        case .list(let items):
            schema.field("type", "array")
            schema.field("items") { items.write(to: &$0) }
        case .map(let values):
            schema.field("type", "object")
            schema.field("additionalProperties") { values.write(to: &$0) }
        case .object(let members): Self.describe(members, in: &schema)
        case .either(let forms): schema.field("anyOf") { json in json.array(forms) { $0.write(to: &$1) } }
        case .shape(let name): schema.field("$ref", "#/components/schemas/\(name)")
        case .json(let content):
            schema.field("type", "string")
            schema.field("contentMediaType", "application/json")
            schema.field("contentSchema") { content.write(to: &$0) }
        }
    }

    /// Describes an object. The schema allows further members, so that a later version can add members.
    private static func describe(_ members: [Member], in schema: inout JSONText.Fields) {
        schema.field("type", "object")
        let required = members.filter(\.isRequired)
        if !required.isEmpty { schema.field("required") { json in json.array(required) { $1.string($0.name) } } }
        schema.field("properties") { json in
            json.object { properties in
                for member in members { properties.field(member.name) { member.schema.write(to: &$0) } }
            }
        }
    }
}
