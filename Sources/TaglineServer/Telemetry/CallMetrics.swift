import Metrics
import OfficialAccount

/// What is counted of the calls of one API.
struct CallMetrics: Sendable {
    private let api: String
    private let durations: Metrics.Timer

    init(api: String) {
        self.api = api
        durations = Metrics.Timer(label: "tagline_call_duration", dimensions: [("api", api)])
    }

    func answered(in duration: Duration) {
        durations.record(duration: duration)
    }

    func refused(_ code: ErrorCode) {
        Counter(label: "tagline_calls_refused", dimensions: [("api", api), ("errcode", code.description)]).increment()
    }
}
