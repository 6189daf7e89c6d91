import TagStore

/// The text that Prometheus reads. Source: its exposition formats, text format 0.0.4.
struct MetricsText {
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    enum Kind: String {
        case counter, gauge, histogram
    }

    /// Begins a metric, to which the next samples belong.
    mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ name: String, _ value: Double, _ labels: [(String, String)] = []) {
        text += "\(name)\(Self.braced(labels)) \(Self.number(value))\n"
    }

    mutating func histogram(_ name: String, _ histogram: Histogram, _ labels: [(String, String)] = []) {
        var below = 0
        for (bound, count) in zip(histogram.bounds, histogram.counts) {
            below += count
            sample("\(name)_bucket", Double(below), labels + [("le", Self.number(bound))])
        }
        sample("\(name)_bucket", Double(histogram.total), labels + [("le", "+Inf")])
        sample("\(name)_sum", histogram.sum, labels)
        sample("\(name)_count", Double(histogram.total), labels)
    }

    private static func braced(_ labels: [(String, String)]) -> String {
        labels.isEmpty ? "" : "{" + labels.map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ",") + "}"
    }

    private static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 == 0x5C || $0 == 0x22 || $0 == 0x0A }) else { return value }
        // Replaces scalars, not characters. In Swift, a quote with an accent is one character, which is not equal to a
        // quote. The same applies to a carriage return with a line feed.
        return value.unicodeScalars.map { ["\\": "\\\\", "\"": "\\\"", "\n": "\\n"][$0] ?? String($0) }.joined()
    }

    private static func number(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? String(value)
    }
}
