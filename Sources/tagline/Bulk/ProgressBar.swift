import BulkRuns

/// Formats the progress of a run as one line that fits a terminal.
enum ProgressBar {
    /// The range of the bar's width in columns, without its brackets. The bar is as wide as fits.
    private static let widths = 8...30

    /// Returns the line for a terminal with `columns` columns. It leaves the last column free, because some terminals
    /// break the line there.
    ///
    /// If the line is too long, it drops the less important parts first: the number of failed calls, the rate, the
    /// remaining time.
    static func line(_ moment: RunMoment, columns: Int) -> String {
        let room = max(columns - 1, 1)
        var parts = parts(of: moment)
        let share = moment.total.map { $0 == 0 ? 1 : min(max(Double(moment.done) / Double($0), 0), 1) }
        while true {
            let text = parts.map(\.text).joined(separator: "  ")
            // The two brackets, and the space after them.
            let left = room - text.displayWidth - 3
            if let share, left >= widths.lowerBound {
                return bar(share, width: min(left, widths.upperBound)) + " " + text
            }
            if share == nil, left >= -3 { return text }
            guard let least = parts.indices.filter({ parts[$0].rank > 0 }).max(by: { parts[$0].rank < parts[$1].rank })
            else { return text.fitting(columns: room) }
            parts.remove(at: least)
        }
    }

    static func bar(_ share: Double, width: Int) -> String {
        let full = Int(share * Double(width))
        return "[\(String(repeating: "#", count: full))\(String(repeating: ".", count: width - full))]"
    }

    /// Returns the parts of the line in order. The line drops the part with the highest rank first, and never one with
    /// rank 0.
    private static func parts(of moment: RunMoment) -> [(text: String, rank: Int)] {
        var parts: [(String, Int)] = []
        if let total = moment.total {
            let share = total == 0 ? 1 : min(max(Double(moment.done) / Double(total), 0), 1)
            parts.append(("\(Int(share * 100)) %", 0))
            parts.append(("\(moment.done.grouped) of \(total.grouped)", 2))
        } else {
            parts.append((moment.done.grouped, 0))
        }
        if let wait = moment.waitingFor { parts.append((wait, 1)) }
        parts.append(("\(moment.rate.grouped)/s", 5))
        if let left = moment.secondsLeft { parts.append(("\(Duration.seconds(left).spoken) left", 4)) }
        if moment.rejected > 0 { parts.append(("\(moment.rejected.grouped) refused", 3)) }
        if moment.unknown > 0 { parts.append(("\(moment.unknown.grouped) unknown", 3)) }
        if !moment.failures.isEmpty {
            let failures = moment.failures.sorted { $0.value > $1.value }.prefix(3)
            parts.append((failures.map { "\($0.value.grouped) × \($0.key)" }.joined(separator: ", "), 6))
        }
        return parts
    }
}
