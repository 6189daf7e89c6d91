import Logging
import TagStore
import TagStoreConformance
import Testing

@testable import EmbeddedTagStore

extension TestedStore {
    /// Returns an embedded store that keeps its files in `directory`.
    static func embedded(in directory: String, options: EmbeddedTagStore.Options = .init()) async throws -> TestedStore
    {
        try await TestedStore {
            try EmbeddedTagStore(directory: directory, options: options, logger: .quiet)
        } close: { store in
            try await (store as? EmbeddedTagStore)?.close()
        }
    }
}

extension Logger {
    static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
}

@Suite struct ConformanceTests {
    @Test(arguments: ConformanceSuite.cases)
    func `the store keeps the promise`(_ promise: ConformanceCase) async throws {
        try await withTemporaryDirectory { directory in
            let tested = try await TestedStore.embedded(in: directory)
            try await promise.run(on: tested)
            try await tested.close()
        }
    }

    /// Here the store saves chunks and cuts the journal after almost every change.
    @Test(arguments: ConformanceSuite.cases)
    func `the store keeps the promise when it makes a checkpoint after almost every change`(
        _ promise: ConformanceCase
    ) async throws {
        var options = EmbeddedTagStore.Options()
        options.checkpointThreshold = 64
        options.chunksPerSweep = 1
        try await withTemporaryDirectory { directory in
            let tested = try await TestedStore.embedded(in: directory, options: options)
            try await promise.run(on: tested)
            try await tested.close()
        }
    }

    @Test(arguments: RandomSeed.several(usual: 1...6))
    func `the store agrees with the naive model after random steps and restarts`(seed: UInt64) async throws {
        var options = EmbeddedTagStore.Options(directorySeed: seed)
        options.checkpointThreshold = [64, 1000, 64 << 20][Int(seed % 3)]
        try await withTemporaryDirectory { directory in
            let tested = try await TestedStore.embedded(in: directory, options: options)
            var run = RandomRun(seed: seed, steps: 600)
            try await run.run(on: tested)
            try await tested.close()
        }
    }
}
