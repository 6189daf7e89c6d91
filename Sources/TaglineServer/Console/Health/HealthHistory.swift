import Foundation
import OfficialAccount
import ServiceLifecycle
import Synchronization
import TagStore

/// How the server did over the last hour: a reading every fifteen seconds.
public final class HealthHistory: Service {
    static let interval = Duration.seconds(15)
    /// Readings that are kept: an hour of them, and one to begin with.
    static let most = 241

    /// Counts since the start, as they were at one moment.
    struct Reading: Sendable {
        var at: ContinuousClock.Instant
        var calls = Histogram.durations
        var refused = 0
        var commits = Histogram.durations
        var groups = 0
        var grouped = 0.0
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

    /// Takes a reading.
    func read(at now: ContinuousClock.Instant) async {
        let vitals = await store.vitals
        var reading = Reading(at: now, commits: vitals.commits, memory: ProcessMemory.resident)
        reading.groups = vitals.groupSizes.total
        reading.grouped = vitals.groupSizes.sum
        for meter in meters.meters + [meters.stray] {
            let current = meter.current
            reading.calls = reading.calls.added(to: current.durations)
            reading.refused += current.answers.filter { $0.key != .ok }.values.reduce(0, +)
        }
        readings.withLock { readings in
            readings.append(reading)
            if readings.count > Self.most { readings.removeFirst() }
        }
    }

    /// What happened between each two readings, oldest first.
    var steps: [HealthStep] {
        let kept = readings.withLock { $0 }
        return zip(kept, kept.dropFirst()).map(HealthStep.init)
    }
}

/// What happened between two readings.
struct HealthStep: Sendable {
    let callsPerSecond: Double
    let refusedPerSecond: Double
    /// Milliseconds that half of the calls took at most.
    let median: Double
    /// Milliseconds that 99 of 100 calls took at most.
    let slowest: Double
    /// Milliseconds that 99 of 100 transactions took at most.
    let commit: Double
    /// Calls that became durable together, on average.
    let groupSize: Double
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
        memory = later.memory
    }
}
