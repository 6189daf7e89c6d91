import OfficialAccount

extension AdminMember {
    /// Writes the JSON schema of the member, with the summary.
    ///
    /// - Parameter isNullable: whether null is a valid value too. The server treats a null member as absent.
    func writeSchema(to json: inout JSONText, isNullable: Bool = false) {
        json.object { schema in
            Self.describe(kind, in: &schema, isNullable: isNullable)
            schema.field("description", summary)
        }
    }

    /// Writes the schema of an object with `members`. Null is a valid value of each member that is not required.
    ///
    /// - Parameters:
    ///   - rules: the rules about which members must or must not be present together.
    ///   - isNullable: whether null is also valid instead of the object.
    static func describe(
        _ members: [AdminMember], rules: [PresenceRule] = [], in schema: inout JSONText.Fields, isNullable: Bool = false
    ) {
        describe(type: "object", in: &schema, isNullable: isNullable)
        let required = members.filter(\.isRequired).map(\.name)
        if !required.isEmpty { schema.field("required") { json in json.array(required) { $1.string($0) } } }
        schema.field("properties") { json in
            json.object { properties in
                for member in members {
                    properties.field(member.name) { member.writeSchema(to: &$0, isNullable: !member.isRequired) }
                }
            }
        }
        schema.field("additionalProperties", false)
        guard !rules.isEmpty else { return }
        schema.field("allOf") { json in json.array(rules) { rule, json in rule.write(members, to: &json) } }
    }

    private static func describe(type: String, in schema: inout JSONText.Fields, isNullable: Bool) {
        schema.field("type") { json in
            if isNullable { json.array([type, "null"]) { $1.string($0) } } else { json.string(type) }
        }
    }

    private static func describe(_ kind: Kind, in schema: inout JSONText.Fields, isNullable: Bool = false) {
        switch kind {
        case .text(let text):
            describe(type: "string", in: &schema, isNullable: isNullable)
            for member in text.schema { schema.field(member.name) { $0.raw(member.json) } }
        case .choice(let choices):
            describe(type: "string", in: &schema, isNullable: isNullable)
            let values: [String?] = isNullable ? choices + [nil] : choices
            schema.field("enum") { json in
                json.array(values) { value, json in
                    if let value { json.string(value) } else { json.raw("null") }
                }
            }
        case .flag: describe(type: "boolean", in: &schema, isNullable: isNullable)
        case .number(let range):
            describe(type: "integer", in: &schema, isNullable: isNullable)
            schema.field("minimum", range.lowerBound)
            schema.field("maximum", range.upperBound)
        case .numbers(let range, let limit):
            describe(type: "array", in: &schema, isNullable: isNullable)
            schema.field("maxItems", limit)
            schema.field("items") { json in json.object { describe(.number(range), in: &$0) } }
        case .texts(let text, let limit):
            describe(type: "array", in: &schema, isNullable: isNullable)
            schema.field("maxItems", limit)
            schema.field("items") { json in json.object { describe(.text(text), in: &$0) } }
        case .object(let members, let rules):
            describe(members, rules: rules, in: &schema, isNullable: isNullable)
        case .objects(let members, let limit):
            describe(type: "array", in: &schema, isNullable: isNullable)
            schema.field("maxItems", limit)
            schema.field("items") { json in json.object { describe(members, in: &$0) } }
        case .fraction(let range):
            describe(type: "number", in: &schema, isNullable: isNullable)
            schema.field("minimum") { $0.raw("\(range.lowerBound)") }
            schema.field("maximum") { $0.raw("\(range.upperBound)") }
        case .either(let kinds):
            let alternatives: [Kind?] = isNullable ? kinds + [nil] : kinds
            schema.field("anyOf") { json in
                json.array(alternatives) { kind, json in
                    json.object { alternative in
                        if let kind { describe(kind, in: &alternative) } else { alternative.field("type", "null") }
                    }
                }
            }
        case .map(let keys, let members):
            describe(type: "object", in: &schema, isNullable: isNullable)
            schema.field("propertyNames") { json in json.object { describe(.text(keys), in: &$0) } }
            schema.field("additionalProperties") { json in
                json.object { describe(members, in: &$0, isNullable: true) }
            }
        }
    }
}
