import OfficialAccountClient
import Synchronization

/// A clock that jumps ahead by the length of each pause, so that no pause takes time.
final class JumpingClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let time = Mutex(Duration.zero)
    private let slept = Mutex<[Duration]>([])

    var now: Instant { Instant(offset: time.withLock { $0 }) }
    var minimumResolution: Duration { .nanoseconds(1) }
    /// All pauses so far.
    var pauses: [Duration] { slept.withLock { $0 } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        slept.withLock { $0.append(deadline.offset - now.offset) }
        time.withLock { $0 = max($0, deadline.offset) }
        await Task.yield()
    }

    /// Moves the clock ahead without a pause.
    func advance(by duration: Duration) { time.withLock { $0 += duration } }

    /// Returns a timing that uses this clock. At the start of the clock, the timing gives the time `second`.
    func timing(from second: Int64 = 1000, chance: Double = 0.5) -> Timing {
        Timing(clock: self, now: { second + self.now.offset.components.seconds }, random: { chance })
    }
}
