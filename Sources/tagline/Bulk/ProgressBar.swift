import BulkRuns
import OfficialAccount

/// Formats the progress of a run as one line that fits a terminal.
enum ProgressBar {
    /// The parts that the line drops, one after another, until it fits.
    ///
    /// The line drops the most useful parts last: the reason why the run waits, and then the failed calls. The line
    /// always shows how much of the run is done.
    private enum Saving: CaseIterable {
        case rate, timeLeft
        /// The end of the reason why the run waits.
        case wholeReason
        case bar, share, outcomes
        /// All kinds of failed calls except the most frequent.
        case otherFailures
        /// More of the reason. Only the first words of the reason are left.
        case readableReason
        case reason, failures
    }

    /// The range of the bar's width in columns, without its brackets. The bar is as wide as the line allows.
    private static let widths = 8...30
    /// The width in columns of a reason that still shows the time, such as `waits until 12:01:00 UTC`.
    private static let readable = 25
    /// The width in columns of a reason that only shows that the run waits.
    private static let shortest = 8
    private static let gap = "  "

    /// Returns the line for a terminal with `columns` columns. The line leaves the last column free, because some
    /// terminals break the line there.
    ///
    /// A line that is too long drops the rate and the remaining time, and shortens the reason why the run waits. On a
    /// narrow terminal, the line also drops the bar, the share and the outcomes for followers.
    static func line(_ moment: RunMoment, columns: Int) -> String {
        let room = max(columns - 1, 1)
        for count in 0...Saving.allCases.count {
            let parts = Parts(moment, without: Set(Saving.allCases.prefix(count)))
            if let line = parts.line(room: room) { return line }
        }
        return done(moment).fitting(columns: room)
    }

    /// Returns the text that shows how many lines of an input the command has read. Shortens a long name of a file.
    static func reading(_ name: String, lines: Int, columns: Int) -> String {
        let count = ": \(lines.counted("line"))"
        let room = columns - 1 - "reading ".count - count.count
        return "reading \(name.asInput.shown.shortened(columns: room))\(count)".fitting(columns: columns - 1)
    }

    static func bar(_ share: Double, width: Int) -> String {
        let full = Int(share * Double(width))
        return "[\(String(repeating: "#", count: full))\(String(repeating: ".", count: width - full))]"
    }

    private static func share(_ moment: RunMoment) -> Double? {
        moment.total.map { $0 == 0 ? 1 : min(max(Double(moment.done) / Double($0), 0), 1) }
    }

    private static func done(_ moment: RunMoment) -> String {
        moment.done.grouped + (moment.total.map { " of \($0.grouped)" } ?? "")
    }

    /// The parts that are left in a line that has dropped some parts.
    private struct Parts {
        /// How much of the bar is full; nil for no bar.
        private let share: Double?
        private let beforeReason: [String]
        private let reason: String?
        /// The fewest columns that the reason needs.
        private let leastReason: Int
        private let afterReason: [String]

        init(_ moment: RunMoment, without savings: Set<Saving>) {
            func part(_ text: String?, _ saving: Saving) -> String? { savings.contains(saving) ? nil : text }
            let share = ProgressBar.share(moment)
            self.share = savings.contains(.bar) ? nil : share
            beforeReason =
                [part(share.map { "\(Int($0 * 100)) %" }, .share), done(moment)].compactMap(\.self)
            reason = part(moment.waitingFor?.shown, .reason)
            let width = reason?.displayWidth ?? 0
            leastReason =
                savings.contains(.readableReason)
                ? min(width, shortest) : savings.contains(.wholeReason) ? min(width, readable) : width
            let failures = moment.failures.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .prefix(savings.contains(.otherFailures) ? 1 : 3)
                .map { "\($0.value.grouped) × \($0.key)" }
            afterReason = [
                part("\(moment.rate.grouped)/s", .rate),
                part(moment.secondsLeft.map { "\(Duration.seconds($0).spoken) left" }, .timeLeft),
                part(moment.rejected > 0 ? "\(moment.rejected.grouped) refused" : nil, .outcomes),
                part(moment.unknown > 0 ? "\(moment.unknown.grouped) unknown" : nil, .outcomes),
                part(failures.isEmpty ? nil : failures.joined(separator: ", "), .failures),
            ].compactMap(\.self)
        }

        /// Returns the line if it fits into `room` columns; nil otherwise. The reason gets the free columns first, and
        /// the bar gets the rest.
        func line(room: Int) -> String? {
            // The two brackets of the bar, and the space after them.
            let leastBar = share == nil ? 0 : widths.lowerBound + 3
            let leastOfReason = reason == nil ? 0 : gap.count + leastReason
            let texts = (beforeReason + afterReason).joined(separator: gap)
            var free = room - texts.displayWidth - leastBar - leastOfReason
            guard free >= 0 else { return nil }
            var parts = beforeReason
            if let reason {
                let width = min(reason.displayWidth, leastReason + free)
                free -= width - leastReason
                parts.append(reason.shortened(columns: width))
            }
            let text = (parts + afterReason).joined(separator: gap)
            guard let share else { return text }
            return bar(share, width: min(widths.lowerBound + free, widths.upperBound)) + " " + text
        }
    }
}
