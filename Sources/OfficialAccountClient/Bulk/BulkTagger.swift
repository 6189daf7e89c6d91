import AsyncAlgorithms
public import OfficialAccount

/// Puts tags on any number of followers, or takes them off, and reports an outcome for each follower.
///
/// ```swift
/// for try await outcome in BulkTagger(wechat.tags).tag(openIDs, with: 134) {
///     if case .rejected(let error) = outcome.result { print(outcome.tagging.openID, error.code) }
/// }
/// ```
///
/// A bulk job is a ``Run``. A call holds up to 50 followers, and a follower is never in two calls at once. The run
/// makes several calls at once, and fewer when answers become slower.
///
/// If the platform refuses a call because of one follower, the run halves the call until that follower is alone in a
/// call. ``RetryPolicy`` decides what the run retries. The memory of a run does not grow with the number of followers.
///
/// A run stops before its end when every further call would fail as well, for example when the daily quota is used up.
/// The outcome of each follower that is left is then ``Outcome/Result/notTried(_:)``.
///
/// Sources: `doc/service/api/usermanage/tag/api_batchtagging`, `doc/service/api/usermanage/tag/api_batchuntagging`.
public struct BulkTagger: Sendable {
    /// The bounds of a run.
    public struct Options: Sendable {
        /// The number of followers in a call, from 1 to 50.
        public var batchSize = 50
        /// The most calls that are under way at once, from 1 to 256.
        public var concurrency = 32
        /// The most calls that the run makes, or nil if their number has no limit.
        ///
        /// A run that has made this number of calls stops with ``StopReason/callsUsedUp``.
        public var calls: Int?
        /// The least number of taggings that the run remembers, to skip duplicates.
        ///
        /// The run remembers at most twice this number of taggings, and each tagging takes about 100 bytes. The run
        /// sends a duplicate of a forgotten tagging again, which does no harm.
        public var memory = 100_000

        /// Creates options with the standard values.
        public init() {}
    }

    private let tags: TagCalls
    private let options: Options

    /// Creates a tagger for the followers of one account.
    ///
    /// - Parameters:
    ///   - tags: the account's calls. Each run uses the retry policy and the timing of the client that has these calls.
    ///   - options: the bounds of each run.
    public init(_ tags: TagCalls, options: Options = Options()) {
        self.tags = tags
        self.options = options
    }

    /// Returns a run that puts one tag on followers.
    ///
    /// The run sends nothing before you iterate over it. In each outcome, ``Tagging/line`` is the place of the follower
    /// in `openIDs`, from 1.
    ///
    /// - Parameters:
    ///   - openIDs: any number of followers. The run reads them as needed.
    ///   - tag: the tag's id.
    /// - Returns: the outcomes.
    public func tag<OpenIDs: AsyncSequence & Sendable>(_ openIDs: OpenIDs, with tag: TagID) -> Run
    where OpenIDs.Element == OpenID {
        run(openIDs) { Tagging(.tag, $0, tag, line: $1) }
    }

    /// Returns a run that takes one tag off followers.
    ///
    /// The run sends nothing before you iterate over it. In each outcome, ``Tagging/line`` is the place of the follower
    /// in `openIDs`, from 1.
    ///
    /// - Parameters:
    ///   - openIDs: any number of followers. The run reads them as needed.
    ///   - tag: the tag's id.
    /// - Returns: the outcomes.
    public func untag<OpenIDs: AsyncSequence & Sendable>(_ openIDs: OpenIDs, from tag: TagID) -> Run
    where OpenIDs.Element == OpenID {
        run(openIDs) { Tagging(.untag, $0, tag, line: $1) }
    }

    /// Returns a run that carries out taggings in roughly their order.
    ///
    /// The run sends nothing before you iterate over it. The taggings may name several tags, and both verbs.
    ///
    /// - Parameter taggings: any number of taggings. The run reads them as needed.
    /// - Returns: the outcomes.
    public func apply<Taggings: AsyncSequence & Sendable>(_ taggings: Taggings) -> Run
    where Taggings.Element == Tagging {
        run(taggings) { tagging, _ in tagging }
    }

    private func run<Input: AsyncSequence & Sendable>(
        _ input: Input, _ tagging: @escaping @Sendable (Input.Element, _ number: Int) -> Tagging
    ) -> Run {
        let engine = BulkEngine(tags.caller, options)
        return Run(engine: engine) {
            var number = 0
            var chunk: [Tagging] = []
            for try await element in input {
                number += 1
                chunk.append(tagging(element, number))
                guard chunk.count == 50 else { continue }
                await engine.take(chunk)
                // After a cancellation, no consumer receives outcomes, and the input may have no end.
                try Task.checkCancellation()
                chunk.removeAll(keepingCapacity: true)
            }
            await engine.take(chunk)
        }
    }

    /// The outcomes of a bulk job, in the order in which they become known.
    ///
    /// Each tagging has one outcome, but a duplicate has no outcome. Iterate over a run only once. If the consumer
    /// takes outcomes slowly, the run becomes slower. If the consumer stops taking outcomes, the run ends.
    ///
    /// After the last outcome the iteration throws what the input threw. It throws `CancellationError` if its task is
    /// cancelled. It does not throw the failures of single calls.
    public struct Run: AsyncSequence, Sendable {
        /// The outcome of one tagging.
        public typealias Element = Outcome

        fileprivate let engine: BulkEngine
        private let read: @Sendable () async throws -> Void

        fileprivate init(engine: BulkEngine, read: @escaping @Sendable () async throws -> Void) {
            self.engine = engine
            self.read = read
        }

        /// The counts of the run at this moment.
        public var progress: BulkProgress {
            get async { await engine.progress }
        }

        /// Stops the run, so that it makes no more calls.
        ///
        /// The run waits for the calls under way, and reports an outcome for each remaining follower. The reason for
        /// the stop is ``StopReason/asked``.
        public func stop() async {
            await engine.stop(.asked)
        }

        /// Starts the run and returns its iterator.
        public func makeAsyncIterator() -> Iterator {
            Iterator(engine: engine, read: read)
        }

        /// Takes the outcomes of a run, one at a time.
        public struct Iterator: AsyncIteratorProtocol {
            private let work: Work
            private var outcomes: AsyncChannel<[Outcome]>.Iterator
            private var chunk: [Outcome] = []
            private var index = 0

            fileprivate init(engine: BulkEngine, read: @escaping @Sendable () async throws -> Void) {
                outcomes = engine.outcomes.makeAsyncIterator()
                work = Work(Task { try await engine.run(read) })
            }

            /// Waits for the next outcome, and returns nil after the last outcome.
            ///
            /// - Returns: the next outcome, or nil after the last outcome.
            /// - Throws: what the input threw, after the last outcome. `CancellationError` if the task is cancelled.
            public mutating func next() async throws -> Outcome? {
                while index == chunk.count {
                    guard let next = await outcomes.next() else {
                        // The run is done, or the consumer's task was cancelled. A cancelled consumer cancels the run.
                        if Task.isCancelled { work.task.cancel() }
                        try await work.task.value
                        // A cancellation may have dropped outcomes.
                        try Task.checkCancellation()
                        return nil
                    }
                    chunk = next
                    index = 0
                }
                defer { index += 1 }
                return chunk[index]
            }
        }

        /// Cancels the task of a run when the consumer no longer holds the iterator.
        private final class Work: Sendable {
            let task: Task<Void, any Error>

            init(_ task: Task<Void, any Error>) {
                self.task = task
            }

            deinit { task.cancel() }
        }
    }
}
