import OfficialAccount

/// A moment, in whole seconds since 1970-01-01 00:00 UTC.
///
/// Sums and differences stop at the ends of `Int64`: a moment may come from a file or from another machine's clock.
public struct UnixTime: Hashable, Sendable, Comparable, Codable {
    public let seconds: Int64

    public init(seconds: Int64) {
        self.seconds = seconds
    }

    public static func < (left: UnixTime, right: UnixTime) -> Bool { left.seconds < right.seconds }

    public static func + (time: UnixTime, seconds: Int64) -> UnixTime {
        UnixTime(seconds: time.seconds.saturatingSum(with: seconds))
    }

    /// Returns the seconds from `right` to `left`.
    public static func - (left: UnixTime, right: UnixTime) -> Int64 {
        left.seconds.saturatingDifference(from: right.seconds)
    }

    /// Returns whether the moment is over. It lay at most `span` seconds ahead when it was set.
    ///
    /// A moment that lies further ahead was set by a clock that has gone back since. It counts as over if it lies more
    /// than two `span` ahead. Otherwise a wait of hours would last until the clock reaches the moment again.
    public func isOver(at now: UnixTime, setWithin span: Int64) -> Bool {
        now >= self || self - now > span.saturatingSum(with: span)
    }

    /// The number of the day in UTC+8, the day by which the platform counts.
    public var platformDay: Int64 {
        let (day, rest) = seconds.saturatingSum(with: 8 * 3600).quotientAndRemainder(dividingBy: 86_400)
        return rest < 0 ? day - 1 : day
    }

    /// The number of the month in UTC+8 since January of the year 0.
    public var platformMonth: Int64 {
        // Computes the civil date from days. Years begin in March here, so that the leap day is the last day of its
        // year.
        let shifted = platformDay + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        return (yearOfEra + era * 400) * 12 + monthFromMarch + 2
    }
}
