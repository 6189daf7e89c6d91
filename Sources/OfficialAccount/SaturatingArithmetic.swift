// Sums of numbers that come from files, settings and the wire. They stop at the ends of their type instead of trapping.
extension FixedWidthInteger {
    /// The sum, or the end of the type beyond which it lies.
    package func saturatingSum(with other: Self) -> Self {
        let (sum, isBeyond) = addingReportingOverflow(other)
        guard isBeyond else { return sum }
        return other > 0 ? .max : .min
    }

    /// The number less `other`, or the end of the type beyond which that lies.
    package func saturatingDifference(from other: Self) -> Self {
        let (difference, isBeyond) = subtractingReportingOverflow(other)
        guard isBeyond else { return difference }
        return other > 0 ? .min : .max
    }
}
