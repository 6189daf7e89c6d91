import TagStore

/// Decides when the store reads `StoreVitals.Sums`, the sums over all accounts, again. This type does not wait and does
/// not read a clock.
///
/// The sums are costly if accounts are spread over machines: the database must ask every shard for them.
struct SumsBook {
    typealias Instant = ContinuousClock.Instant

    private let life: Duration
    private var last: (sums: StoreVitals.Sums, at: Instant)?
    private var isReading = false

    /// The time after which sums are too old to be shown.
    static let longestLife = Duration.seconds(60)

    /// - Parameter life: the shortest time from one read of the sums to the next.
    init(life: Duration) {
        self.life = life
    }

    /// Returns true if the caller must read the sums and then call ``end(_:at:)``.
    mutating func begin(at now: Instant) -> Bool {
        guard !isReading, last.map({ now - $0.at >= life }) ?? true else { return false }
        isReading = true
        return true
    }

    /// Takes the sums that were read; nil if they could not be read.
    mutating func end(_ sums: StoreVitals.Sums?, at now: Instant) {
        isReading = false
        if let sums { last = (sums, now) }
    }

    /// Returns the latest sums; nil if no sums have been read, or if the latest sums are too old.
    func sums(at now: Instant) -> StoreVitals.Sums? {
        last.flatMap { now - $0.at < Self.longestLife ? $0.sums : nil }
    }
}
