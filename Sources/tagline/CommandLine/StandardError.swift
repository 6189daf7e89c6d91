import Foundation
import OfficialAccount
import Synchronization

/// Standard error, where a command says what happens: lines, and at most one line that is drawn anew.
enum StandardError {
    /// Columns of the line that is drawn anew; nil if there is none.
    private static let drawn = Mutex<Int?>(nil)

    /// Says a line, in the name of the program.
    static func say(_ text: String) { write("tagline: \(text)\n") }

    /// Writes a text as it is, but for control characters. The line that is drawn anew makes room.
    static func write(_ text: String) {
        drawn.withLock { columns in
            if let width = columns { put("\r" + String(repeating: " ", count: width) + "\r") }
            columns = nil
            put(text.shownInLines)
        }
    }

    /// Draws a line in place of the one before, without escape sequences: what the one before had more is blanked.
    static func draw(_ line: String) {
        drawn.withLock { columns in
            let line = line.shown
            let width = line.displayWidth
            put("\r" + line + String(repeating: " ", count: max((columns ?? 0) - width, 0)))
            columns = width
        }
    }

    /// Leaves the line that was drawn last as it is; what follows begins on a line of its own.
    static func endDrawing() {
        drawn.withLock { columns in
            if columns != nil { put("\n") }
            columns = nil
        }
    }

    private static func put(_ text: String) {
        // There is nobody to tell that nobody can be told.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
