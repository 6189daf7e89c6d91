import DequeModule
import Dispatch
import Synchronization

/// Work that waits for one of several threads.
///
/// The thread that became idle last gets work first. So a few threads do nearly all the work under a low load. A
/// database session that is used often is faster.
final class WorkQueue: Sendable {
    private struct State {
        /// The jobs that wait for a thread. Threads take them from the front.
        var jobs: Deque<ConnectionPool.Job> = []
        /// The jobs that wait because other jobs for the same database machine already have its share of the threads.
        var shares = MachineShares<ConnectionPool.Job>()
        var threads = 0
        /// The semaphores of idle threads. The last entry belongs to the thread that became idle last.
        var idle: [DispatchSemaphore] = []
        var isClosed = false
        var whenLeft: [@Sendable () -> Void] = []
    }

    private let limit: Int
    private let maximum: Int
    private let state = Mutex(State())

    enum Admission {
        case admitted
        /// The job was accepted, and the caller must start a thread. That thread must call ``next(waitingWith:)`` until
        /// the result is nil, and then ``leave()``.
        case wantsThread
        /// Too much work waits already, or the queue is closed.
        case refused
    }

    /// - Parameter threads: the highest number of threads that take work.
    init(limit: Int, threads: Int) {
        self.limit = limit
        maximum = threads
    }

    var count: Int { state.withLock { $0.jobs.count + $0.shares.count } }

    /// Sets the number of threads that jobs for one machine may take; nil for any number.
    func share(perMachine limit: Int?) {
        state.withLock { state in if !state.isClosed { state.shares.limit = limit } }
    }

    var isClosing: Bool { state.withLock(\.isClosed) }

    /// - Parameter isReturning: whether the calling thread is about to call ``next(waitingWith:)``. That thread can
    ///   then run the job itself.
    func append(_ job: ConnectionPool.Job, isReturning: Bool = false) -> Admission {
        let (admission, waker) = state.withLock { state -> (Admission, DispatchSemaphore?) in
            guard !state.isClosed, state.jobs.count + state.shares.count < limit else { return (.refused, nil) }
            guard let job = state.shares.admit(job, for: job.machine) else { return (.admitted, nil) }
            state.jobs.append(job)
            if isReturning, state.jobs.count == 1 { return (.admitted, nil) }
            if let waker = state.idle.popLast() { return (.admitted, waker) }
            guard state.threads < maximum else { return (.admitted, nil) }
            state.threads += 1
            return (.wantsThread, nil)
        }
        waker?.signal()
        return admission
    }

    /// Waits for work and returns it. Returns nil when the queue is closed and empty.
    ///
    /// - Parameter waker: the semaphore of the calling thread.
    func next(waitingWith waker: DispatchSemaphore) -> ConnectionPool.Job? {
        while true {
            let (job, isOver) = state.withLock { state -> (ConnectionPool.Job?, Bool) in
                if let job = state.jobs.popFirst() { return (job, false) }
                if !state.isClosed { state.idle.append(waker) }
                return (nil, state.isClosed)
            }
            if job != nil || isOver { return job }
            waker.wait()
        }
    }

    /// Notes that a job has ended. If a job for the same machine waits in `shares`, that job can now get a thread.
    func ended(_ job: ConnectionPool.Job) {
        let waker = state.withLock { state -> DispatchSemaphore? in
            guard let next = state.shares.end(job.machine) else { return nil }
            state.jobs.append(next)
            // The calling thread takes one job next, so only further jobs need another thread.
            return state.jobs.count > 1 ? state.idle.popLast() : nil
        }
        waker?.signal()
    }

    /// Puts a job back at the front of the queue.
    func putBack(_ job: ConnectionPool.Job) {
        let waker = state.withLock { state in
            state.jobs.prepend(job)
            return state.idle.popLast()
        }
        waker?.signal()
    }

    /// Refuses new work from now on. Calls `whenLeft` after all work has been done and all threads have ended.
    func close(_ whenLeft: @escaping @Sendable () -> Void) {
        let (idle, isOver) = state.withLock { state in
            defer { state.idle = [] }
            state.isClosed = true
            state.jobs += state.shares.releaseAll()
            if state.threads > 0 { state.whenLeft.append(whenLeft) }
            return (state.idle, state.threads == 0)
        }
        for waker in idle { waker.signal() }
        if isOver { whenLeft() }
    }

    /// Notes that a thread takes no more work. If this was the last thread, calls the functions that were passed to
    /// ``close(_:)``.
    func leave() {
        let waiting = state.withLock { state in
            state.threads -= 1
            guard state.threads == 0 else { return [] as [@Sendable () -> Void] }
            defer { state.whenLeft = [] }
            return state.whenLeft
        }
        for tell in waiting { tell() }
    }
}
