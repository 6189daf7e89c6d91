import ArgumentParser
import Foundation

/// How a long command says how far it is.
enum ProgressStyle: String, ExpressibleByArgument, CaseIterable {
    /// A bar on a terminal, JSON elsewhere.
    case auto
    case bar
    case json
    case none
}

/// Writes how far a run is to standard error: as a bar that is drawn anew, or as one JSON object a line.
struct ProgressDisplay: Sendable {
    /// What there is to say.
    struct Moment: Encodable, Equatable {
        var done: Int
        var total: Int?
        var applied: Int
        var rejected: Int
        var unknown: Int
        var calls: Int
        /// Followers a second since the run began or went on.
        var rate: Int
        var secondsLeft: Int?
        var concurrency: Int

        private enum CodingKeys: String, CodingKey {
            case done, total, applied, rejected, unknown, calls, rate, concurrency
            case secondsLeft = "seconds_left"
        }
    }

    enum Kind {
        case bar
        case json
        case none
    }

    let kind: Kind

    init(_ style: ProgressStyle) {
        kind =
            switch style {
            case .auto: isatty(2) == 1 ? .bar : .json
            case .bar: .bar
            case .json: .json
            case .none: .none
            }
    }

    /// How often there is something new to see.
    var interval: Duration { kind == .bar ? .milliseconds(200) : .seconds(1) }

    func show(_ moment: Moment) {
        switch kind {
        case .none: return
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            guard let line = try? encoder.encode(moment) else { return }
            write(line + Data("\n".utf8))
        case .bar: write(Data("\r\(Self.bar(moment))\u{1B}[K".utf8))
        }
    }

    /// The bar stays as it was last, and what follows begins on a line of its own.
    func end() {
        if kind == .bar { write(Data("\n".utf8)) }
    }

    private func write(_ data: Data) {
        try? FileHandle.standardError.write(contentsOf: data)
    }

    static func bar(_ moment: Moment) -> String {
        var parts: [String] = []
        if let total = moment.total {
            let share = total == 0 ? 1 : min(max(Double(moment.done) / Double(total), 0), 1)
            let full = Int(share * 30)
            parts.append(
                "[\(String(repeating: "#", count: full))\(String(repeating: ".", count: 30 - full))] \(Int(share * 100)) %"
            )
            parts.append("\(moment.done.grouped) of \(total.grouped)")
        } else {
            parts.append("\(moment.done.grouped)")
        }
        parts.append("\(moment.rate.grouped)/s")
        if let left = moment.secondsLeft { parts.append("\(Duration.seconds(left).spoken) left") }
        if moment.rejected > 0 { parts.append("\(moment.rejected.grouped) refused") }
        if moment.unknown > 0 { parts.append("\(moment.unknown.grouped) unknown") }
        return parts.joined(separator: "  ")
    }
}

extension Int {
    /// With commas between groups of three digits.
    var grouped: String {
        var text = ""
        for (index, digit) in String(magnitude).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return (self < 0 ? "-" : "") + String(text.reversed())
    }
}

extension Duration {
    /// For people: `35 s`, `12 min`, `3 h 20 min`.
    var spoken: String {
        let seconds = Int(components.seconds)
        if seconds < 120 { return "\(seconds) s" }
        if seconds < 7200 { return "\(seconds / 60) min" }
        return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }
}
