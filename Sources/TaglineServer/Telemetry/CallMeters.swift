import OfficialAccount
import Synchronization
import TagStore

/// Counts the errcodes and durations of the calls of each path.
public final class CallMeters: Sendable {
    /// Counts the errcodes and durations of the calls of one API.
    final class Meter: Sendable {
        struct Reading: Sendable {
            var answers: [ErrorCode: Int] = [:]
            var durations = Histogram.durations
        }

        let path: String
        private let reading = Mutex(Reading())

        init(path: String) {
            self.path = path
        }

        func record(_ code: ErrorCode, in duration: Duration) {
            reading.withLock { reading in
                reading.answers[code, default: 0] += 1
                reading.durations.record(duration / .seconds(1))
            }
        }

        var current: Reading { reading.withLock { $0 } }
    }

    /// The meters by path, one for each API.
    let meters: [Meter]
    /// The meter for unknown paths. Callers can invent paths, so unknown paths must not become names of metrics.
    let stray = Meter(path: "unknown")

    public init() {
        meters = Endpoint.all.map { Meter(path: $0.path) }
    }

    func meter(of endpoint: Endpoint) -> Meter {
        meters.first { $0.path == endpoint.path } ?? stray
    }
}
