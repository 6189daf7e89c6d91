import Foundation
import TagStoreConformance
import Testing

@testable import EmbeddedTagStore

/// The disk fails at any operation, or power fails. Afterwards the store must have every acknowledged change and no
/// refused change.
///
/// `make test` tries a few moments of each kind of fault. The seed chooses the moments. `TAGLINE_FAULT_STRIDE` sets the
/// number of operations between two moments. The value 1 tries every operation. To repeat a run, set `TAGLINE_SEED` to
/// the seed of the run.
@Suite(.faultBench) struct FaultBenchTests {
    private let seed = FaultBench.shared.seed
    private let script = BenchStep.script(seed: FaultBench.shared.seed)

    // MARK: Failing operations

    @Test func `a failed read, write, sync or truncate loses no acknowledged change`() async throws {
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

    /// Chooses the faults to inject. These are at most 36 if `TAGLINE_FAULT_STRIDE` is not set.
    private func faults(_ counts: [Fault.Kind: Int]) -> [Fault] {
        let ways: [(Fault.Kind, Fault.Mode)] = [
            (.read, .error), (.read, .short), (.write, .error), (.write, .full), (.write, .quota), (.write, .short),
            (.write, .delay),
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

    /// Runs the steps with `fault`. After the fault has ended, compares the world with the worlds that are possible.
    /// Returns whether the fault happened.
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

    @Test func `a loss of power at any moment loses no acknowledged change`() async throws {
        let (log, moments) = try await withWatchedDirectory { directory in
            directory.record()
            var run = BenchRun(in: directory, seed: seed)
            try await run.play(script)
            return (directory.log(), run.moments)
        }
        #expect(moments.count == script.count - 1, "every step except the reopening is acknowledged, seed \(seed)")
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

    /// Returns the worlds that can be on disk if power fails after `operations` operations. These are the last
    /// acknowledged world and the world after the unfinished step.
    private func worlds(after operations: Int, _ moments: [BenchRun.Moment]) -> Set<BenchWorld> {
        var worlds: Set = [moments.last { $0.end <= operations }?.world ?? BenchWorld()]
        if let next = moments.first(where: { $0.start < operations && operations < $0.end }) {
            worlds.insert(next.world)
        }
        return worlds
    }

    /// Opens the files that a loss of power left, and throws if their world is not in `worlds`.
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
