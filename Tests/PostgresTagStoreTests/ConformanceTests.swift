import Foundation
import TagStore
import TagStoreConformance
import Testing

@testable import PostgresTagStore

@Suite(.enabled(if: TestDatabase.url != nil)) struct PostgresConformanceTests {
    @Test(arguments: ConformanceSuite.cases)
    func `the store keeps the promise`(_ promise: ConformanceCase) async throws {
        try await TestDatabase.withSchema { schema in
            let tested = try await TestedStore.postgres(schema)
            try await promise.run(on: tested)
            try await tested.close()
        }
    }

    @Test(arguments: ConformanceSuite.cases)
    func `the store keeps the promise when it folds its changes after every call`(
        _ promise: ConformanceCase
    ) async throws {
        var options = PostgresTagStore.Options()
        options.foldThreshold = 1
        options.connections = 3
        try await TestDatabase.withSchema { [options] schema in
            let tested = try await TestedStore.postgres(schema, options: options)
            try await promise.run(on: tested)
            try await tested.close()
        }
    }

    /// Here the store uses the statements for Citus, which are plain SQL.
    @Test(.enabled(if: !TestDatabase.isCitus), arguments: ConformanceSuite.cases)
    func `the store keeps the promise with the statements for Citus`(_ promise: ConformanceCase) async throws {
        var options = PostgresTagStore.Options()
        options.dialect = .citus
        try await TestDatabase.withSchema { [options] schema in
            let tested = try await TestedStore.postgres(schema, options: options)
            try await promise.run(on: tested)
            try await tested.close()
        }
    }

    @Test(.enabled(if: !TestDatabase.isCitus), arguments: RandomSeed.several(usual: 7...9))
    func `with the statements for Citus, the store agrees with the naive model`(seed: UInt64) async throws {
        var options = PostgresTagStore.Options()
        options.dialect = .citus
        options.foldThreshold = 7
        try await TestDatabase.withSchema { [options] schema in
            let tested = try await TestedStore.postgres(schema, options: options)
            var run = RandomRun(seed: seed, steps: 600)
            try await run.run(on: tested)
            try await tested.close()
        }
    }

    @Test(arguments: RandomSeed.several(usual: 1...6))
    func `the store agrees with the naive model after random steps and restarts`(seed: UInt64) async throws {
        var options = PostgresTagStore.Options()
        options.foldThreshold = [1, 7, 128][Int(seed % 3)]
        try await TestDatabase.withSchema { [options] schema in
            let tested = try await TestedStore.postgres(schema, options: options)
            var run = RandomRun(seed: seed, steps: 600)
            try await run.run(on: tested)
            try await tested.close()
        }
    }
}
