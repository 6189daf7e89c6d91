import ArgumentParser
import Foundation
import OfficialAccount
import OfficialAccountClient
import Synchronization

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
        /// The number of failed calls by errcode. `no answer` counts the calls without one.
        var failures: [String: Int] = [:]
        /// The reason why the run waits, in words; nil while calls succeed.
        var waitingFor: String?

        private enum CodingKeys: String, CodingKey {
            case done, total, applied, rejected, unknown, calls, rate, concurrency, failures
            case secondsLeft = "seconds_left"
            case waitingFor = "waiting_for"
        }
    }

    /// The number of lines read from the file.
    private struct Loading: Encodable {
        let loading: String
        let lines: Int
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
        case .json: write(moment)
        case .bar: StandardError.draw(ProgressBar.line(moment, columns: Terminal.columns))
        }
    }

    /// The bar stays as it was last, and what follows begins on a line of its own.
    func end() {
        if kind == .bar { StandardError.endDrawing() }
    }

    /// The time at which the display last showed how many lines were read.
    private static let shown = Mutex<ContinuousClock.Instant?>(nil)

    /// Shows how many lines of a file were read, a few times a second.
    func loading(_ name: String, _ lines: Int) {
        guard kind != .none else { return }
        let now = ContinuousClock.now
        let isDue = Self.shown.withLock { shown in
            if let shown, now - shown < interval { return false }
            shown = now
            return true
        }
        guard isDue else { return }
        switch kind {
        case .none: return
        case .json: write(Loading(loading: name, lines: lines))
        case .bar:
            let text = "reading \(name == "-" ? "the input" : name.shown): \(lines.grouped) lines"
            StandardError.draw(text.fitting(columns: Terminal.columns - 1))
        }
    }

    func endLoading() {
        let wasShown = Self.shown.withLock { shown in
            defer { shown = nil }
            return shown != nil
        }
        if wasShown { end() }
    }

    private func write(_ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(value) else { return }
        StandardError.write(String(decoding: line, as: UTF8.self) + "\n")
    }
}

extension BulkProgress {
    /// The number of failed calls by errcode. `no answer` counts the calls without one.
    var failuresByName: [String: Int] {
        var failures = Dictionary(uniqueKeysWithValues: failuresByCode.map { ("\($0.key.rawValue)", $0.value) })
        if unanswered > 0 { failures["no answer"] = unanswered }
        return failures
    }
}

extension BulkWait {
    /// The reason why the run waits, and the time until which it waits, in UTC.
    var sentence: String {
        let time = Date(timeIntervalSince1970: TimeInterval(until)).ISO8601Format().suffix(9).dropLast()
        return switch failure {
        case .refused(let error) where error.code == .minuteQuotaReached:
            "waits for the next minute, \(time) UTC (45011)"
        case .refused(let error): "waits until \(time) UTC: \(error.code) \(error.message.shown)"
        default: "waits until \(time) UTC: \(failure)"
        }
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
