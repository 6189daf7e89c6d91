import Benchmark
import Workloads

let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .throughput], warmupIterations: 20, scalingFactor: .one, maxDuration: .seconds(2),
        maxIterations: 100_000)
    for workload in Workload.all {
        Benchmark(workload.name) { benchmark in
            let work = try await workload.prepare()
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations { try await work() }
            benchmark.stopMeasurement()
        }
    }
}
