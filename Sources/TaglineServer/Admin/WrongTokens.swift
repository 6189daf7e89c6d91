import Synchronization

/// Slows down a caller that guesses tokens, and counts the wrong tokens.
///
/// The answer to a wrong token waits for a fifth of a second, or longer if many wrong tokens have arrived lately. A
/// right token never waits.
final class WrongTokens: Sendable {
    /// How the server treats one wrong token.
    struct Turn: Equatable {
        let delay: Duration
        /// The number of wrong tokens so far.
        let count: Int
        /// Whether to log this token. The server logs the first wrong token, and then at most one a minute.
        let isToBeLogged: Bool
    }

    private struct State {
        var count = 0
        /// The number of wrong tokens in the minute that began at `minuteStart`.
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
