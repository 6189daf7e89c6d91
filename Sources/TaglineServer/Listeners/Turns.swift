import NIOCore
import Synchronization

/// Gives turns to the connections of a listener of which each alone could keep an event loop busy. Such a connection
/// pipelines requests, or sends a long body.
///
/// All these connections together, on all event loops, get a part of one processor's time. So the calls of other
/// connections find a processor that is free. A connection that is alone does not wait.
final class Turns: Sendable {
    /// The time for one unit of cost. The work takes about a fifth of this time.
    static let unit = TimeAmount.microseconds(250)
    /// How much more a turn costs while the caller does not read its answers.
    private static let unreadFactor = 4

    private struct State {
        /// The number of connections that wait for their turn.
        var waiting = 0
        /// When the next turn may begin.
        var next = NIODeadline.uptimeNanoseconds(0)
    }

    private let state = Mutex(State())

    /// Notes that a connection waits for its turn. Returns when its turn begins.
    ///
    /// - Parameters:
    ///   - cost: the cost of the connection's last turn, in the units of ``TurnPace``.
    ///   - isRead: whether the caller reads its answers.
    func begin(after cost: Int, isRead: Bool, at now: NIODeadline) -> NIODeadline {
        let cost = min(cost, TurnPace.highestCost) * (isRead ? 1 : Self.unreadFactor)
        return state.withLock { state in
            let turn = state.waiting == 0 ? now : max(now, state.next)
            state.waiting += 1
            state.next = turn + Self.unit * cost
            return turn
        }
    }

    /// Notes that a connection has its turn.
    func end() {
        state.withLock { $0.waiting -= 1 }
    }
}
