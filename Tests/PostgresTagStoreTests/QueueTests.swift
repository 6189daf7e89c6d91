import Dispatch
import OfficialAccount
import Synchronization
import TagStore
import TagStoreConformance
import Testing

@testable import PostgresTagStore

@Suite struct QueueTests {
    // MARK: Taggings

    private static let appID = AppID("wx0000000000000001")

    private static func openID(_ number: Int) -> OpenID { .numbered("oQueue", number) }

    private static func claimed(_ claim: TaggingQueue.Claim) -> [OpenID]? {
        if case .claimed(let openIDs) = claim { openIDs } else { nil }
    }

    @Test func `a queue claims a follower once if a list names the follower twice, and keeps the list's order`() {
        var queue = TaggingQueue()
        let list = [3, 1, 3, 2, 1, 4].map(Self.openID)
        #expect(Self.claimed(queue.claim(list, of: Self.appID)) == [3, 1, 2, 4].map(Self.openID))
    }

    @Test(arguments: [[2, 5, 6], [5, 6, 2], [5, 5, 2, 6], [5, 2, 5]])
    func `a queue claims no follower of a list if another call holds one of the followers`(list: [Int]) {
        var queue = TaggingQueue()
        let first = [1, 2].map(Self.openID)
        #expect(Self.claimed(queue.claim(first, of: Self.appID)) == first)
        guard case .conflict(Self.openID(2)) = queue.claim(list.map(Self.openID), of: Self.appID) else {
            Issue.record("follower 2 was claimed twice")
            return
        }
        // Followers 5 and 6 and all followers of another account are free. The held followers are free again after the
        // first call has released them.
        #expect(Self.claimed(queue.claim([5, 6].map(Self.openID), of: Self.appID)) != nil)
        #expect(Self.claimed(queue.claim(first, of: AppID("wx0000000000000002"))) != nil)
        queue.release(first, of: Self.appID)
        #expect(Self.claimed(queue.claim(first, of: Self.appID)) == first)
    }

    // MARK: Writers

    /// Appends calls without a caller, one for each machine in the list. Returns the writers to start.
    private static func append(
        _ machines: [String?], to queue: inout TaggingQueue, atOnce limits: TaggingQueue.Limits
    ) async -> [TaggingQueue.Writer] {
        var writers: [TaggingQueue.Writer] = []
        for (number, machine) in machines.enumerated() {
            let appID = AppID("wx\(machine ?? "")\(number)")
            _ = await withCheckedContinuation { answer in
                let call = TaggingQueue.Call(
                    effect: .tag(100), appID: appID, machine: machine, list: OpenIDList([openID(number)]),
                    openIDs: [openID(number)], answer: answer)
                if let writer = queue.append(call, atOnce: limits) { writers.append(writer) }
                answer.resume(returning: .success(()))
            }
        }
        return writers
    }

    @Test func `one machine never gets the last writer`() async {
        var queue = TaggingQueue()
        let limits = TaggingQueue.Limits(all: 3, each: 2)
        let first = await Self.append(["b", "b", "b", "b", "a", "a"], to: &queue, atOnce: limits)
        #expect(first.map(\.machine) == ["b", "b", "a"])
        #expect(first.compactMap { queue.next(for: $0)?.machine } == ["b", "b", "a"])
        #expect(queue.running == 3 && queue.count == 3)
        // The writers for machine `b` do not end. The writer for machine `a` gets the next call for `a`, and ends. Then
        // the node has a free writer.
        #expect(queue.turn(after: first[2], atOnce: limits)?.machine == "a")
        #expect(queue.next(for: first[2])?.machine == "a")
        #expect(queue.turn(after: first[2], atOnce: limits) == nil)
        #expect(queue.running == 2)
        #expect(await Self.append(["c"], to: &queue, atOnce: limits).map(\.machine) == ["c"])
        // When a writer for `b` ends, the next call for `b` has its turn.
        #expect(queue.turn(after: first[0], atOnce: limits)?.machine == "b")
    }

