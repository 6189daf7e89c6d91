import AsyncAlgorithms
import OfficialAccount

/// Runs one bulk job: takes taggings, makes calls, and reports the outcomes.
actor BulkEngine {
    /// The run stops when this number of batches in a row have failed without a known reason.
    private static let fruitless = 3
    /// The run stops when the platform has refused this number of followers in a row with an unknown code.
    private static let strange = 100

    /// The outcomes of the taggings.
    ///
    /// If the consumer takes them slowly, the run becomes slower.
    nonisolated let outcomes = AsyncChannel<[Outcome]>()

    private let caller: any CallSender
    private let options: BulkTagger.Options
    private nonisolated let workers: Int
    private var queue: BatchQueue
    private var limit: ConcurrencyLimit
    private(set) var progress = BulkProgress()

    /// The number of calls under way.
    private var underWay = 0
    private var isInputDone = false
    /// The time until which the run makes no call, by the monotonic clock; nil if the run does not pause.
    private var isPausedUntil: Duration?
    private var fruitless = 0
    private var strange = 0

    private var idle: [CheckedContinuation<Void, Never>] = []
    private var reader: CheckedContinuation<Void, Never>?
    private var naps: [Int: Task<Void?, Never>] = [:]
    private var napCount = 0

    init(_ caller: any CallSender, _ options: BulkTagger.Options) {
        self.caller = caller
        self.options = options
        limit = ConcurrencyLimit(most: min(options.concurrency, 256))
        workers = limit.most * 2
        queue = BatchQueue(
            batchSize: min(max(options.batchSize, 1), 50), capacity: limit.most * 2, memory: options.memory)
    }

    /// Runs until every tagging that `read` passes to ``take(_:)`` has an outcome or is a duplicate.
    ///
    /// - Parameter read: reads the input and passes it to ``take(_:)``.
    /// - Throws: what `read` throws.
    nonisolated func run(_ read: @escaping @Sendable () async throws -> Void) async throws {
        defer { outcomes.finish() }
        try await withTaskCancellationHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    do {
                        try await read()
                    } catch {
                        await self.endInput()
                        throw error
                    }
                    await self.endInput()
                }
                // There are twice as many workers as calls at once, because some workers wait before they try again.
                for _ in 0..<workers { group.addTask { await self.work() } }
                var failure: (any Error)?
                while let result = await group.nextResult() {
                    if case .failure(let error) = result { failure = error }
                }
                if let failure { throw failure }
            }
        } onCancel: {
            Task { await self.stop(.asked) }
        }
    }

    /// Puts taggings into the queue.
    ///
    /// Returns when the queue has room for more taggings, or when the run stops.
    func take(_ taggings: [Tagging]) async {
        progress.read += taggings.count
        if let stop = progress.stop { return await tell(taggings.map { Outcome($0, .notTried(stop)) }) }
        for tagging in taggings where !queue.add(tagging) { progress.duplicates += 1 }
        wake()
        while queue.isFull, progress.stop == nil { await withCheckedContinuation { reader = $0 } }
    }

    private func endInput() {
        isInputDone = true
        queue.endInput()
        wake()
    }

    func stop(_ reason: StopReason) {
        guard progress.stop == nil else { return }
        progress.stop = reason
        for nap in naps.values { nap.cancel() }
        wake()
    }

    // MARK: The work

    private func work() async {
        while let batch = await next() {
            if let calls = options.calls, progress.calls >= calls {
                queue.putBack([batch])
                underWay -= 1
                stop(.callsUsedUp)
            } else {
                await make(batch)
            }
            wake()
        }
    }

    /// Waits for a batch and for room for one more call, and returns nil when there will be no more batches.
    private func next() async -> Batch? {
        while !isDone {
            if let stop = progress.stop {
                let left = queue.drain()
                if !left.isEmpty { await tell(left.flatMap { $0.outcomes(stopped: stop) }) }
            } else if let pause = isPausedUntil.map({ $0 - caller.timing.elapsed() }) {
                if pause > .zero { await nap(pause) } else { isPausedUntil = nil }
                continue
            } else if underWay < limit.value, let batch = queue.next() {
                underWay += 1
                wakeReader()
                return batch
            }
            if !isDone { await withCheckedContinuation { idle.append($0) } }
        }
        wake()
        return nil
    }

    private func make(_ batch: Batch) async {
        progress.calls += 1
        let start = caller.timing.elapsed()
        let result = await send(batch)
        switch result {
        case .success:
            limit.answered(after: (caller.timing.elapsed() - start) / .seconds(1), underWay: underWay)
            fruitless = 0
            strange = 0
            progress.wait = nil
            underWay -= 1
            await tell(batch.outcomes(.applied))
        case .failure(let failure):
            progress.count(failure)
            let judgement = Judgement(
                failure, of: batch, policy: caller.retries, isTagKnown: caller.knownTags.contains(batch.tag),
                now: caller.timing.now(), chance: caller.timing.random())
            note(failure, judgement)
            await follow(judgement)
        }
        progress.concurrency = limit.value
    }

    /// Records why the run waits, unless the wait concerns only single followers.
    private func note(_ failure: CallFailure, _ judgement: Judgement) {
        guard case .again(_, let pause, let isForAll) = judgement else { return }
        if !isForAll, case .refused(let error) = failure, error.code != .systemError { return }
        progress.wait = BulkWait(failure: failure, until: caller.timing.now() + pause.components.seconds)
    }

    private func follow(_ judgement: Judgement) async {
        // A look-up of the follower's tags is a call too, so this batch stays under way until the look-up ends.
        if case .lookUp(let tagging, let error) = judgement {
            var result = Outcome.Result.unknown(.refused(error))
            if progress.stop == nil, options.calls.map({ progress.calls < $0 }) ?? true {
                progress.calls += 1
                result = await lookUp(tagging, error)
            }
            underWay -= 1
            return await tell([Outcome(tagging, result)])
        }
        underWay -= 1
        wake()
        switch judgement {
        case .lookUp: break
        case .again(let batch, let pause, let isForAll):
            if isForAll {
                isPausedUntil = caller.timing.elapsed() + pause
                limit.wasTooMuch()
            }
            await nap(pause)
            queue.putBack([batch])
        case .partly(let done, let rest, let pause):
            if !done.isEmpty { await tell(done.map { Outcome($0, .applied) }) }
            if pause > .zero { await nap(pause) }
            queue.putBack(rest)
        case .rejected(let tagging, let error):
            await tell([Outcome(tagging, .rejected(error))])
            if error.code.explanation == nil { strange += 1 }
            if strange == Self.strange { stop(.refused(error)) }
        case .halve(let batch, let failure):
            cameToNothing(failure)
            queue.putBack(batch.halves)
        case .unknown(let batch, let failure):
            cameToNothing(failure)
            await tell(batch.outcomes(.unknown(failure)))
        case .stop(let batch, let reason):
            stop(reason)
            await tell(batch.outcomes(stopped: reason))
        }
    }

    private func cameToNothing(_ failure: CallFailure) {
        limit.wasTooMuch()
        fruitless += 1
        if fruitless == Self.fruitless { stop(.failed(failure)) }
    }

    private nonisolated func send(_ batch: Batch) async -> Result<Void, CallFailure> {
        do throws(CallFailure) {
            let request = TaggingRequest(batch.openIDs, tagID: batch.tag)
            switch batch.verb {
            case .tag: _ = try await caller.attempt(BatchTagging.self, request)
            case .untag: _ = try await caller.attempt(BatchUntagging.self, request)
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    /// Returns the result for a follower whom the platform refuses, but for whom an earlier call may have succeeded.
    private nonisolated func lookUp(_ tagging: Tagging, _ error: APIError) async -> Outcome.Result {
        do throws(CallFailure) {
            // Makes only one attempt. If the platform refuses the follower again, the result is `rejected`. After any
            // other failure the result is `unknown`, and the consumer of the run can send the tagging again.
            let carried = try await caller.attempt(GetTagIDList.self, GetTagIDList.Request(openID: tagging.openID))
            let isCarried = carried.tagIDs.contains(tagging.tag)
            // An entry of the answer that is not a number may be the tag.
            guard isCarried || carried.passedOver == 0 else { return .unknown(.refused(error)) }
            return isCarried == (tagging.verb == .tag) ? .applied : .rejected(error)
        } catch {
            if case .refused(let refusal) = error, Judgement.aboutFollowers.contains(refusal.code) {
                return .rejected(refusal)
            }
            return .unknown(error)
        }
    }

    /// Counts outcomes and sends them to the consumer.
    private func tell(_ settled: [Outcome]) async {
        progress.count(settled)
        queue.release(settled)
        await outcomes.send(settled)
    }

    // MARK: Waiting

    private var isDone: Bool {
        let settled = progress.applied + progress.rejected + progress.unknown + progress.notTried
        return isInputDone && settled + progress.duplicates == progress.read
    }

    /// Wakes a worker for each call that may start, or all workers if the run stops or is done.
    private func wake() {
        let isForAll = isDone || progress.stop != nil
        let count = isForAll ? idle.count : min(idle.count, max(limit.value - underWay, 0))
        for waiting in idle.prefix(count) { waiting.resume() }
        idle.removeFirst(count)
        if isForAll { wakeReader() }
    }

    private func wakeReader() {
        guard progress.stop != nil || !queue.isFull else { return }
        reader?.resume()
        reader = nil
    }

    /// Waits for `length`, or until the run stops.
    private func nap(_ length: Duration) async {
        guard progress.stop == nil else { return }
        let timing = caller.timing
        let nap = Task { try? await timing.sleep(length) }
        let number = napCount
        napCount += 1
        naps[number] = nap
        _ = await nap.value
        naps[number] = nil
    }
}
