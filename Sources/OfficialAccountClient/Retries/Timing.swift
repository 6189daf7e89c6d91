import Foundation

/// Where the client takes the time, its pauses and its chances from. A test has its own.
public struct Timing: Sendable {
    /// The time, in Unix seconds.
    public let now: @Sendable () -> Int64
    /// How long a clock that never jumps has run.
    public let elapsed: @Sendable () -> Duration
    /// Returns after that long. Throws `CancellationError` if the task is cancelled before.
    public let sleep: @Sendable (Duration) async throws -> Void
    /// A number from 0 up to 1, another one each time.
    public let random: @Sendable () -> Double

    /// - Parameters:
    ///   - clock: what pauses are measured by.
    ///   - now: the time, in Unix seconds: tokens end by it, and minutes of quota begin.
    ///   - random: a number from 0 up to 1, by which pauses differ from each other.
    public init(
        clock: some Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        let start = clock.now
        self.now = now
        self.random = random
        elapsed = { start.duration(to: clock.now) }
        sleep = { try await clock.sleep(for: $0) }
    }

    /// The machine's own clock and chances.
    public static var system: Timing { Timing() }
}
