import Foundation
import Synchronization

/// Formats the `Date` header of answers, at most once a second.
final class DateHeader: Sendable {
    private struct Written {
        var second = time_t.min
        var text = ""
    }

    private let written = Mutex(Written())

    var current: String {
        let now = time(nil)
        return written.withLock { written in
            if written.second != now {
                var parts = tm()
                var second = now
                gmtime_r(&second, &parts)
                written = Written(second: now, text: Self.text(parts))
            }
            return written.text
        }
    }

    private static func text(_ time: tm) -> String {
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][Int(time.tm_wday)]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(day), \(two(time.tm_mday)) \(months[Int(time.tm_mon)]) \(time.tm_year + 1900) "
            + "\(two(time.tm_hour)):\(two(time.tm_min)):\(two(time.tm_sec)) GMT"
    }
}
