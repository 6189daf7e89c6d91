/// Durations as people write them: `300ms`, `5s`, `5m`, `1h`, `1d`; a bare number is seconds.
package enum DurationText {
    /// The form of such a text in words, for an error message.
    package static let form = "a whole number of up to nine digits and ms, s, m, h or d, such as 300ms or 5s"

    /// Returns nil for any other text.
    package static func duration(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let significant = digits.drop { $0 == "0" }
        guard !digits.isEmpty, significant.count <= 9, let number = Int64("0" + significant) else { return nil }
        switch text.dropFirst(digits.count) {
        case "ms": return .milliseconds(number)
        case "s", "": return .seconds(number)
        case "m": return .seconds(number * 60)
        case "h": return .seconds(number * 3600)
        case "d": return .seconds(number * 86_400)
        default: return nil
        }
    }

    /// Returns the shortest such text for `duration`, cut to whole milliseconds.
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
