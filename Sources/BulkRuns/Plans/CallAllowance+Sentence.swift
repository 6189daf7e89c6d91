import OfficialAccount

extension CallAllowance {
    /// Whether the platform sets no limit for a day.
    package var isUnlimited: Bool { perDay >= Self.unlimited }

    /// The calls that are left of the day's quota, for people: `quota: 3 of 1,000 calls are left today`, or `quota: no
    /// limit`.
    package var sentence: String {
        guard !isUnlimited else { return "quota: no limit" }
        return "quota: \(remaining.grouped) of \(perDay.counted("call")) \(perDay == 1 ? "is" : "are") left today"
    }
}
