/// A moment, in whole seconds since 1970-01-01 00:00 UTC.
public struct UnixTime: Hashable, Sendable, Comparable, Codable {
    public let seconds: Int64

    public init(seconds: Int64) {
        self.seconds = seconds
    }

    public static func < (left: UnixTime, right: UnixTime) -> Bool { left.seconds < right.seconds }

    public static func + (time: UnixTime, seconds: Int64) -> UnixTime {
        UnixTime(seconds: time.seconds + seconds)
    }

    /// The seconds from `right` to `left`.
    public static func - (left: UnixTime, right: UnixTime) -> Int64 {
        left.seconds - right.seconds
    }

    /// The number of the day in UTC+8, the day by which the platform counts.
    public var platformDay: Int64 {
        let (day, rest) = (seconds + 8 * 3600).quotientAndRemainder(dividingBy: 86_400)
        return rest < 0 ? day - 1 : day
    }
}
