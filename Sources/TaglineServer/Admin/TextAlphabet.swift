/// A set of ASCII characters, to build a character class of a regular expression or to check a text directly.
struct TextAlphabet: Sendable {
    /// Letters, digits, `_` and `-`.
    static let identifier = TextAlphabet("A"..."Z", "a"..."z", "0"..."9", "_"..."_", "-"..."-")
    /// The characters of base64, without `=`.
    static let base64 = TextAlphabet("A"..."Z", "a"..."z", "0"..."9", "+"..."+", "/"..."/")
    static let printable = TextAlphabet(" "..."~")

    private let ranges: [ClosedRange<Unicode.Scalar>]

    /// - Parameter ranges: the characters. No range begins or ends with `]`, `^` or a backslash, and `-` comes last.
    private init(_ ranges: ClosedRange<Unicode.Scalar>...) {
        self.ranges = ranges
    }

    /// The characters as a character class of a regular expression, such as `[A-Za-z]`.
    var pattern: String {
        let parts = ranges.map { range in
            range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
        }
        return "[\(parts.joined())]"
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool { ranges.contains { $0.contains(scalar) } }
}

extension AdminMember.Text {
    /// Makes the form of a text that consists of `count` characters of `alphabet`.
    init(of alphabet: TextAlphabet, _ count: ClosedRange<Int>, words: String) {
        self.init(pattern: "^\(alphabet.pattern){\(count.lowerBound),\(count.upperBound)}$", words: words) { text in
            count.contains(text.unicodeScalars.count) && text.unicodeScalars.allSatisfy(alphabet.contains)
        }
    }
}
