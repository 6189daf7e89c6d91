import Synchronization

/// The bytes that all connections hold together: requests that have arrived in part, answers that their callers do not
/// take.
///
/// A request that arrives whole, and an answer that is taken at once, are never counted. Over the limit the connection
/// that has held something for longest is ended.
public final class HeldBytes: Sendable {
    /// One connection's share. It is used by one event loop.
    final class Share {
        private let all: HeldBytes
        private let end: @Sendable () -> Void
        private var number: UInt64?

        /// - Parameter end: ends the connection; called from any thread.
        init(of all: HeldBytes, end: @escaping @Sendable () -> Void) {
            self.all = all
            self.end = end
        }

        /// Says how many bytes the connection holds at present.
        func set(_ bytes: Int) {
            guard bytes > 0 else { return release() }
            number = all.hold(bytes, as: number, end: end)
        }

        func release() {
            if let number { all.release(number) }
            number = nil
        }
    }

    private struct Holding {
        var bytes: Int
        let end: @Sendable () -> Void
    }

    private struct State {
        var holdings: [UInt64: Holding] = [:]
        var total = 0
        var next: UInt64 = 0
        var ended = 0
    }

    public let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: in bytes; 64 MiB unless said otherwise.
    public init(limit: Int = 64 << 20) {
        self.limit = limit
    }

    /// How many bytes are held, and how many connections were ended for it so far.
    var reading: (bytes: Int, ended: Int) { state.withLock { ($0.total, $0.ended) } }

    private func hold(_ bytes: Int, as number: UInt64?, end: @escaping @Sendable () -> Void) -> UInt64 {
        let (number, ended) = state.withLock { state in
            let own = number.flatMap { state.holdings[$0] == nil ? nil : $0 } ?? state.next
            if own == state.next { state.next += 1 }
            state.total += bytes - (state.holdings[own]?.bytes ?? 0)
            state.holdings[own] = Holding(bytes: bytes, end: end)
            var ended: [Holding] = []
            while state.total > limit, let oldest = state.holdings.keys.min() {
                if let holding = state.holdings.removeValue(forKey: oldest) {
                    state.total -= holding.bytes
                    state.ended += 1
                    ended.append(holding)
                }
            }
            return (own, ended)
        }
        for holding in ended { holding.end() }
        return number
    }

    private func release(_ number: UInt64) {
        state.withLock { state in
            if let holding = state.holdings.removeValue(forKey: number) { state.total -= holding.bytes }
        }
    }
}
