import ArgumentParser

/// How many followers a `sync` may take the tag off: a number, or a share in percent.
enum MaxRemove: Equatable, ExpressibleByArgument {
    case number(Int)
    /// In percent, 0 to 100.
    case share(Double)

    init?(argument: String) {
        if argument.hasSuffix("%") {
            guard let share = Double(argument.dropLast()), 0...100 ~= share else { return nil }
            self = .share(share)
        } else {
            guard let number = Int(argument), number >= 0 else { return nil }
            self = .number(number)
        }
    }

    /// How many of `members` that are; a share is rounded down.
    func count(of members: Int) -> Int {
        switch self {
        case .number(let number): number
        // A share of 100 is everyone, however the numbers are rounded.
        case .share(let share): share == 100 ? members : Int((Double(members) * share / 100).rounded(.down))
        }
    }
}
