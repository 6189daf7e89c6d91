import Foundation

/// The terminal of standard error.
enum Terminal {
    /// The current number of columns; 80 if the terminal does not report it. Asks the terminal each time, because a
    /// person may resize the terminal.
    static var columns: Int {
        var size = winsize()
        if ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return SecretText.environment("COLUMNS").flatMap { Int($0) }.flatMap { 1...10_000 ~= $0 ? $0 : nil } ?? 80
    }
}