    @Test func `if there is only one machine, all writers work, and each writer writes one group after another`()
        async
    {
        var queue = TaggingQueue()
        let limits = TaggingQueue.Limits(all: 2, each: 2)
        let writers = await Self.append([nil, nil, nil], to: &queue, atOnce: limits)
        #expect(writers.count == 2)
        for writer in writers { #expect(queue.next(for: writer) != nil) }
        #expect(queue.turn(after: writers[0], atOnce: limits) == writers[0])
        #expect(queue.next(for: writers[0]) != nil && queue.count == 0)
        for writer in writers { #expect(queue.turn(after: writer, atOnce: limits) == nil) }
        #expect(queue.running == 0)
    }

    @Test func `a queue can remove the calls that wait for one machine and keep the calls for other machines`() async {
        var queue = TaggingQueue()
        let limits = TaggingQueue.Limits(all: 1, each: 1)
        _ = await Self.append(["a", "b", "b"], to: &queue, atOnce: limits)
        #expect(queue.removeWaiting(for: "b").count == 2)
        #expect(queue.count == 1)
        #expect(queue.next(for: TaggingQueue.Writer(machine: "b")) == nil)
        #expect(queue.removeWaiting(for: nil).count == 1 && queue.count == 0)
    }

    // MARK: Work

    private static func job(
        for machine: String? = nil, _ body: @escaping @Sendable () -> Void = {}
    ) -> ConnectionPool.Job {
        ConnectionPool.Job(since: .now, machine: machine) { _ in body() }
    }

    @Test func `a queue gives a machine only its share of the threads, and work for other machines goes on`() {
        let queue = WorkQueue(limit: 100, threads: 4)
        queue.share(perMachine: 2)
        let waker = DispatchSemaphore(value: 0)
        for _ in 0..<3 { #expect(queue.append(Self.job(for: "b")) != .refused) }
        for machine in ["a", nil] { #expect(queue.append(Self.job(for: machine)) != .refused) }
        #expect(queue.count == 5)
        let taken = (0..<4).compactMap { _ in queue.next(waitingWith: waker) }
        #expect(taken.map(\.machine) == ["b", "b", "a", nil])
        #expect(queue.count == 1)
        queue.ended(taken[0])
        #expect(queue.next(waitingWith: waker)?.machine == "b")
    }

    @Test func `a queue that closes still returns the work beyond a machine's share`() {
        let queue = WorkQueue(limit: 100, threads: 1)
        queue.share(perMachine: 1)
        let waker = DispatchSemaphore(value: 0)
        for _ in 0..<3 { _ = queue.append(Self.job(for: "b")) }
        queue.close {}
        var count = 0
        while let job = queue.next(waitingWith: waker) {
            count += 1
            queue.ended(job)
        }
        #expect(count == 3)
        queue.leave()
    }

    @Test func `a queue refuses work beyond its limit and asks for threads until it has enough`() {
        let queue = WorkQueue(limit: 3, threads: 2)
        #expect(queue.append(Self.job()) == .wantsThread)
        #expect(queue.append(Self.job()) == .wantsThread)
        #expect(queue.append(Self.job()) == .admitted)
        #expect(queue.append(Self.job()) == .refused)
        #expect(queue.count == 3)
    }

    @Test func `a queue returns work in order, and work that was put back comes first`() async {
        let queue = WorkQueue(limit: 10_000, threads: 1)
        let waker = DispatchSemaphore(value: 0)
        let order = Recorder()
        for number in 0..<3000 { _ = queue.append(Self.job { order.record(number) }) }
        for turn in 0..<3000 {
            guard let job = queue.next(waitingWith: waker) else { return }
            if turn == 1500 { queue.putBack(job) } else { job.work(.failure(DatabaseError(.busy, ""))) }
        }
        queue.next(waitingWith: waker)?.work(.failure(DatabaseError(.busy, "")))
        #expect(order.all == Array(0..<3000))
        await withCheckedContinuation { over in
            queue.close { over.resume() }
            #expect(queue.next(waitingWith: waker) == nil)
            #expect(queue.append(Self.job()) == .refused)
            queue.leave()
        }
    }
}

private final class Recorder: Sendable {
    private let numbers = Mutex<[Int]>([])

    var all: [Int] { numbers.withLock { $0 } }

    func record(_ number: Int) { numbers.withLock { $0.append(number) } }
}
