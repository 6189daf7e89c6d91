import Synchronization

/// Counts the connections of a listener that wait for their turn at this moment, on all event loops together. Each such
/// connection alone could keep an event loop busy.
final class Turns: Sendable {
    private let waiting = Atomic(0)

    /// Notes that a connection waits for its turn. Returns the number of connections that already waited.
    func begin() -> Int {
        waiting.add(1, ordering: .relaxed).oldValue
    }

    /// Notes that a connection has its turn.
    func end() {
        waiting.subtract(1, ordering: .relaxed)
    }
}
