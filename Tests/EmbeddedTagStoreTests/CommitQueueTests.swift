import Testing

@testable import EmbeddedTagStore

@Suite struct CommitQueueTests {
    private static func name(_ work: CommitQueue.Work?) -> String {
        switch work {
        case .probe: "probe"
        case .sweep: "sweep"
        case .checkpoint: "checkpoint"
        case nil: "nothing"
        case .claims, .change, .barrier: "other"
        }
    }

    @Test func `the queue returns work in the order of arrival, and idle work only if the queue is empty`() {
        var queue = CommitQueue()
        for work in [CommitQueue.Work.probe, .sweep, .checkpoint, .probe] { _ = queue.append(work) }
        #expect(queue.count == 4)
        var names: [String] = []
        for _ in 0..<6 { names.append(Self.name(queue.next(whenEmpty: .sweep))) }
        names.append(Self.name(queue.next(whenEmpty: nil)))
        #expect(names == ["probe", "sweep", "checkpoint", "probe", "sweep", "sweep", "nothing"])
        #expect(queue.count == 0)
    }

    @Test func `a queue that is never empty returns work in the order of arrival`() {
        var queue = CommitQueue()
        _ = queue.append(.probe)
        var names: [String] = []
        for round in 0..<5000 {
            _ = queue.append(round.isMultiple(of: 2) ? .sweep : .probe)
            names.append(Self.name(queue.next(whenEmpty: nil)))
        }
        #expect(names == (0..<5000).map { $0.isMultiple(of: 2) ? "probe" : "sweep" })
        #expect(queue.count == 1)
    }

    @Test func `the queue wakes a writer that sleeps, and does not wake a writer that works`() {
        var queue = CommitQueue()
        let isWoken = [queue.append(.probe), queue.append(.probe)]
        while queue.next(whenEmpty: nil) != nil {}
        let isWokenAgain = queue.append(.probe)
        #expect(isWoken == [true, false] && isWokenAgain)
    }
}
