import Foundation
import TagStoreConformance
import Testing

@testable import EmbeddedTagStore

/// The disk fails at any operation, or power does. Afterwards the store must have every change that it acknowledged,
/// and none that it refused.
///
/// `make test` tries a few moments of each kind, chosen by the seed. `TAGLINE_FAULT_STRIDE` sets how many operations
/// lie between two moments: 1 tries every one. `TAGLINE_SEED` repeats a run.
@Suite(.faultBench) struct FaultBenchTests {
    private let seed = FaultBench.shared.seed
    private let script = BenchStep.script(seed: FaultBench.shared.seed)

    // MARK: Failing operations

    @Test func `every n-th read, write, sync and truncate that fails loses nothing acknowledged`() async throws {
        let counts = try await countOperations()
        for kind in Fault.Kind.allCases { #expect(counts[kind, default: 0] > 0, "the run does no \(kind)") }
        let chosen = faults(counts)
        var struck = 0
        for fault in chosen {
            do {
                if try await survive(fault) { struck += 1 }
            } catch {
                Issue.record("\(fault), seed \(seed): \(error)")
            }
        }
        #expect(struck > chosen.count / 2, "most faults never happened, seed \(seed)")
        FaultBench.shared.add(faults: struck)
    }

    /// Returns how many operations of each kind a run without faults does.
    private func countOperations() async throws -> [Fault.Kind: Int] {
        try await withWatchedDirectory { directory in
            var run = BenchRun(in: directory, seed: seed)
            try await run.play(script)
            var counts: [Fault.Kind: Int] = [:]
            for kind in Fault.Kind.allCases { counts[kind] = directory.count(of: kind) }
            try await run.judgeDirectory()
            return counts
        }
    }

    /// Chooses what to break, and when: at most 36 faults unless the environment asks for more.
    private func faults(_ counts: [Fault.Kind: Int]) -> [Fault] {
        let ways: [(Fault.Kind, Fault.Mode)] = [
            (.read, .error), (.read, .short), (.write, .error), (.write, .full), (.write, .short), (.write, .delay),
            (.sync, .error), (.sync, .delay), (.truncate, .error),
        ]
        var random = SeededGenerator(seed: seed)
        var faults: [Fault] = []
        for (kind, mode) in ways {
            for lasts in [false, true] {
                for moment in FaultBench.moments(of: counts[kind, default: 0], atMost: 2, using: &random) {
                    faults.append(Fault(kind: kind, mode: mode, lasts: lasts, nth: moment))
                }
            }
        }
        return faults
    }

    /// Runs with the fault and compares what is there without it. Returns whether the fault happened.
    private func survive(_ fault: Fault) async throws -> Bool {
        try await withWatchedDirectory { directory in
            directory.plan(fault)
            var run = BenchRun(in: directory, seed: seed)
            try await run.play(script)
            directory.heal()
            try await run.judgeDirectory()
            return directory.strikes > 0
        }
    }

    // MARK: Failing power

    @Test func `power that fails at any moment leaves what was acknowledged`() async throws {
        let (log, moments) = try await withWatchedDirectory { directory in
            directory.record()
            var run = BenchRun(in: directory, seed: seed)
            try await run.play(script)
            return (directory.log(), run.moments)
        }
        #expect(moments.count == script.count - 1, "every step but the reopening is acknowledged, seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for operations in FaultBench.moments(of: log.count, atMost: 20, using: &random) {
            let loss = PowerLoss(after: log.prefix(operations))
            let possible = worlds(after: operations, moments)
            for round in 1...3 {
                do {
                    try await survive(loss.survivors(using: &random), possible)
                } catch {
                    Issue.record("power failed after operation \(operations), round \(round), seed \(seed): \(error)")
                }
                FaultBench.shared.add(losses: 1)
            }
        }
    }

    /// Returns the worlds that may be there when power fails after so many operations: the one last acknowledged, and
    /// the one after the step that was under way.
    private func worlds(after operations: Int, _ moments: [BenchRun.Moment]) -> Set<BenchWorld> {
        var worlds: Set = [moments.last { $0.end <= operations }?.world ?? BenchWorld()]
        if let next = moments.first(where: { $0.start < operations && operations < $0.end }) {
            worlds.insert(next.world)
        }
        return worlds
    }

    /// Opens what power has left and compares.
    private func survive(_ files: [String: Data], _ worlds: Set<BenchWorld>) async throws {
        try await withTemporaryDirectory { path in
            for (name, content) in files { try content.write(to: URL(filePath: path + "/" + name)) }
            let store = try EmbeddedTagStore(
                directory: path, options: BenchRun.options(seed: seed), logger: .quiet)
            let world = try BenchWorld(of: store)
            try await store.close()
            try world.judge(among: worlds)
        }
    }
}
