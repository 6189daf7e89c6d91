// Sums of numbers from files, settings and requests. A sum that its type cannot hold becomes the largest or the
// smallest value of the type, instead of trapping.
extension FixedWidthInteger {
    /// Returns the sum; the largest or the smallest value of the type if the type cannot hold the sum.
    package func saturatingSum(with other: Self) -> Self {
        let (sum, isBeyond) = addingReportingOverflow(other)
        guard isBeyond else { return sum }
        return other > 0 ? .max : .min
    }

    /// Returns the number less `other`; the largest or the smallest value of the type if the type cannot hold the
    /// difference.
    package func saturatingDifference(from other: Self) -> Self {
        let (difference, isBeyond) = subtractingReportingOverflow(other)
        guard isBeyond else { return difference }
        return other > 0 ? .min : .max
    }
}
