import Foundation
import Logging
import Synchronization

/// Where the server's log goes, and how much of it: to standard error, one line an event.
final class ServerLog: Sendable {
    enum Format: String, CaseIterable, Sendable {
        /// For people.
        case text
        /// One JSON object a line: `time`, `level`, `message`, and the details under their own names.
        case json
    }

    private let level: Mutex<Logger.Level>
    private let format: Format

    init(_ level: Logger.Level, _ format: Format) {
        self.level = Mutex(level)
        self.format = format
    }

    /// Has more or less logged from now on, by every logger of this log.
    func apply(_ level: Logger.Level) {
        self.level.withLock { $0 = level }
    }

    /// The server's own logger.
    var logger: Logger {
        Logger(label: "tagline") { Handler(log: self, inner: self.inner($0), isQuiet: false) }
    }

    /// A logger for the frameworks, which call it an error when a connection is cut off at shutdown: silent but for what is critical,
    /// unless the level is `info` or lower.
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

    /// Asks the log for the level each time, so that it can be changed while the server runs.
    private struct Handler: LogHandler {
        let log: ServerLog
        var inner: any LogHandler
        let isQuiet: Bool

        var logLevel: Logger.Level {
            get { log.current(isQuiet: isQuiet) }
            // The level is the log's, for all its loggers.
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

    /// The event as JSON without line breaks. A detail does not replace `time`, `level` or `message`.
    static func line(_ level: Logger.Level, _ message: String, _ details: Logger.Metadata, at time: Date) -> String {
        var object = details.mapValues { "\($0)" }
        object["time"] = time.ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true)) + "Z"
        object["level"] = level.rawValue
        object["message"] = message
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(object) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }
}
