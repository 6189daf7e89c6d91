import OfficialAccount

/// The ranges of whole numbers from files, settings and the network. Tagline refuses a number outside its range.
public enum NumberRanges {
    /// Seconds since 1970, up to the end of the year 9999.
    public static let time: ClosedRange<Int64> = 0...253_402_300_799
    /// The time at which a follower began to follow, in the range that stores can keep.
    public static let since: ClosedRange<Int64> = 0...Int64(UInt32.max)
    /// The number of a day since 1970 or of a month since the year 0, up to the last day of ``time``.
    public static let period: ClosedRange<Int64> = 0...2_932_896
    /// A count of events, up to the largest integer that every JSON reader holds exactly.
    public static let count: ClosedRange<Int> = 0...(1 << 53)
    /// The id of a tag that an account has created.
    public static let tagID: ClosedRange<Int> = TagID.firstCreated.rawValue...Int(Int32.max) - 1
    /// The number of calls that a quota allows.
    public static let quota: ClosedRange<Int> = 0...Int(Int32.max)

    /// Throws 47001 unless the number lies in the range.
    ///
    /// - Parameter name: the name of the number in its source, for the message.
    static func judge<Number: FixedWidthInteger>(
        _ number: Number, in range: ClosedRange<Number>, _ name: String
    ) throws(Refusal) {
        guard range.contains(number) else {
            throw Refusal(
                .dataFormatError,
                "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound), not \(number)")
        }
    }
}
