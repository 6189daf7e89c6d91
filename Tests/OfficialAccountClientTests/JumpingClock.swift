import OfficialAccountClient
import Synchronization

/// A clock on which every pause is over at once, and was as long as it was to be.
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
    /// Every pause so far.
    var pauses: [Duration] { slept.withLock { $0 } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        slept.withLock { $0.append(deadline.offset - now.offset) }
        time.withLock { $0 = max($0, deadline.offset) }
        await Task.yield()
    }

    /// Time passes by itself.
    func advance(by duration: Duration) { time.withLock { $0 += duration } }

    /// Timing by this clock, which stood at this second when it began.
    func timing(from second: Int64 = 1000, chance: Double = 0.5) -> Timing {
        Timing(clock: self, now: { second + self.now.offset.components.seconds }, random: { chance })
    }
}
