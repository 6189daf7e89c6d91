/// A member of a JSON object, a parameter of a path, or a parameter of a query.
///
/// The server checks requests against these descriptions, and makes the OpenAPI document from them.
struct AdminMember: Sendable {
    indirect enum Kind: Sendable {
        case text(Text)
        case choice([String])
        case flag
        case number(ClosedRange<Int>)
        case numbers(ClosedRange<Int>, limit: Int)
        case texts(Text, limit: Int)
        case object([AdminMember], rules: [PresenceRule] = [])
        /// An array of objects with these members.
        case objects([AdminMember], limit: Int)
        /// A number that may have a fraction.
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

extension AdminMember {
    /// Returns the member `quotas` of an account or of a third-party platform.
    ///
    /// The member has a quota for each path.
    static func quotas(of paths: Text) -> AdminMember {
        AdminMember(
            "quotas",
            .map(
                keys: paths,
                [
                    .init("per_day", .number(0...Int(Int32.max)), "the most calls a day; absent for no limit"),
                    .init("per_minute", .number(0...Int(Int32.max)), "the most calls a minute; absent for no limit"),
                ]),
            "quotas by path, which replace the previous quotas; an absent path has the server's quota")
    }
}
