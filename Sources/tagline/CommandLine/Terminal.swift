import Foundation

/// The terminal to which standard error writes.
enum Terminal {
    /// The current number of columns. If the terminal does not report this number, returns the value of the environment
    /// variable COLUMNS, or 80 if this variable has no valid value.
    ///
    /// Asks the terminal each time, because a person can resize the terminal.
    static var columns: Int {
        var size = winsize()
        if ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return SecretText.environment("COLUMNS").flatMap { Int($0) }.flatMap { 1...10_000 ~= $0 ? $0 : nil } ?? 80
    }
}
