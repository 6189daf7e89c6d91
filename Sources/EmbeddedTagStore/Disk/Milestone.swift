/// Two numbers that show the progress of a store. Each number only grows.
struct Milestone: Hashable, Sendable {
    /// The sequence of the last journal record.
    var sequence: Int64
    /// The number of transactions that have changed rows of tables other than the journal. See ``TableTotals``.
    var generation: Int64

    static let start = Milestone(sequence: 0, generation: 0)

    /// Returns whether at least one number of this milestone is higher than the same number of `other`, and none is
    /// lower.
    func isFurther(than other: Milestone) -> Bool {
        sequence >= other.sequence && generation >= other.generation && self != other
    }

    /// Returns a description of what was lost between this milestone and `marked`; nil if nothing was lost.
    func shortfall(from marked: Milestone) -> String? {
        var missing: [String] = []
        if sequence < marked.sequence {
            missing.append("the journal ends at record \(sequence), but \(marked.sequence) had been written")
        }
        if generation < marked.generation {
            missing.append("the tables hold \(generation) changes, but \(marked.generation) had been written")
        }
        return missing.isEmpty ? nil : missing.joined(separator: "; ")
    }
}
