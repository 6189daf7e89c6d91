import TagStore

/// Formats times for the console, in UTC+8, the platform's zone.
enum BeijingTimeText {
    /// The name of the zone, shown beside a time.
    static let zone = "UTC+8"

    /// Returns date and time, such as `2026-11-25 18:04:12`.
    static func moment(_ time: UnixTime) -> String { "\(day(time)) \(clock(time))" }

    /// Returns the date, such as `2026-11-25`.
    static func day(_ time: UnixTime) -> String {
        // Converts days to a date. Its years begin in March, so that the leap day is the last day of its year.
        let shifted = time.platformDay + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return "\(yearOfEra + era * 400 + (month <= 2 ? 1 : 0))-\(padded(month))-\(padded(day))"
    }

    /// Returns the time of day, such as `18:04:12`.
    static func clock(_ time: UnixTime) -> String {
        let local = time + 8 * 3600
        let rest = ((local.seconds % 86_400) + 86_400) % 86_400
        return "\(padded(rest / 3600)):\(padded(rest / 60 % 60)):\(padded(rest % 60))"
    }

    private static func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension UnixTime {
    /// Returns the next midnight in UTC+8.
    var nextPlatformMidnight: UnixTime { UnixTime(seconds: (platformDay + 1) * 86_400 - 8 * 3600) }
}
