import AdminAPI

// Durations in text, such as `300ms`.
extension AdminMember.Text {
    /// A duration with its unit. Without a unit, `300` could be seconds or milliseconds.
    static let durationWithUnit = durationWithUnit(upTo: nil)

    /// Returns the form of a duration with its unit.
    ///
    /// - Parameters:
    ///   - most: the longest duration; nil for no limit.
    ///   - mayBeZero: whether the form allows a duration of zero.
    static func durationWithUnit(upTo most: Duration?, mayBeZero: Bool = true) -> AdminMember.Text {
        duration(upTo: most, mayBeZero: mayBeZero, needsUnit: true)
    }

    /// Returns the form of a duration whose unit may be missing. A number without a unit means seconds.
    static func duration(upTo most: Duration) -> AdminMember.Text {
        duration(upTo: most, mayBeZero: true, needsUnit: false)
    }

    private static func duration(upTo most: Duration?, mayBeZero: Bool, needsUnit: Bool) -> AdminMember.Text {
        let parts = DurationText.units.compactMap { unit -> String? in
            let longest = most.map { min(Int($0 / unit.length), DurationText.largest) } ?? DurationText.largest
            guard longest > 0 || mayBeZero else { return nil }
            let number = WholeNumberPattern.of(from: mayBeZero ? 0 : 1, to: longest)
            return number + unit.name + (unit.name == "s" && !needsUnit ? "?" : "")
        }
        let limit = most.map { ", \(DurationText.text($0)) at most" } ?? ""
        return AdminMember.Text(
            pattern: "^(\(parts.joined(separator: "|")))$", words: DurationText.form + limit,
            matches: { text in
                guard let duration = DurationText.duration(text), most.map({ duration <= $0 }) ?? true else {
                    return false
                }
                return (mayBeZero || duration > .zero) && (!needsUnit || text.last?.isNumber == false)
            })
    }
}
