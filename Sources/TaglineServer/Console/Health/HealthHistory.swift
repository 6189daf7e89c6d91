import Foundation
import OfficialAccount
import ServiceLifecycle
import Synchronization
import TagStore

/// The history of the server's health in the last hour, with one reading every fifteen seconds.
public final class HealthHistory: Service {
    static let interval = Duration.seconds(15)
    /// The most readings in the history: the readings of one hour, and one reading before that hour.
    static let most = 241

    /// The server's counts from its start to one moment, and its memory at that moment.
    struct Reading: Sendable {
        var at: ContinuousClock.Instant
        var calls = Histogram.durations
        /// The number of answers with each errcode.
        var answers: [ErrorCode: Int] = [:]
        var refused: Int { answers.filter { $0.key != .ok }.values.reduce(0, +) }
        var commits = Histogram.durations
        var groups = 0
        var grouped = 0.0
        /// The bytes of the journal that the store would replay at a start; nil if the store does not report this
        /// number.
        var journal: Int?
        var memory: Int?
    }

    private let readings = Mutex<[Reading]>([])
    private let store: any TagStore
    private let meters: CallMeters

    public init(store: any TagStore, meters: CallMeters) {
        self.store = store
        self.meters = meters
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat { await self.read(at: .now) } while (try? await Task.sleep(for: Self.interval)) != nil
        }
    }

    /// Adds a reading to the history. Removes the oldest reading if the history has more than ``most`` readings.
    func read(at now: ContinuousClock.Instant) async {
        let timings = await store.timings
        var reading = Reading(at: now, commits: timings.commits, memory: ProcessMemory.resident)
        reading.groups = timings.groupSizes.total
        reading.grouped = timings.groupSizes.sum
        reading.journal = timings.journalBytes
        for meter in meters.meters + [meters.stray] {
            let current = meter.current
            reading.calls = reading.calls.added(to: current.durations)
            reading.answers.merge(current.answers) { $0 + $1 }
        }
        readings.withLock { readings in
            readings.append(reading)
            if readings.count > Self.most { readings.removeFirst() }
        }
    }

    /// The number of answers with each errcode from the server's start to the oldest reading.
    var answersBefore: [ErrorCode: Int] { readings.withLock { $0.first?.answers ?? [:] } }

    /// The steps between one reading and the next, oldest first.
    var steps: [HealthStep] {
        let kept = readings.withLock { $0 }
        return zip(kept, kept.dropFirst()).map(HealthStep.init)
    }
}

/// The rates and durations in the time between two readings.
struct HealthStep: Sendable {
    let callsPerSecond: Double
    let refusedPerSecond: Double
    /// The median duration of a call, in milliseconds.
    let median: Double
    /// The duration that 99 of 100 calls did not exceed, in milliseconds.
    let slowest: Double
    /// The duration that 99 of 100 transactions did not exceed, in milliseconds.
    let commit: Double
    /// The average number of calls that one commit made durable.
    let groupSize: Double
    let journal: Int?
    let memory: Int?

    init(_ earlier: HealthHistory.Reading, _ later: HealthHistory.Reading) {
        let seconds = max(0.001, (later.at - earlier.at) / .seconds(1))
        let calls = later.calls.subtracting(earlier.calls)
        callsPerSecond = Double(calls.total) / seconds
        refusedPerSecond = Double(later.refused - earlier.refused) / seconds
        median = calls.quantile(0.5) * 1000
        slowest = calls.quantile(0.99) * 1000
        commit = later.commits.subtracting(earlier.commits).quantile(0.99) * 1000
        let groups = later.groups - earlier.groups
        groupSize = groups > 0 ? (later.grouped - earlier.grouped) / Double(groups) : 0
        journal = later.journal
        memory = later.memory
    }
}
