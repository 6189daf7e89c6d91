/// The progress of a store. Both numbers only grow.
struct Milestone: Hashable, Sendable {
    /// The last record of the journal.
    var sequence: Int64
    /// The number of transactions that have changed rows of the other tables; see ``TableTotals``.
    var generation: Int64

    static let start = Milestone(sequence: 0, generation: 0)

    /// Returns whether this milestone includes `other` and is not equal to it.
    func isFurther(than other: Milestone) -> Bool {
        sequence >= other.sequence && generation >= other.generation && self != other
    }

    /// Returns what is missing up to `marked`, in words; nil if nothing is missing.
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
