import BulkRuns
import Foundation
import OfficialAccount
import Synchronization

/// Standard error, where a command reports its progress in lines. The command can redraw the last line in place.
enum StandardError {
    /// The width of the redrawn line in columns; nil if no line can be redrawn.
    private static let drawn = Mutex<Int?>(nil)

    /// Writes lines, the first of which begins with the program's name.
    ///
    /// Escapes replace the line breaks in a line, so that a text from outside the program cannot begin a new line.
    static func say(_ lines: String...) { say(lines: lines) }

    static func say(lines: [String]) { write(said(lines)) }

    /// Returns the lines as ``say(_:)`` writes them.
    static func said(_ lines: [String]) -> String { "tagline: " + lines.map { $0.shown + "\n" }.joined() }

    /// Reports that the command skips `count` entries of a list from the platform, because they are not openids.
    static func sayPassedOver(_ count: Int) { saySkipped(count, "is not an openid", "are not openids") }

    /// Reports that the command skips `count` entries of the platform's list of tags, because they are not tags.
    static func sayNoTags(_ count: Int) { saySkipped(count, "is not a tag", "are not tags") }

    private static func saySkipped(_ count: Int, _ one: String, _ several: String) {
        let entries = "\(count.counted("entry", "entries")) of the platform's list"
        say(count == 1 ? "\(entries) \(one) and was skipped" : "\(entries) \(several) and were skipped")
    }

    /// Writes a text, and escapes its control characters except line breaks. First erases the redrawn line.
    ///
    /// The caller must escape the line breaks in texts from outside the program.
    static func write(_ text: String) {
        drawn.withLock { columns in
            if let width = columns { put("\r" + blanks(over: width, after: 0, columns: Terminal.columns) + "\r") }
            columns = nil
            put(text.shownInLines)
        }
    }

    /// Draws a line over the previous one, without escape sequences. Blanks cover the rest of a longer previous line,
    /// up to the present width of the terminal.
    static func draw(_ line: String) {
        drawn.withLock { columns in
            let line = line.shown
            let width = line.displayWidth
            put("\r" + line + blanks(over: columns ?? 0, after: width, columns: Terminal.columns))
            columns = width
        }
    }

    /// Returns the blanks that cover the rest of the previous line. The blanks leave the last column free: some
    /// terminals break the line there.
    static func blanks(over previous: Int, after width: Int, columns: Int) -> String {
        String(repeating: " ", count: max(min(previous, columns - 1) - width, 0))
    }

    /// Keeps the redrawn line as it is. Later output begins on a new line.
    static func endDrawing() {
        drawn.withLock { columns in
            if columns != nil { put("\n") }
            columns = nil
        }
    }

    private static func put(_ text: String) {
        // If this write fails, there is no other place to report the failure.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
