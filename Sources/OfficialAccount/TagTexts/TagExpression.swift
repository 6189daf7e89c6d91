/// A condition on the tags of a follower, such as `"vip" & !churned & (beijing | shanghai)`.
///
/// The operators are `!`, `&`, `|` and brackets; `!` binds closest, then `&`, then `|`. A tag is written as
/// ``TagReference`` describes: a name, an id, `name:` and a name, or `id:` and an id. Quote a tag that contains spaces
/// or special characters. The prefix may stand inside the quotes or before them.
public struct TagExpression: Sendable {
    /// The largest number of mentions of tags in one expression.
    ///
    /// The limit bounds the time and the stack that ``isTrue(_:)`` takes.
    public static let mostMentions = 500

    private indirect enum Node: Sendable {
        case tag(String)
        case not(Node)
        case and(Node, Node)
        case or(Node, Node)

        func isTrue(_ isCarried: (String) -> Bool) -> Bool {
            switch self {
            case .tag(let text): isCarried(text)
            case .not(let inner): !inner.isTrue(isCarried)
            case .and(let left, let right): left.isTrue(isCarried) && right.isTrue(isCarried)
            case .or(let left, let right): left.isTrue(isCarried) || right.isTrue(isCarried)
            }
        }

        /// The texts of the tags that a follower must carry to meet the condition.
        var required: [String] {
            switch self {
            case .tag(let text): [text]
            case .not: []
            case .and(let left, let right): left.required + right.required
            case .or(let left, let right):
                left.required.filter { text in right.required.contains { $0.hasSameBytes(as: text) } }
            }
        }
    }

    private let root: Node
    /// The texts that name tags, each once, in the order of their first mention.
    ///
    /// Two texts are the same only if their bytes are the same. A text contains its prefix but not its quotes.
    public let names: [String]

    /// The reason why a text is not an expression, and the position of the mistake.
    public struct Malformed: Error, Hashable, Sendable {
        /// The mistake as a clause in English, such as `a ) is missing`.
        public let reason: String
        /// The number of characters before the mistake.
        public let position: Int
    }

    /// Parses the expression in `text`.
    ///
    /// Ignores blanks between tags and operators.
    ///
    /// - Parameter text: the expression.
    /// - Throws: ``Malformed`` for a syntax error, for more mentions of tags than ``mostMentions``, and for operators
    ///   and brackets that are nested too deep.
    public init(_ text: String) throws(Malformed) {
        var parser = Parser(text)
        root = try parser.whole()
        names = parser.names
    }

    /// Returns whether the condition is true for a follower.
    ///
    /// Evaluates from left to right and stops when the result is certain. So it may call `isCarried` for only some of
    /// the tags.
    ///
    /// - Parameter isCarried: returns whether the follower carries the tag that its argument names. The argument is one
    ///   of ``names``.
    /// - Returns: true if the follower meets the condition.
    public func isTrue(_ isCarried: (String) -> Bool) -> Bool { root.isTrue(isCarried) }

    /// The ``names`` of the tags that a follower must carry to meet the condition; a name may occur twice.
    ///
    /// A search can choose one of these tags, and look only at the followers who carry it. A closer analysis of the
    /// condition could find more names.
    package var requiredNames: [String] { root.required }

    /// Reads scalars instead of characters, because a name may begin with a mark that would combine with the quote
    /// before it.
    private struct Parser {
        private let scalars: [Unicode.Scalar]
        private var index = 0
        private var depth = 0
        private var mentions = 0
        private(set) var names: [String] = []

        private static let special: Set<Unicode.Scalar> = ["!", "&", "|", "(", ")", "\""]

        init(_ text: String) {
            scalars = Array(text.unicodeScalars)
        }

        mutating func whole() throws(Malformed) -> Node {
            let expression = try alternatives()
            if let next = peek() { throw malformed("\(next) is not expected here") }
            return expression
        }

        /// Returns the next scalar that is not a blank.
        ///
        /// An invisible mark directly before a word may be part of a name: ``TagReference`` decides whether it is.
        private mutating func peek() -> Unicode.Scalar? {
            let next = scalars[index...].firstIndex { !NameEnds.isBlank($0) } ?? scalars.count
            if next == scalars.count || Self.special.contains(scalars[next]) {
                index = next
            } else if let space = scalars[index..<next].lastIndex(where: { $0.properties.isWhitespace }) {
                index = space + 1
            }
            return index < scalars.count ? scalars[index] : nil
        }

        private mutating func alternatives() throws(Malformed) -> Node {
            var expression = try conjunction()
            while peek() == "|" {
                index += 1
                expression = .or(expression, try conjunction())
            }
            return expression
        }

        private mutating func conjunction() throws(Malformed) -> Node {
            var expression = try operand()
            while peek() == "&" {
                index += 1
                expression = .and(expression, try operand())
            }
            return expression
        }

        private mutating func operand() throws(Malformed) -> Node {
            depth += 1
            defer { depth -= 1 }
            guard depth <= 100 else { throw malformed("it is nested too deep") }
            switch peek() {
            case nil: throw malformed("a tag is missing")
            case "!":
                index += 1
                return .not(try operand())
            case "(":
                index += 1
                let inner = try alternatives()
                guard peek() == ")" else { throw malformed("a ) is missing") }
                index += 1
                return inner
            case "\"": return try mention(try quoted())
            case let next? where Self.special.contains(next):
                throw malformed("a tag is missing before \(next)")
            default:
                let text = bare()
                guard text == "name:" || text == "id:", index < scalars.count, scalars[index] == "\"" else {
                    return try mention(text)
                }
                return try mention(text + (try quoted()))
            }
        }

        private mutating func mention(_ text: String) throws(Malformed) -> Node {
            mentions += 1
            guard mentions <= TagExpression.mostMentions else {
                throw malformed("it mentions more than \(TagExpression.mostMentions) tags")
            }
            if !names.contains(where: { $0.hasSameBytes(as: text) }) { names.append(text) }
            return .tag(text)
        }

        private mutating func quoted() throws(Malformed) -> String {
            let start = index
            index += 1
            guard let end = scalars[index...].firstIndex(of: "\"") else {
                index = start
                throw malformed("the quote is not closed")
            }
            defer { index = end + 1 }
            return Self.text(scalars[index..<end])
        }

        /// Reads up to the next space or special character.
        private mutating func bare() -> String {
            let start = index
            while index < scalars.count, !scalars[index].properties.isWhitespace, !Self.special.contains(scalars[index])
            {
                index += 1
            }
            return Self.text(scalars[start..<index])
        }

        private func malformed(_ reason: String) -> Malformed {
            Malformed(reason: reason, position: Self.text(scalars[..<index]).count)
        }

        private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
            String(String.UnicodeScalarView(scalars))
        }
    }
}
