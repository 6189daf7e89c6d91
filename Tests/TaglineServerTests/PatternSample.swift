/// Makes texts that match a pattern of the OpenAPI document. It supports only the parts of regular expressions that our
/// patterns use: characters, classes, groups of alternatives, and repetitions.
struct PatternSample {
    private indirect enum Part {
        case character(Unicode.Scalar)
        case oneOf([ClosedRange<Unicode.Scalar>])
        case alternatives([[Part]])
        case repeated(Part, ClosedRange<Int>)
    }

    struct Unknown: Error, CustomStringConvertible {
        let description: String
    }

    private let parts: [[Part]]

    /// Throws ``Unknown`` if the pattern has a part that this type does not support.
    init(_ pattern: String) throws(Unknown) {
        var rest = Array(pattern.unicodeScalars)[...]
        parts = try Self.alternatives(&rest)
        guard rest.isEmpty else { throw Unknown(description: "the pattern \(pattern) has a ) without a (") }
    }

    // MARK: Reading

    private static func alternatives(_ rest: inout ArraySlice<Unicode.Scalar>) throws(Unknown) -> [[Part]] {
        var all: [[Part]] = [[]]
        while let next = rest.first, next != ")" {
            rest.removeFirst()
            switch next {
            case "|": all.append([])
            case "^", "$": continue
            default:
                let part = try part(next, &rest)
                all[all.count - 1].append(try repeated(part, &rest))
            }
        }
        return all
    }

    private static func part(_ first: Unicode.Scalar, _ rest: inout ArraySlice<Unicode.Scalar>) throws(Unknown) -> Part
    {
        switch first {
        case "(":
            let all = try alternatives(&rest)
            guard rest.popFirst() == ")" else { throw Unknown(description: "a group has no end") }
            return .alternatives(all)
        case "[": return try oneOf(&rest)
        case "\\":
            guard let escaped = rest.popFirst() else { throw Unknown(description: "an escape has no character") }
            return .character(escaped)
        case "*", "+", "?", "{", ".": throw Unknown(description: "\(first) is not supported here")
        default: return .character(first)
        }
    }

    private static func oneOf(_ rest: inout ArraySlice<Unicode.Scalar>) throws(Unknown) -> Part {
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while let first = rest.popFirst(), first != "]" {
            if rest.first == "-", let last = rest.dropFirst().first, last != "]" {
                rest.removeFirst(2)
                ranges.append(first...last)
            } else {
                ranges.append(first...first)
            }
        }
        guard !ranges.isEmpty else { throw Unknown(description: "a class is empty") }
        return .oneOf(ranges)
    }

    private static func repeated(_ part: Part, _ rest: inout ArraySlice<Unicode.Scalar>) throws(Unknown) -> Part {
        switch rest.first {
        case "*"?: rest.removeFirst(); return .repeated(part, 0...4)
        case "+"?: rest.removeFirst(); return .repeated(part, 1...4)
        case "?"?: rest.removeFirst(); return .repeated(part, 0...1)
        case "{"?:
            let text = String(String.UnicodeScalarView(rest.dropFirst().prefix { $0 != "}" }))
            rest.removeFirst(text.unicodeScalars.count + 2)
            let counts = text.split(separator: ",").compactMap { Int($0) }
            guard let least = counts.first, let most = counts.last else {
                throw Unknown(description: "{\(text)} is not a repetition")
            }
            return .repeated(part, least...most)
        default: return part
        }
    }

    // MARK: Making

    /// Returns a text that matches the pattern. A repeated part occurs the least number of times, the greatest number,
    /// or a number between these. The three cases are equally likely.
    func text(_ random: inout some RandomNumberGenerator) -> String {
        var text = String.UnicodeScalarView()
        Self.write(parts, &text, &random)
        return String(text)
    }

    private static func write(
        _ alternatives: [[Part]], _ text: inout String.UnicodeScalarView, _ random: inout some RandomNumberGenerator
    ) {
        for part in alternatives.randomElement(using: &random) ?? [] { write(part, &text, &random) }
    }

    private static func write(
        _ part: Part, _ text: inout String.UnicodeScalarView, _ random: inout some RandomNumberGenerator
    ) {
        switch part {
        case .character(let scalar): text.append(scalar)
        case .oneOf(let ranges):
            guard let range = ranges.randomElement(using: &random) else { return }
            let code = UInt32.random(in: range.lowerBound.value...range.upperBound.value, using: &random)
            text.append(Unicode.Scalar(code) ?? range.lowerBound)
        case .alternatives(let all): write(all, &text, &random)
        case .repeated(let part, let counts):
            let middle = Int.random(
                in: counts.lowerBound...min(counts.upperBound, counts.lowerBound + 8), using: &random)
            let count = [counts.lowerBound, counts.upperBound, middle].randomElement(using: &random) ?? middle
            for _ in 0..<count { write(part, &text, &random) }
        }
    }
}
