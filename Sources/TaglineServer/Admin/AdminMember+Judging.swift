import TagStore

extension [AdminMember] {
    /// Throws ``AdminError`` if `value` is not an object that fits these members. A null member counts as absent.
    ///
    /// - Parameter rules: the rules about which members must or must not be present together.
    func judge(
        _ value: JSONValue, rules: [PresenceRule] = [], in place: String = "the body"
    ) throws(AdminError) {
        guard case .object(let object) = value else { throw .badRequest("\(place) is not a JSON object") }
        for name in object.keys.sorted() where !contains(where: { $0.name == name }) {
            let names = map(\.name).joined(separator: ", ")
            throw .badRequest("\(place) has no member \(Refusal.quoted(name)); it can have \(names)")
        }
        for member in self {
            switch object[member.name] ?? .null {
            case .null where member.isRequired:
                throw .badRequest("\(member.name) is missing: \(member.summary)")
            case .null: continue
            case let value: try member.judge(value)
            }
        }
        let present = Set(object.filter { if case .null = $0.value { false } else { true } }.keys)
        for rule in rules { try rule.judge(present) }
    }
}

extension AdminMember {
    fileprivate func judge(_ value: JSONValue) throws(AdminError) {
        switch (kind, value) {
        case (.text(let form), .string(let text)) where form.matches(text): return
        case (.choice(let choices), .string(let text)) where choices.contains(text): return
        case (.flag, .bool): return
        case (.number(let range), .number(let number)) where range.contains(number): return
        case (.texts(let form, let limit), .array(let values)) where values.count <= limit:
            for value in values {
                guard case .string(let text) = value, form.matches(text) else { throw wrong }
            }
        case (.numbers(let range, let limit), .array(let values)) where values.count <= limit:
            for value in values {
                guard case .number(let number) = value, range.contains(number) else { throw wrong }
            }
        case (.object(let members, let rules), .object): try members.judge(value, rules: rules, in: name)
        case (.objects(let members, let limit), .array(let values)) where values.count <= limit:
            for (place, value) in values.enumerated() { try members.judge(value, in: "\(name)[\(place)]") }
        case (.fraction(let range), .number(let number)) where range.contains(Double(number)): return
        case (.fraction(let range), .fraction(let number)) where range.contains(number): return
        case (.either(let kinds), _):
            for kind in kinds {
                let isRight = (try? AdminMember(name, kind, summary).judge(value)) != nil
                if isRight { return }
            }
            throw wrong
        case (.map(let keys, let members), .object(let object)):
            for (key, value) in object {
                guard keys.matches(key) else {
                    throw .badRequest("\(Refusal.quoted(key)) in \(name) is not \(keys.words)")
                }
                if case .null = value { continue }
                try members.judge(value, in: "\(name)[\(Refusal.quoted(key))]")
            }
        default: throw wrong
        }
    }

    var wrong: AdminError { .badRequest("\(name) must be \(form)") }

    private var form: String { Self.form(of: kind) }

    private static func form(of kind: Kind) -> String {
        switch kind {
        case .text(let text): text.words
        case .choice(let choices): choices.joined(separator: " or ")
        case .flag: "true or false"
        case .number(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .numbers(let range, let limit):
            "an array of at most \(limit) whole numbers from \(range.lowerBound) to \(range.upperBound)"
        case .texts(let text, let limit): "an array of at most \(limit), each \(text.words)"
        case .object, .map: "a JSON object"
        case .objects(_, let limit): "an array of at most \(limit) objects"
        case .fraction(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .either(let kinds): kinds.map(form).joined(separator: ", or ")
        }
    }
}
