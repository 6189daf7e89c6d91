import OfficialAccountClient
import Synchronization

/// Sends at most `callsPerSecond` calls a second. All tasks that use the transport share this rate.
struct PacedTransport: Transport {
    private let transport: any Transport
    private let pace: SharedPace
    private let timing: Timing

    init(_ transport: any Transport, callsPerSecond: Double, timing: Timing = .system) {
        self.transport = transport
        self.timing = timing
        pace = SharedPace(Pace(callsPerSecond: callsPerSecond))
    }

    func send(_ call: OutgoingCall) async throws(TransportFailure) -> [UInt8] {
        let wait = pace.reserve(at: timing.elapsed())
        if wait > .zero {
            do {
                try await timing.sleep(wait)
            } catch {
                throw TransportFailure("the call was cancelled", mayHaveBeenApplied: false)
            }
        }
        return try await transport.send(call)
    }

    private final class SharedPace: Sendable {
        private let pace: Mutex<Pace>

        init(_ pace: Pace) {
            self.pace = Mutex(pace)
        }

        func reserve(at now: Duration) -> Duration { pace.withLock { $0.reserve(at: now) } }
    }
}

/// Spreads calls evenly. Each call begins at the earliest moment that the rate allows.
struct Pace {
    private let step: Duration
    private var next: Duration = .zero

    /// - Parameter callsPerSecond: the rate. A rate outside 0.01 to 100,000 becomes the nearer of the two limits.
    init(callsPerSecond: Double) {
        step = .seconds(1 / min(max(callsPerSecond, 0.01), 100_000))
    }

    /// Returns how long the next call has to wait.
    ///
    /// - Parameter now: the time of a clock that never jumps.
    mutating func reserve(at now: Duration) -> Duration {
        let begin = max(now, next)
        next = begin + step
        return begin - now
    }
}
