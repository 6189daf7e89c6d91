import OfficialAccount

/// A condition on the tags someone carries: names, `!`, `&`, `|` and brackets, as in `"vip" & !churned & (beijing | shanghai)`.
struct TagExpression: Sendable {
    /// Tags that may be mentioned: also what keeps an expression from being nested deeper than a stack is.
    static let mostMentions = 500

    private indirect enum Node: Sendable {
        case tag(String)
        case not(Node)
        case and(Node, Node)
        case or(Node, Node)

        func isTrue(_ isCarried: (String) -> Bool) -> Bool {
            switch self {
            case .tag(let name): isCarried(name)
            case .not(let inner): !inner.isTrue(isCarried)
            case .and(let left, let right): left.isTrue(isCarried) && right.isTrue(isCarried)
            case .or(let left, let right): left.isTrue(isCarried) || right.isTrue(isCarried)
            }
        }
    }

    private let root: Node
    /// The names in it, each once, in the order of their first mention.
    let names: [String]

    /// Why a text is no expression, and where.
    struct Malformed: Error, Hashable {
        let reason: String
        /// Characters before the place.
        let position: Int
    }

    init(_ text: String) throws(Malformed) {
        var parser = Parser(text)
        root = try parser.whole()
        names = parser.names
    }

    /// Whether it is true of someone who carries the tags for which `isCarried` says so.
    func isTrue(_ isCarried: (String) -> Bool) -> Bool { root.isTrue(isCarried) }

    private struct Parser {
        private let characters: [Character]
        private var index = 0
        private var depth = 0
        private var mentions = 0
        private(set) var names: [String] = []

        private static let special: Set<Character> = ["!", "&", "|", "(", ")", "\""]

        init(_ text: String) {
            characters = Array(text)
        }

        mutating func whole() throws(Malformed) -> Node {
            let expression = try alternatives()
            if let next = peek() { throw Malformed(reason: "\(next) is not expected here", position: index) }
            return expression
        }

        private mutating func peek() -> Character? {
            while index < characters.count, characters[index].isWhitespace { index += 1 }
            return index < characters.count ? characters[index] : nil
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
            guard depth <= 100 else { throw Malformed(reason: "it is nested too deep", position: index) }
            switch peek() {
            case nil: throw Malformed(reason: "a tag is missing", position: index)
            case "!":
                index += 1
                return .not(try operand())
            case "(":
                index += 1
                let inner = try alternatives()
                guard peek() == ")" else { throw Malformed(reason: "a ) is missing", position: index) }
                index += 1
                return inner
            case "\"": return try mention(try quoted())
            case let next? where Self.special.contains(next):
                throw Malformed(reason: "a tag is missing before \(next)", position: index)
            default: return try mention(bare())
            }
        }

        private mutating func mention(_ name: String) throws(Malformed) -> Node {
            mentions += 1
            guard mentions <= TagExpression.mostMentions else {
                throw Malformed(reason: "it mentions more than \(TagExpression.mostMentions) tags", position: index)
            }
            if !names.contains(where: { $0.hasSameBytes(as: name) }) { names.append(name) }
            return .tag(name)
        }

        private mutating func quoted() throws(Malformed) -> String {
            let start = index
            index += 1
            guard let end = characters[index...].firstIndex(of: "\"") else {
                throw Malformed(reason: "the quote is not closed", position: start)
            }
            defer { index = end + 1 }
            return String(characters[index..<end])
        }

        /// Up to the next space or special character.
        private mutating func bare() -> String {
            let start = index
            while index < characters.count, !characters[index].isWhitespace, !Self.special.contains(characters[index]) {
                index += 1
            }
            return String(characters[start..<index])
        }
    }
}
