import Foundation

/// The terminal that standard error goes to.
enum Terminal {
    /// Columns that it has now: asked for each time, because it may be resized. 80 where it does not tell.
    static var columns: Int {
        var size = winsize()
        if ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return SecretText.environment("COLUMNS").flatMap { Int($0) }.flatMap { 1...10_000 ~= $0 ? $0 : nil } ?? 80
    }
}
