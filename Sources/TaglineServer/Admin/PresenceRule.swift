import OfficialAccount

/// A rule about which members of an object must or must not be present together. A null member counts as absent.
enum PresenceRule: Sendable {
    /// All members of at least one of these groups are present.
    case needs([[String]])
    /// At most one of these members is present.
    case notTogether([String])

    /// Throws ``AdminError`` if an object breaks the rule.
    ///
    /// - Parameter present: the names of the members that are present.
    func judge(_ present: Set<String>) throws(AdminError) {
        switch self {
        case .needs(let groups):
            guard !groups.contains(where: { $0.allSatisfy(present.contains) }) else { return }
            let names = groups.map { ($0.count > 1 ? "both " : "") + $0.joined(separator: " and ") }
            throw .badRequest("give \(names.dropLast().joined(separator: ", ")) or \(names.last ?? "")")
        case .notTogether(let names):
            let both = names.filter(present.contains)
            guard both.count > 1 else { return }
            throw .badRequest("\(both[0]) and \(both[1]) contradict each other; give one of them")
        }
    }

    /// Writes the rule as a JSON schema, which the schema of the object includes in `allOf`.
    ///
    /// - Parameter members: the members of the object.
    func write(_ members: [AdminMember], to json: inout JSONText) {
        json.object { schema in
            schema.field("anyOf") { json in
                switch self {
                case .needs(let groups):
                    json.array(groups) { group, json in Self.write(needed: group, of: members, to: &json) }
                case .notTogether(let names):
                    json.array(names) { name, json in Self.write(absent: names.filter { $0 != name }, to: &json) }
                }
            }
        }
    }

    private static func write(needed names: [String], of members: [AdminMember], to json: inout JSONText) {
        json.object { schema in
            schema.field("required") { json in json.array(names) { $1.string($0) } }
            schema.field("properties") { json in
                json.object { properties in
                    for member in members where names.contains(member.name) {
                        properties.field(member.name) { json in
                            json.object { $0.field("type") { json in json.array(member.kind.types) { $1.string($0) } } }
                        }
                    }
                }
            }
        }
    }

    private static func write(absent names: [String], to json: inout JSONText) {
        json.object { schema in
            schema.field("properties") { json in
                json.object { properties in
                    for name in names { properties.field(name) { json in json.object { $0.field("type", "null") } } }
                }
            }
        }
    }
}

extension AdminMember.Kind {
    /// The types of JSON schema that a value of this kind can have.
    fileprivate var types: [String] {
        switch self {
        case .text, .choice: ["string"]
        case .flag: ["boolean"]
        case .number: ["integer"]
        case .fraction: ["number"]
        case .numbers, .texts, .objects: ["array"]
        case .object, .map: ["object"]
        case .either(let kinds): Array(Set(kinds.flatMap(\.types))).sorted()
        }
    }
}
