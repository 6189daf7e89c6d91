import Foundation
import Synchronization
import TagStoreConformance
import Testing

/// Chooses the moments at which the disk or the power fails. After the suite, the bench prints the numbers of faults
/// and power losses.
final class FaultBench: SuiteTrait, TestScoping {
    static let shared = FaultBench()

    let seed = RandomSeed.chosen()
    private let done = Mutex((faults: 0, losses: 0))

    func add(faults: Int = 0, losses: Int = 0) {
        done.withLock { done in
            done.faults += faults
            done.losses += losses
        }
    }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await function()
        let (faults, losses) = done.withLock { $0 }
        print("fault bench: \(faults) faults injected, \(losses) power losses, seed \(seed)")
    }

    /// Returns the moments to try, as numbers from 1 to `count`. If `TAGLINE_FAULT_STRIDE` is n, the function returns
    /// every n-th moment. If this variable is not set, the function returns at most `few` moments at equal distances.
    ///
    /// - Parameter few: the largest number of moments if the environment sets no stride.
    static func moments(of count: Int, atMost few: Int, using random: inout SeededGenerator) -> [Int] {
        let asked = ProcessInfo.processInfo.environment["TAGLINE_FAULT_STRIDE"].flatMap { Int($0) }
        let step = max(1, asked ?? (count + few - 1) / few)
        return Array(stride(from: Int.random(in: 1...step, using: &random), through: count, by: step))
    }
}

extension Trait where Self == FaultBench {
    /// Prints the numbers of faults and power losses after the suite.
    static var faultBench: Self { .shared }
}
