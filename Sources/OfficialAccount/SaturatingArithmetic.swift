// Sums of numbers from files, settings and requests. A sum that its type cannot hold becomes the largest or the
// smallest value of the type, instead of trapping.
extension FixedWidthInteger {
    /// Returns this number plus `other`, or the largest or smallest value of the type if the type cannot hold the sum.
    package func saturatingSum(with other: Self) -> Self {
        let (sum, isBeyond) = addingReportingOverflow(other)
        guard isBeyond else { return sum }
        return other > 0 ? .max : .min
    }

    /// Returns this number minus `other`, or the largest or smallest value of the type if the type cannot hold the
    /// difference.
    package func saturatingDifference(from other: Self) -> Self {
        let (difference, isBeyond) = subtractingReportingOverflow(other)
        guard isBeyond else { return difference }
        return other > 0 ? .min : .max
    }
}
