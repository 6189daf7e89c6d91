/// The number of calls that may be under way at once.
///
/// It grows until answers become slower, and shrinks when the platform answers that there are too many calls.
///
/// If a call takes longer than the quickest call, it has waited in a queue of the server. From the time of a call and
/// the shortest time so far, the limit estimates how many calls wait in that queue. It keeps this number small, as TCP
/// Vegas does. With a short queue, the server is never idle, and still has time for other clients.
struct ConcurrencyLimit: Sendable {
    /// The smallest and the largest number of calls that should wait in the server's queue.
    ///
    /// The limit grows when fewer calls wait, and shrinks when more calls wait.
    private static let queue = 4.0..<8.0

    let most: Int
    private var limit: Double
    private var quickest: Double?
    private var usual: Double?
    private var isStarting = true

    init(most: Int) {
        self.most = max(most, 1)
        limit = Double(min(self.most, 4))
    }

    var value: Int { Int(limit) }

    /// Notes that a call got its answer after `seconds`, with `underWay` calls under way at that time.
    mutating func answered(after seconds: Double, underWay: Int) {
        // The shortest time grows slowly, so that one very quick answer does not count for ever.
        let quickest = min((quickest ?? seconds) * 1.001, seconds)
        let usual = usual.map { $0 + (seconds - $0) * 0.1 } ?? seconds
        self.quickest = quickest
        self.usual = usual
        let waiting = usual > 0 ? limit * (1 - min(quickest / usual, 1)) : 0
        if waiting >= Self.queue.lowerBound { isStarting = false }
        if waiting < Self.queue.lowerBound, underWay >= value {
            limit = min(limit + (isStarting ? 1 : 1 / limit), Double(most))
        } else if waiting >= Self.queue.upperBound {
            limit = max(limit - 1 / limit, 1)
        }
    }

    /// Notes that the calls were too many for the platform or the network.
    mutating func wasTooMuch() {
        isStarting = false
        limit = max(limit / 2, 1)
    }
}
