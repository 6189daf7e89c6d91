import Foundation

/// Work that waits for one of several threads.
///
/// Unchecked, because the compiler cannot see that the condition guards every field: each function holds its lock from beginning to end.
final class WorkQueue: @unchecked Sendable {
    private let arrival = NSCondition()
    private let limit: Int
    /// Work in order; what lies before `first` has been taken.
    private var jobs: [ConnectionPool.Job?] = []
    private var first = 0
    private let maximum: Int
    private var threads = 0
    private var idle = 0
    private var isClosed = false
    private var whenLeft: [@Sendable () -> Void] = []

    enum Admission {
        case admitted
        /// It was taken up, and another thread is wanted that calls ``next()`` until there is no more, then ``leave()``.
        case wantsThread
        /// Too much waits already, or nobody is there to do it any more.
        case refused
    }

    /// - Parameter threads: how many take work at most.
    init(limit: Int, threads: Int) {
        self.limit = limit
        maximum = threads
    }

    var count: Int { arrival.withLock { jobs.count - first } }

    var isClosing: Bool { arrival.withLock { isClosed } }

    func append(_ job: ConnectionPool.Job) -> Admission {
        arrival.withLock {
            guard !isClosed, jobs.count - first < limit else { return .refused }
            jobs.append(job)
            if jobs.count - first > idle, threads < maximum {
                threads += 1
                return .wantsThread
            }
            arrival.signal()
            return .admitted
        }
    }

    /// Waits for work. Nil once there is none and will be none.
    func next() -> ConnectionPool.Job? {
        arrival.withLock {
            while first == jobs.count {
                if isClosed { return nil }
                idle += 1
                arrival.wait()
                idle -= 1
            }
            let job = jobs[first]
            jobs[first] = nil
            first += 1
            if first == jobs.count || first == 1024 {
                jobs.removeFirst(first)
                first = 0
            }
            return job
        }
    }

    /// Gives work back that was taken, to be taken next.
    func putBack(_ job: ConnectionPool.Job) {
        arrival.withLock {
            if first > 0 {
                first -= 1
                jobs[first] = job
            } else {
                jobs.insert(job, at: 0)
            }
            arrival.signal()
        }
    }

    /// Takes no more work, and calls `whenLeft` once all has been done and the threads have ended.
    func close(_ whenLeft: @escaping @Sendable () -> Void) {
        let isOver = arrival.withLock {
            isClosed = true
            arrival.broadcast()
            if threads > 0 { self.whenLeft.append(whenLeft) }
            return threads == 0
        }
        if isOver { whenLeft() }
    }

    /// A thread takes no more work.
    func leave() {
        let waiting = arrival.withLock {
            threads -= 1
            guard threads == 0 else { return [] as [@Sendable () -> Void] }
            defer { whenLeft = [] }
            return whenLeft
        }
        for tell in waiting { tell() }
    }
}
