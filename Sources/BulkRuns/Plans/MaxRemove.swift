/// The most followers from whom a `sync` is allowed to remove the tag: a number, or a percentage.
package enum MaxRemove: Equatable, Sendable {
    case number(Int)
    /// A percentage, from 0 to 100.
    case share(Double)

    /// Reads a number such as `100`, or a percentage such as `20%`. Returns nil for anything else.
    package init?(argument: String) {
        if argument.hasSuffix("%") {
            guard let share = Double(decimal: argument.dropLast()), 0...100 ~= share else { return nil }
            self = .share(share)
        } else {
            guard let number = Int(argument), number >= 0 else { return nil }
            self = .number(number)
        }
    }

    /// Returns this limit as a number of followers. Rounds a percentage down.
    ///
    /// - Parameter members: the number of followers who carry the tag.
    package func count(of members: Int) -> Int {
        switch self {
        case .number(let number): number
        // 100 percent means all followers of the tag, even if floating-point rounding would give fewer.
        case .share(let share): share == 100 ? members : Int((Double(members) * share / 100).rounded(.down))
        }
    }
}
