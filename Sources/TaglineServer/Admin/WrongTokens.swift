import Synchronization

/// Slows down a caller that tries tokens, and counts what it tried.
///
/// The answer to a wrong token waits: a fifth of a second, and longer the more of them have come lately. A right token
/// never waits, so its owner notices nothing.
final class WrongTokens: Sendable {
    /// What becomes of one wrong token.
    struct Turn: Equatable {
        let delay: Duration
        /// The wrong tokens so far.
        let count: Int
        /// Whether this one is to be told in the log: the first, and then one a minute.
        let isToBeLogged: Bool
    }

    private struct State {
        var count = 0
        /// Wrong tokens in the minute that began at `minuteStart`.
        var lately = 0
        var minuteStart: ContinuousClock.Instant?
    }

    private static let shortest = Duration.milliseconds(200)
    private static let longest = Duration.seconds(3)

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.count } }

    func note(at now: ContinuousClock.Instant) -> Turn {
        state.withLock { state in
            state.count += 1
            var isToBeLogged = false
            if state.minuteStart.map({ now - $0 >= .seconds(60) }) ?? true {
                state.minuteStart = now
                state.lately = 0
                isToBeLogged = true
            }
            state.lately += 1
            let delay = min(Self.longest, Self.shortest * (1 + state.lately / 10))
            return Turn(delay: delay, count: state.count, isToBeLogged: isToBeLogged)
        }
    }
}
