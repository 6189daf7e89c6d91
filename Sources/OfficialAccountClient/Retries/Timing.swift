public import Foundation

/// The clock, the pauses and the random numbers of a client.
///
/// A test passes its own timing, so that retries take no time and each run is the same.
public struct Timing: Sendable {
    /// Returns the time in Unix seconds.
    public let now: @Sendable () -> Int64
    /// Returns the time since this value was created, by a monotonic clock.
    public let elapsed: @Sendable () -> Duration
    /// Waits for a time, and throws `CancellationError` if the task is cancelled before the time has passed.
    public let sleep: @Sendable (Duration) async throws -> Void
    /// Returns a random number from 0 up to 1.
    public let random: @Sendable () -> Double

    /// Creates a timing from a clock.
    ///
    /// - Parameters:
    ///   - clock: measures pauses.
    ///   - now: returns the time in Unix seconds. The client needs the time to find out whether a token has ended,
    ///     and when the next minute begins.
    ///   - random: returns a number from 0 up to 1, which varies the pauses.
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

    /// The machine's own clock and random numbers.
    public static var system: Timing { Timing() }
}
