import TagStore

/// Formats times for the console, in UTC+8, the platform's zone.
enum BeijingTimeText {
    /// The name of the zone, which the console shows after a time.
    static let zone = "UTC+8"

    /// Returns the date and the time, such as `2026-11-25 18:04:12`.
    static func moment(_ time: UnixTime) -> String { "\(day(time)) \(clock(time))" }

    /// Returns the date, such as `2026-11-25`.
    static func day(_ time: UnixTime) -> String {
        let date = time.platformDate
        return "\(date.year)-\(padded(date.month))-\(padded(date.day))"
    }

    /// Returns the time of day, such as `18:04:12`.
    static func clock(_ time: UnixTime) -> String {
        let second = Int64(time.secondOfPlatformDay)
        return "\(padded(second / 3600)):\(padded(second / 60 % 60)):\(padded(second % 60))"
    }

    /// Returns the time of day. If `time` is not on the day of `now`, returns the date too.
    static func near(_ now: UnixTime, _ time: UnixTime) -> String {
        time.platformDay == now.platformDay ? clock(time) : moment(time)
    }

    private static func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
