import OfficialAccount

/// A moment, in whole seconds since 1970-01-01 00:00 UTC.
///
/// Sums and differences stay in the range of `Int64` instead of trapping, because a moment may come from a file or from
/// another machine's clock.
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

    /// Returns whether the moment is over at `now`.
    ///
    /// The moment also counts as over if it is more than twice `span` seconds in the future, because the clock must
    /// have gone back. Otherwise a caller could wait for hours until the clock reaches the moment again.
    ///
    /// - Parameter span: the most seconds by which the moment was in the future when the server chose the moment.
    public func isOver(at now: UnixTime, setWithin span: Int64) -> Bool {
        now >= self || self - now > span.saturatingSum(with: span)
    }

    /// The seconds by which the platform's days are ahead of UTC. The platform uses the days of UTC+8.
    private static let secondsAheadOfUTC: Int64 = 8 * 3600
    private static let secondsPerDay: Int64 = 86_400

    /// The number of the day in UTC+8. Day 0 is 1970-01-01.
    public var platformDay: Int64 {
        let shifted = seconds.saturatingSum(with: Self.secondsAheadOfUTC)
        let (day, rest) = shifted.quotientAndRemainder(dividingBy: Self.secondsPerDay)
        return rest < 0 ? day - 1 : day
    }

    /// The seconds since midnight in UTC+8, from 0 to 86,399.
    public var secondOfPlatformDay: Int {
        let rest = seconds.saturatingSum(with: Self.secondsAheadOfUTC) % Self.secondsPerDay
        return Int(rest < 0 ? rest + Self.secondsPerDay : rest)
    }

    /// The next midnight in UTC+8, when the daily quotas start again.
    public var startOfNextPlatformDay: UnixTime { self + (Self.secondsPerDay - Int64(secondOfPlatformDay)) }

    /// The number of months in UTC+8 from January of the year 0 to the month of this moment.
    public var platformMonth: Int64 {
        let date = platformDate
        return date.year * 12 + date.month - 1
    }

    /// The date in UTC+8. Months and days begin with 1.
    public var platformDate: (year: Int64, month: Int64, day: Int64) {
        // Computes year, month and day from the number of the day. In this computation a year begins in March, so that
        // the leap day is the last day of a year.
        let shifted = platformDay + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}
