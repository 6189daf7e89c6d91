import Foundation
import Logging
import OfficialAccount
import Synchronization

/// The server's log, with its level and its format. The log writes each event as one line to standard error.
final class ServerLog: Sendable {
    enum Format: String, CaseIterable, Sendable {
        /// Text for people.
        case text
        /// One JSON object on each line: `time`, `level`, `message`, and the details under their own names.
        case json
    }

    private let level: Mutex<Logger.Level>
    private let format: Format

    init(_ level: Logger.Level, _ format: Format) {
        self.level = Mutex(level)
        self.format = format
    }

    /// Changes the level of all loggers of this log from now on.
    func apply(_ level: Logger.Level) {
        self.level.withLock { $0 = level }
    }

    /// The server's own logger.
    var logger: Logger {
        Logger(label: "tagline") { Handler(log: self, inner: self.inner($0), isQuiet: false) }
    }

    /// A logger for the frameworks. They log an error when a shutdown cuts off a connection. So this logger logs only
    /// critical events, unless the level is `info`, `debug` or `trace`.
    var quietLogger: Logger {
        Logger(label: "tagline") { Handler(log: self, inner: self.inner($0), isQuiet: true) }
    }

    private func inner(_ label: String) -> any LogHandler {
        format == .json ? JSONLogHandler() : StreamLogHandler.standardError(label: label)
    }

    private func current(isQuiet: Bool) -> Logger.Level {
        let level = level.withLock { $0 }
        return isQuiet && level > .info ? .critical : level
    }

    /// A handler that reads the log's level for each event, so that the level can change while the server runs.
    private struct Handler: LogHandler {
        let log: ServerLog
        var inner: any LogHandler
        let isQuiet: Bool

        var logLevel: Logger.Level {
            get { log.current(isQuiet: isQuiet) }
            // All loggers share the level of the log, so a single logger cannot change the level.
            set {}
        }

        var metadata: Logger.Metadata {
            get { inner.metadata }
            set { inner.metadata = newValue }
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { inner[metadataKey: key] }
            set { inner[metadataKey: key] = newValue }
        }

        func log(event: LogEvent) {
            inner.log(event: event)
        }
    }
}

/// Writes each event as one JSON object to standard error.
struct JSONLogHandler: LogHandler {
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var details = metadata.merging(event.metadata ?? [:]) { $1 }
        if let error = event.error { details["error"] = "\(error)" }
        let line = Self.line(event.level, "\(event.message)", details, at: Date())
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }

    /// Returns the event as JSON without line breaks. A detail cannot replace `time`, `level` or `message`.
    static func line(_ level: Logger.Level, _ message: String, _ details: Logger.Metadata, at time: Date) -> String {
        var object = details.mapValues { "\($0)" }
        object["time"] = time.ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true)) + "Z"
        object["level"] = level.rawValue
        object["message"] = message
        return (try? SortedJSON.text(object)) ?? "{}"
    }
}
