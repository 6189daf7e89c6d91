import AdminAPI
import BulkRuns
import Foundation
import OfficialAccount
import TagStore

/// Formats a call as one line for people. The line shows the time, the account, the call's name, the outcome, the
/// number of openids, the tag and the duration.
struct CallLine {
    let record: CallRecord
    /// Whether errors are red and faults yellow.
    let isColoured: Bool

    var text: String {
        var parts = [
            time, (record.account ?? record.platform ?? "-").shown.padded(columns: 18),
            name.shown.ending(columns: Self.nameWidth).padded(columns: Self.nameWidth),
            coloured(outcome.shown.shortened(columns: 34).padded(columns: 34), record.errcode == 0 ? nil : "31"),
            about.padded(columns: 24),
            String(format: "%.1f ms", record.milliseconds),
        ]
        if record.via != .account { parts.append("by \(record.via.rawValue)") }
        if let fault = record.fault { parts.append(coloured("fault: \(fault.shown)", "33")) }
        return parts.joined(separator: "  ")
    }

    /// The time in UTC+8, by which the platform counts days.
    private var time: String {
        let second = UnixTime(seconds: record.time).secondOfPlatformDay
        return String(format: "%02d:%02d:%02d", second / 3600, second / 60 % 60, second % 60)
    }

    /// The width of the longest name of a call.
    private static let nameWidth = Endpoint.all.map(\.name.displayWidth).max() ?? 0

    private var name: String { Endpoint.all.first { $0.path == record.path }?.name ?? record.path }

    private var outcome: String {
        guard record.errcode != 0 else { return "ok" }
        return "\(record.errcode) \(ErrorCode(record.errcode).explanation?.message ?? "")"
    }

    private var about: String {
        var parts: [String] = []
        if let count = record.openIDCount, count > 0 { parts.append(count.counted("openid")) }
        if let tag = record.tag { parts.append("tag \(tag)") }
        return parts.joined(separator: ", ")
    }

    private func coloured(_ text: String, _ colour: String?) -> String {
        guard isColoured, let colour else { return text }
        return "\u{1B}[\(colour)m\(text)\u{1B}[0m"
    }

    /// Whether standard output is a terminal and `NO_COLOR` is not set.
    static var isTerminal: Bool {
        isatty(1) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    }
}

extension String {
    /// Returns the text if it fits into `columns` columns. Otherwise returns `…` and as much of the text's end as fits,
    /// because paths differ more at their ends than at their beginnings.
    fileprivate func ending(columns: Int) -> String {
        guard displayWidth > columns else { return self }
        let end = UnicodeScalarView(unicodeScalars.reversed())
        return "…" + String(UnicodeScalarView(String(end).fitting(columns: columns - 1).unicodeScalars.reversed()))
    }
}
