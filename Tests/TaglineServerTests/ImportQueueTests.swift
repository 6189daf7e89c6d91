import Synchronization
import Testing

@testable import TaglineServer

@Suite struct ImportQueueTests {
    private struct Failure: Error {}

    /// Counts the imports that run at the same time, and the imports that have succeeded.
    private final class Counts: Sendable {
        private let counts = Mutex((running: 0, most: 0, succeeded: 0))

        var most: Int { counts.withLock { $0.most } }
        var succeeded: Int { counts.withLock { $0.succeeded } }

        func begin() {
            counts.withLock { counts in
                counts.running += 1
                counts.most = max(counts.most, counts.running)
            }
        }

        func end() { counts.withLock { $0.running -= 1 } }
        func succeed() { counts.withLock { $0.succeeded += 1 } }
    }

    @Test func `imports run one after the other, also after a failed import`() async throws {
        let queue = ImportQueue()
        let counts = Counts()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try? await queue.run {
                        counts.begin()
                        await Task.yield()
                        counts.end()
                        if number.isMultiple(of: 3) { throw Failure() }
                        counts.succeed()
                    }
                }
            }
        }
        #expect(counts.most == 1 && counts.succeeded == 13)
    }

    @Test func `an import does not run if its caller has left before the import's turn, and the next import runs`()
        async throws
    {
        let queue = ImportQueue()
        let (begun, go) = (AsyncStream<Void>.makeStream(), AsyncStream<Void>.makeStream())
        let first = Task {
            try await queue.run {
                begun.continuation.yield()
                for await _ in go.stream { break }
            }
        }
        for await _ in begun.stream { break }
        let hasRun = Mutex(false)
        let second = Task { try await queue.run { hasRun.withLock { $0 = true } } }
        second.cancel()
        go.continuation.yield()
        try await first.value
        await #expect(throws: CancellationError.self) { try await second.value }
        #expect(try await queue.run { 3 } == 3)
        #expect(hasRun.withLock { !$0 })
    }
}
