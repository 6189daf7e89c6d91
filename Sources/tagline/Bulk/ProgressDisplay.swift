import ArgumentParser
import BulkRuns
import Foundation
import OfficialAccount
import OfficialAccountClient
import Synchronization

/// How a long command shows its progress.
enum ProgressStyle: String, ExpressibleByArgument, CaseIterable {
    /// A bar on a terminal, JSON elsewhere.
    case auto
    case bar
    case json
    case none
}

/// Shows the progress of a run on standard error: as a bar that it redraws, or as one JSON object on each line.
struct ProgressDisplay: RunWork.Display {
    /// The number of lines that the command has read from an input file.
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

    var interval: Duration { kind == .bar ? .milliseconds(200) : .seconds(1) }

    func show(_ moment: RunMoment) {
        switch kind {
        case .none: return
        case .json: write(moment)
        case .bar: StandardError.draw(ProgressBar.line(moment, columns: Terminal.columns))
        }
    }

    /// Stops the redrawing of the bar. The bar stays visible, and later output begins on a new line.
    func end() {
        if kind == .bar { StandardError.endDrawing() }
    }

    /// The time at which the display last showed how many lines were read.
    private static let shown = Mutex<ContinuousClock.Instant?>(nil)

    /// Shows how many lines of a file were read, but at most once in each ``interval``.
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
        case .bar: StandardError.draw(ProgressBar.reading(name, lines: lines, columns: Terminal.columns))
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
        if let line = try? SortedJSON.text(value) { StandardError.write(line + "\n") }
    }
}
