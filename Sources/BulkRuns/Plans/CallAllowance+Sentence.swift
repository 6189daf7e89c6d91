import OfficialAccount

extension CallAllowance {
    /// Whether the platform sets no limit to the number of calls in a day.
    package var isUnlimited: Bool { perDay >= Self.unlimited }

    /// A sentence about the calls that are left of the day's quota: `quota: 3 of 1,000 calls are left today`, or
    /// `quota: no limit`.
    package var sentence: String {
        guard !isUnlimited else { return "quota: no limit" }
        return "quota: \(remaining.grouped) of \(perDay.counted("call")) \(perDay == 1 ? "is" : "are") left today"
    }
}
