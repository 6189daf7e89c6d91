/// Computes how much of a bar is filled.
enum BarWidth {
    /// Returns `part` of `whole` as a percentage, from 0 to 100. If `part` is above 0, returns at least 1, so that a
    /// person can see the bar.
    static func percent(_ part: Int, of whole: Int) -> Int {
        guard part > 0 else { return 0 }
        guard whole > part else { return 100 }
        return max(1, Int(Double(part) / Double(whole) * 100))
    }
}
