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

    @Test func `a follower who is twice in a list is claimed once, in the order of the list`() {
        var queue = TaggingQueue()
        let list = [3, 1, 3, 2, 1, 4].map(Self.openID)
        #expect(Self.claimed(queue.claim(list, of: Self.appID)) == [3, 1, 2, 4].map(Self.openID))
    }

    @Test(arguments: [[2, 5, 6], [5, 6, 2], [5, 5, 2, 6], [5, 2, 5]])
    func `a list with a follower whom another call holds claims no follower`(list: [Int]) {
        var queue = TaggingQueue()
        let first = [1, 2].map(Self.openID)
        #expect(Self.claimed(queue.claim(first, of: Self.appID)) == first)
        guard case .conflict(Self.openID(2)) = queue.claim(list.map(Self.openID), of: Self.appID) else {
            Issue.record("follower 2 was claimed twice")
            return
        }
        // The other followers are free, and so are all followers of another account. The held ones are free after the
        // call.
        #expect(Self.claimed(queue.claim([5, 6].map(Self.openID), of: Self.appID)) != nil)
        #expect(Self.claimed(queue.claim(first, of: AppID("wx0000000000000002"))) != nil)
        queue.release(first, of: Self.appID)
        #expect(Self.claimed(queue.claim(first, of: Self.appID)) == first)
    }

    // MARK: Work

    private static func job(_ body: @escaping @Sendable () -> Void = {}) -> ConnectionPool.Job {
        ConnectionPool.Job(since: .now) { _ in body() }
    }

    @Test func `a queue refuses work beyond its limit and asks for threads until it has enough`() {
        let queue = WorkQueue(limit: 3, threads: 2)
        #expect(queue.append(Self.job()) == .wantsThread)
        #expect(queue.append(Self.job()) == .wantsThread)
        #expect(queue.append(Self.job()) == .admitted)
        #expect(queue.append(Self.job()) == .refused)
        #expect(queue.count == 3)
    }

    @Test func `a queue returns work in order, and returns work that was put back next`() async {
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
