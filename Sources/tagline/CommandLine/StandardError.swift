import Foundation
import OfficialAccount
import Synchronization

/// Standard error, where a command reports its progress: lines, and at most one line that it redraws in place.
enum StandardError {
    /// The width of the redrawn line in columns; nil if there is none.
    private static let drawn = Mutex<Int?>(nil)

    /// Writes a line that begins with the program's name.
    static func say(_ text: String) { write("tagline: \(text)\n") }

    /// Says that a list of the platform has entries that are not openids.
    static func sayPassedOver(_ count: Int) {
        say(
            "\(count) entr\(count == 1 ? "y" : "ies") of the platform's list \(count == 1 ? "is" : "are") not openids and were passed over"
        )
    }

    /// Writes a text, with its control characters escaped. First erases the redrawn line.
    static func write(_ text: String) {
        drawn.withLock { columns in
            if let width = columns { put("\r" + String(repeating: " ", count: width) + "\r") }
            columns = nil
            put(text.shownInLines)
        }
    }

    /// Draws a line over the previous one, without escape sequences. Blanks cover the rest of a longer previous line.
    static func draw(_ line: String) {
        drawn.withLock { columns in
            let line = line.shown
            let width = line.displayWidth
            put("\r" + line + String(repeating: " ", count: max((columns ?? 0) - width, 0)))
            columns = width
        }
    }

    /// Keeps the redrawn line as it is. Later output begins on a new line.
    static func endDrawing() {
        drawn.withLock { columns in
            if columns != nil { put("\n") }
            columns = nil
        }
    }

    private static func put(_ text: String) {
        // If standard error fails, there is no other place to report it.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
