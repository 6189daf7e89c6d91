/// Durations as people write them: `300ms`, `5s`, `5m`, `1h`, `1d`; a number without a unit is in seconds.
package enum DurationText {
    /// The form of a duration in words, for an error message.
    package static let form = "a whole number of up to nine digits and ms, s, m, h or d, such as 300ms or 5s"

    /// The units, from the shortest to the longest.
    package static let units: [(name: String, length: Duration)] = [
        ("ms", .milliseconds(1)), ("s", .seconds(1)), ("m", .seconds(60)), ("h", .seconds(3600)),
        ("d", .seconds(86_400)),
    ]
    /// The largest number that can come before a unit.
    package static let largest = 999_999_999

    /// Returns the duration that `text` means; nil if `text` is not a duration.
    package static func duration(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), number <= largest else { return nil }
        let name = digits.count == text.count ? "s" : text.dropFirst(digits.count)
        return units.first { $0.name == name }.map { $0.length * number }
    }

    /// Returns the shortest text for `duration`, without fractions of a millisecond.
    package static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        if milliseconds != 0 { return "\(seconds * 1000 + milliseconds)ms" }
        for (unit, length) in [("d", Int64(86_400)), ("h", 3600), ("m", 60)] where seconds % length == 0 && seconds > 0
        {
            return "\(seconds / length)\(unit)"
        }
        return "\(seconds)s"
    }
}
