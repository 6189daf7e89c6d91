import AdminAPI
import NIOCore
import OfficialAccount
import TagStore

/// A member of a JSON object, a parameter of a path or a parameter of a query. The server judges requests by these, and
/// makes the OpenAPI document from them.
struct AdminMember: Sendable {
    indirect enum Kind: Sendable {
        case text(Text)
        case choice([String])
        case flag
        case number(ClosedRange<Int>)
        case numbers(ClosedRange<Int>, limit: Int)
        case texts(Text, limit: Int)
        case object([AdminMember])
        /// An array of objects with these members.
        case objects([AdminMember], limit: Int)
        /// Any number.
        case fraction(ClosedRange<Double>)
        /// A value of one of these kinds.
        case either([Kind])
        /// An object whose keys the caller chooses.
        case map(keys: Text, [AdminMember])
    }

    /// A form of text.
    struct Text: Sendable {
        /// The form in JSON schema: the members of a schema of type string, such as a pattern.
        let schema: [(name: String, json: String)]
        /// The form in words, for an error message.
        let words: String
        let matches: @Sendable (String) -> Bool
    }

    let name: String
    let kind: Kind
    let isRequired: Bool
    let summary: String

    init(_ name: String, _ kind: Kind, isRequired: Bool = false, _ summary: String) {
        self.name = name
        self.kind = kind
        self.isRequired = isRequired
        self.summary = summary
    }
}

extension AdminMember.Text {
    init(pattern: String, words: String, matches: @escaping @Sendable (String) -> Bool) {
        var json = JSONText()
        json.string(pattern)
        schema = [("pattern", String(decoding: json.bytes, as: UTF8.self))]
        self.words = words
        self.matches = matches
    }

    static let appID = AdminMember.Text(
        pattern: "^[A-Za-z0-9_-]{1,64}$", words: "1 to 64 letters, digits, - or _",
        matches: { $0.wholeMatch(of: /[A-Za-z0-9_-]{1,64}/) != nil })

    static let openID = AdminMember.Text(
        pattern: "^o[A-Za-z0-9_-]{27}$", words: "an openid: 28 characters, o and then 27 of A-Z a-z 0-9 _ -",
        matches: { OpenID($0) != nil })

    static let secret = AdminMember.Text(
        pattern: "^[ -~]{16,128}$", words: "16 to 128 printable ASCII characters",
        matches: { $0.wholeMatch(of: /[ -~]{16,128}/) != nil })

    /// The secret of a relaxed account of a sandbox.
    static let relaxedSecret = AdminMember.Text(
        pattern: "^[ -~]{1,128}$", words: "1 to 128 printable ASCII characters",
        matches: { $0.wholeMatch(of: /[ -~]{1,128}/) != nil })

    /// The text of a token.
    static let token = AdminMember.Text(
        pattern: "^[A-Za-z0-9_-]{1,512}$", words: "1 to 512 letters, digits, - or _",
        matches: { $0.wholeMatch(of: /[A-Za-z0-9_-]{1,512}/) != nil })

    /// The path of a call that is counted for accounts.
    static let path = path(of: Endpoint.all.filter { !$0.isOfComponent }, such: BatchTagging.endpoint)

    /// The path of a call that is counted for third-party platforms.
    static let componentPath = path(of: Endpoint.all.filter(\.isOfComponent), such: GetPreAuthCode.endpoint)

    private static func path(of endpoints: [Endpoint], such example: Endpoint) -> AdminMember.Text {
        let paths = endpoints.map(\.path)
        return AdminMember.Text(
            pattern: "^(" + paths.joined(separator: "|") + ")$", words: "the path of an API, such as \(example.path)",
            matches: { paths.contains($0) })
    }

    static let address = AdminMember.Text(
        schema: [("anyOf", #"[{"format":"ipv4"},{"format":"ipv6"}]"#)], words: "an IP address, version 4 or 6",
        matches: { (try? SocketAddress(ipAddress: $0, port: 0)) != nil })

    static let duration = AdminMember.Text(
        pattern: "^[0-9]{1,9}(ms|s|m|h|d)?$", words: DurationText.form,
        matches: { DurationText.duration($0) != nil })

    static let rid = AdminMember.Text(
        pattern: "^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$", words: "a rid: three groups of eight hexadecimal digits",
        matches: { RequestID.time(of: $0) != nil })

    /// A name that a person gives: one to a hundred characters.
    static let name = AdminMember.Text(
        schema: [("minLength", "1"), ("maxLength", "100")], words: "1 to 100 characters",
        matches: { 1...100 ~= $0.unicodeScalars.count })

    static let any = AdminMember.Text(schema: [], words: "text", matches: { _ in true })
}

extension AdminMember {
    /// The quotas of an account or of a third-party platform by path.
    static func quotas(of paths: Text) -> AdminMember {
        AdminMember(
            "quotas",
            .map(
                keys: paths,
                [
                    .init("per_day", .number(0...Int(Int32.max)), "calls a day; absent for any number"),
                    .init("per_minute", .number(0...Int(Int32.max)), "calls a minute; absent for any number"),
                ]),
            "its own quotas by path, in place of those set before; a path that is absent is as for everyone")
    }
}

// MARK: Judging

extension [AdminMember] {
    /// Throws ``AdminError`` unless the value is an object with these members. A null member counts as an absent one.
    func judge(_ value: JSONValue, in place: String = "the body") throws(AdminError) {
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
        case (.object(let members), .object): try members.judge(value, in: name)
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

// MARK: Describing

extension AdminMember {
    /// Writes the JSON schema of the member, with the summary.
    ///
    /// - Parameter isNullable: whether null fits too, because it counts as absence.
    func writeSchema(to json: inout JSONText, isNullable: Bool = false) {
        json.object { schema in
            Self.describe(kind, in: &schema, isNullable: isNullable)
            schema.field("description", summary)
        }
    }

    /// Writes the schema of an object with these members. Null fits each member that is not required.
    ///
    /// - Parameter isNullable: whether null fits instead of the object.
    static func describe(_ members: [AdminMember], in schema: inout JSONText.Fields, isNullable: Bool = false) {
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
        case .object(let members): describe(members, in: &schema, isNullable: isNullable)
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
