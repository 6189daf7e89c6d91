/// A histogram: how many values fall into each range.
public struct Histogram: Sendable, Hashable {
    /// The bounds in ascending order. A value belongs to the first bound that it does not exceed.
    public let bounds: [Double]
    /// The numbers of values: one number for each bound, and one for the values above all bounds.
    public private(set) var counts: [Int]
    public private(set) var sum = 0.0

    public init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    public var total: Int { counts.reduce(0, +) }

    public mutating func record(_ value: Double) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }

    /// An empty histogram for durations in seconds, with bounds from a tenth of a millisecond to ten seconds.
    public static let durations = Histogram(
        bounds: [
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
        ])

    /// Returns the sum of this histogram and `other`. Both must have the same bounds.
    public func added(to other: Histogram) -> Histogram {
        var both = self
        for (place, count) in other.counts.enumerated() where place < both.counts.count { both.counts[place] += count }
        both.sum += other.sum
        return both
    }

    /// Returns a histogram of the values that were recorded after `earlier`, an earlier state of this histogram.
    ///
    /// Both must have the same bounds.
    public func subtracting(_ earlier: Histogram) -> Histogram {
        var rest = self
        for (place, count) in earlier.counts.enumerated() where place < rest.counts.count {
            rest.counts[place] = max(0, rest.counts[place] - count)
        }
        rest.sum -= earlier.sum
        return rest
    }

    /// Returns the lowest bound that at least `share` of the values do not exceed. A `share` of 0.5 means half.
    ///
    /// Returns the largest bound if too many values are above all bounds, and 0 if there are no values.
    public func quantile(_ share: Double) -> Double {
        let total = total
        guard total > 0 else { return 0 }
        var below = 0
        for (place, bound) in bounds.enumerated() {
            below += counts[place]
            if Double(below) >= share * Double(total) { return bound }
        }
        return bounds.last ?? 0
    }
}
