import OfficialAccount

/// Formats numbers for people.
enum NumberText {
    /// Returns milliseconds with only the digits that matter: `0.4`, `12`, `1,300`.
    static func milliseconds(_ value: Double) -> String {
        guard value > 0 else { return "0" }
        guard value < 10 else { return Int(min(value, 1e15).rounded()).grouped }
        return "\((value * 10).rounded() / 10)"
    }

    /// Returns bytes in a suitable unit: `64 KiB`.
    static func bytes(_ count: Int) -> String {
        var (value, units) = (Double(count), ["B", "KiB", "MiB", "GiB", "TiB"][...])
        while value >= 1024, units.count > 1 {
            value /= 1024
            units = units.dropFirst()
        }
        let shown = value < 10 && units.startIndex > 0 ? "\((value * 10).rounded() / 10)" : "\(Int(value.rounded()))"
        return "\(shown) \(units.first ?? "B")"
    }
}
