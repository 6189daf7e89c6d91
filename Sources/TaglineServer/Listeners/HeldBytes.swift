import Synchronization

/// Counts the bytes that all connections together hold: requests that have arrived in part, and answers that callers do
/// not read.
///
/// A request that arrives whole does not count, nor does an answer that the caller reads at once. Above the limit, the
/// server ends the connection with the largest product of held bytes and holding time. So callers with long bodies do
/// not end the connection of a caller with a short body or a slow network.
public final class HeldBytes: Sendable {
    /// The bytes that one connection holds. Only the event loop of the connection uses this object.
    final class Share {
        private let all: HeldBytes
        private let end: @Sendable () -> Void
        private var number: UInt64?

        /// - Parameter end: ends the connection; called from any thread.
        init(of all: HeldBytes, end: @escaping @Sendable () -> Void) {
            self.all = all
            self.end = end
        }

        /// Sets the number of bytes that the connection holds at present.
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

        /// Removes the holding with the largest product of bytes and age. The age of a holding is the number of
        /// holdings that began after it.
        mutating func removeHeaviest() -> Holding? {
            let heaviest = holdings.max { [next] one, other in
                Double(one.value.bytes) * Double(next - one.key) < Double(other.value.bytes) * Double(next - other.key)
            }
            guard let heaviest else { return nil }
            holdings[heaviest.key] = nil
            total -= heaviest.value.bytes
            ended += 1
            return heaviest.value
        }
    }

    public let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: the limit in bytes; 32 MiB by default.
    public init(limit: Int = 32 << 20) {
        self.limit = limit
    }

    /// The number of bytes that all connections hold, and the number of connections that have ended because of the
    /// limit.
    var reading: (bytes: Int, ended: Int) { state.withLock { ($0.total, $0.ended) } }

    private func hold(_ bytes: Int, as number: UInt64?, end: @escaping @Sendable () -> Void) -> UInt64 {
        let (number, ended) = state.withLock { state in
            let own = number.flatMap { state.holdings[$0] == nil ? nil : $0 } ?? state.next
            if own == state.next { state.next += 1 }
            state.total += bytes - (state.holdings[own]?.bytes ?? 0)
            state.holdings[own] = Holding(bytes: bytes, end: end)
            var ended: [Holding] = []
            while state.total > limit, let holding = state.removeHeaviest() { ended.append(holding) }
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
