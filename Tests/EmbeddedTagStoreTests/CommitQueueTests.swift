import Testing

@testable import EmbeddedTagStore

@Suite struct CommitQueueTests {
    @Test func `a queue that is never empty does not grow`() {
        var queue = CommitQueue()
        _ = queue.append(.probe)
        for _ in 0..<100_000 {
            _ = queue.append(.probe)
            _ = queue.next(whenEmpty: nil)
        }
        #expect(queue.count == 1)
        #expect(queue.places < 4096)
    }

    @Test func `the queue wakes the writer once, and again after the writer has slept`() {
        var queue = CommitQueue()
        let isWoken = [queue.append(.probe), queue.append(.probe)]
        while queue.next(whenEmpty: nil) != nil {}
        let isWokenAgain = queue.append(.probe)
        #expect(isWoken == [true, false] && isWokenAgain)
    }
}
