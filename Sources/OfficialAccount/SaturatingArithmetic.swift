// Sums of numbers that come from files, settings and the wire. They stop at the ends of their type instead of trapping.
extension FixedWidthInteger {
    /// Returns the sum, or the end of the type that the sum would pass.
    package func saturatingSum(with other: Self) -> Self {
        let (sum, isBeyond) = addingReportingOverflow(other)
        guard isBeyond else { return sum }
        return other > 0 ? .max : .min
    }

    /// Returns the number less `other`, or the end of the type that the difference would pass.
    package func saturatingDifference(from other: Self) -> Self {
        let (difference, isBeyond) = subtractingReportingOverflow(other)
        guard isBeyond else { return difference }
        return other > 0 ? .min : .max
    }
}
