import OfficialAccount

extension Int {
    /// Returns the number with its noun: `1 call`, `1,000 calls`.
    ///
    /// - Parameters:
    ///   - singular: the noun after the number 1.
    ///   - plural: the noun after every other number; nil if the noun is `singular` with an `s` at its end.
    package func counted(_ singular: String, _ plural: String? = nil) -> String {
        "\(grouped) \(self == 1 ? singular : plural ?? singular + "s")"
    }
}

extension Double {
    /// Reads a number in decimal digits, such as `20` or `0.5`. Returns nil for anything else, such as `0x10` or `1e3`.
    package init?(decimal text: some StringProtocol) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } })
        else { return nil }
        self.init(text)
    }
}

extension Duration {
    /// The duration as a text for people: `35 s`, `12 min`, `3 h 20 min`.
    package var spoken: String {
        let seconds = Int(components.seconds)
        if seconds < 120 { return "\(seconds) s" }
        if seconds < 7200 { return "\(seconds / 60) min" }
        return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }
}
