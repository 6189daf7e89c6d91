import Foundation
import OfficialAccount
import OfficialAccountClient

/// The progress of a run, as the progress bar shows it and as `--progress json` prints it.
package struct RunMoment: Encodable, Equatable, Sendable {
    package var done: Int
    /// The number of followers of the run; nil if this number is unknown.
    package var total: Int?
    package var applied: Int
    package var rejected: Int
    package var unknown: Int
    package var calls: Int
    /// The average number of followers that the run has handled per second since it last began or resumed.
    package var rate: Int
    package var secondsLeft: Int?
    package var concurrency: Int
    /// The number of failed calls by errcode. The key `no answer` counts the calls without an answer.
    package var failures: [String: Int]
    /// The reason why the run waits, in words; nil if the run does not wait.
    package var waitingFor: String?

    private enum CodingKeys: String, CodingKey {
        case done, total, applied, rejected, unknown, calls, rate, concurrency, failures
        case secondsLeft = "seconds_left"
        case waitingFor = "waiting_for"
    }

    package init(
        done: Int, total: Int? = nil, applied: Int, rejected: Int, unknown: Int, calls: Int, rate: Int,
        secondsLeft: Int? = nil, concurrency: Int, failures: [String: Int] = [:], waitingFor: String? = nil
    ) {
        self.done = done
        self.total = total
        self.applied = applied
        self.rejected = rejected
        self.unknown = unknown
        self.calls = calls
        self.rate = rate
        self.secondsLeft = secondsLeft
        self.concurrency = concurrency
        self.failures = failures
        self.waitingFor = waitingFor
    }
}

extension BulkProgress {
    /// The number of failed calls by errcode. The key `no answer` counts the calls without an answer.
    package var failuresByName: [String: Int] {
        var failures = Dictionary(uniqueKeysWithValues: failuresByCode.map { ("\($0.key.rawValue)", $0.value) })
        if unanswered > 0 { failures["no answer"] = unanswered }
        return failures
    }
}

extension BulkWait {
    /// The reason why the run waits, and the time until which it waits, in UTC.
    package var sentence: String {
        let time = Date(timeIntervalSince1970: TimeInterval(until)).ISO8601Format().suffix(9).dropLast()
        return switch failure {
        case .refused(let error) where error.code == .minuteQuotaReached:
            "waits for the next minute, \(time) UTC (45011)"
        case .refused(let error): "waits until \(time) UTC: \(error.code) \(error.message.shown)"
        default: "waits until \(time) UTC: \(failure)"
        }
    }
}
