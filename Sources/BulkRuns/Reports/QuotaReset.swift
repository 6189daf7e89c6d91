import Foundation
import TagStore

/// The time at which the daily quotas restart: midnight in UTC+8.
package struct QuotaReset {
    package let at: Date
    private let now: Date

    package static func next(after now: Date = Date()) -> QuotaReset {
        let reset = UnixTime(seconds: Int64(now.timeIntervalSince1970.rounded(.down))).startOfNextPlatformDay
        return QuotaReset(at: Date(timeIntervalSince1970: TimeInterval(reset.seconds)), now: now)
    }

    /// The time of the reset, and the time left until the reset, for people.
    package var text: String {
        let left = Duration.seconds(at.timeIntervalSince(now))
        return "\(at.ISO8601Format()), midnight in UTC+8, in \(left.spoken)"
    }
}
