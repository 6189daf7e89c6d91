/// Formats numbers for people.
enum NumberText {
    /// Returns a number with commas between groups of three digits: `1,002`.
    static func grouped(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return number < 0 ? "-" + text : text
    }

    /// Returns milliseconds with only the digits that matter: `0.4`, `12`, `1,300`.
    static func milliseconds(_ value: Double) -> String {
        guard value > 0 else { return "0" }
        guard value < 10 else { return grouped(Int(min(value, 1e15).rounded())) }
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
