/// Makes regular expressions for whole numbers in a range. The schema of a text can limit a number in the text only by
/// a regular expression.
enum WholeNumberPattern {
    /// Returns a pattern that matches the numbers from `least` to `most`, also with zeros before their first digit.
    ///
    /// - Parameter least: 0 or 1, and not more than `most`.
    static func of(from least: Int, to most: Int) -> String {
        let largest = Array(String(most).utf8).map { Int($0 - UInt8(ascii: "0")) }
        let zero = least == 0 ? ["0"] : []
        // All numbers with fewer digits than `most` are in the range. If `most` has only nines, all numbers with the
        // same number of digits are in the range too.
        let isAllNines = largest.allSatisfy { $0 == 9 }
        let shorter = isAllNines ? largest.count : largest.count - 1
        let small = shorter > 0 ? ["[1-9]\(digits(upTo: shorter - 1))"] : []
        return "0*(\((zero + small + (isAllNines ? [] : equallyLong(largest))).joined(separator: "|")))"
    }

    /// Returns patterns for the numbers with as many digits as `largest` that are not larger than `largest`.
    private static func equallyLong(_ largest: [Int]) -> [String] {
        guard largest != [0] else { return [] }
        // Each pattern matches the numbers that have the digits of `largest` before `place`, and a smaller digit at
        // `place`.
        let less = largest.enumerated().compactMap { place, digit -> String? in
            let least = place == 0 ? 1 : 0
            guard digit > least else { return nil }
            let choice = digit - 1 == least ? "\(least)" : "[\(least)-\(digit - 1)]"
            return largest[..<place].map(String.init).joined() + choice + digits(largest.count - place - 1)
        }
        return less + [largest.map(String.init).joined()]
    }

    private static func digits(_ count: Int) -> String {
        count == 0 ? "" : count == 1 ? "[0-9]" : "[0-9]{\(count)}"
    }

    private static func digits(upTo count: Int) -> String {
        count == 0 ? "" : "[0-9]{0,\(count)}"
    }
}
