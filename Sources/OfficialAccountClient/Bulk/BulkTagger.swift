import AsyncAlgorithms
import OfficialAccount

/// Puts tags on any number of followers, or takes them off, and says of each what became of it.
///
/// ```swift
/// for try await outcome in BulkTagger(wechat.tags).tag(openIDs, with: 134) {
///     if case .rejected(let error) = outcome.result { print(outcome.tagging.openID, error.code) }
/// }
/// ```
///
/// Calls hold 50 followers. Several are under way at once, as many as make nothing slower. A follower is never in two of them. A call that is refused
/// because of one of its followers is cut in halves until that one is alone and the others are done. What may pass by itself is tried again, as
/// ``RetryPolicy`` says. Memory does not grow with the number of followers.
///
/// A run stops before its end when every other call would fail as well: no quota, no right, no server. Everyone else is then ``Outcome/Result/notTried(_:)``.
public struct BulkTagger: Sendable {
    public struct Options: Sendable {
        /// Followers to a call, 1 to 50.
        public var batchSize = 50
        /// The most calls that are under way at once, 1 to 256.
        public var concurrency = 32
        /// The most calls that are made; nil for any number.
        public var calls: Int?
        /// Taggings that are remembered at least, so that a duplicate is not sent again. Each takes about 100 bytes. One that comes again later
        /// is sent again, which does no harm.
        public var memory = 100_000

        public init() {}
    }

    private let tags: TagCalls
    private let options: Options

    /// - Parameter tags: the calls of the account whose followers they are; its retry policy and its timing are the run's.
    public init(_ tags: TagCalls, options: Options = Options()) {
        self.tags = tags
        self.options = options
    }

    /// Puts one tag on all of them. Nothing is sent before the outcomes are asked for.
    public func tag<OpenIDs: AsyncSequence & Sendable>(_ openIDs: OpenIDs, with tag: TagID) -> Run
    where OpenIDs.Element == OpenID {
        run(openIDs) { Tagging(.tag, $0, tag, line: $1) }
    }

    /// Takes one tag off all of them. Nothing is sent before the outcomes are asked for.
    public func untag<OpenIDs: AsyncSequence & Sendable>(_ openIDs: OpenIDs, from tag: TagID) -> Run
    where OpenIDs.Element == OpenID {
        run(openIDs) { Tagging(.untag, $0, tag, line: $1) }
    }

    /// Does all of these, in about their order. Nothing is sent before the outcomes are asked for.
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
                // Nobody hears of the rest, which may have no end.
                try Task.checkCancellation()
                chunk.removeAll(keepingCapacity: true)
            }
            await engine.take(chunk)
        }
    }

    /// The outcomes, in the order in which they come to be known: one for every tagging that is no duplicate.
    ///
    /// To be gone through once. Whoever is slow to take them holds the run up; whoever stops taking them ends it. What the input throws is thrown
    /// after the last outcome, and `CancellationError` if the task that goes through them is cancelled.
    public struct Run: AsyncSequence, Sendable {
        public typealias Element = Outcome

        fileprivate let engine: BulkEngine
        private let read: @Sendable () async throws -> Void

        fileprivate init(engine: BulkEngine, read: @escaping @Sendable () async throws -> Void) {
            self.engine = engine
            self.read = read
        }

        /// How far it is.
        public var progress: BulkProgress {
            get async { await engine.progress }
        }

        /// Makes no more calls. Those under way are waited for, and everyone else's outcome is told.
        public func stop() async {
            await engine.stop(.asked)
        }

        public func makeAsyncIterator() -> Iterator {
            Iterator(engine: engine, read: read)
        }

        public struct Iterator: AsyncIteratorProtocol {
            private let work: Work
            private var outcomes: AsyncChannel<[Outcome]>.Iterator
            private var chunk: [Outcome] = []
            private var index = 0

            fileprivate init(engine: BulkEngine, read: @escaping @Sendable () async throws -> Void) {
                outcomes = engine.outcomes.makeAsyncIterator()
                work = Work(Task { try await engine.run(read) })
            }

            public mutating func next() async throws -> Outcome? {
                while index == chunk.count {
                    guard let next = await outcomes.next() else {
                        // Either it is done, or whoever asks was cancelled, and then the work is as well.
                        if Task.isCancelled { work.task.cancel() }
                        try await work.task.value
                        // Outcomes may have been dropped on the way.
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

        /// Ends the work when nobody asks for its outcomes any more.
        private final class Work: Sendable {
            let task: Task<Void, any Error>

            init(_ task: Task<Void, any Error>) {
                self.task = task
            }

            deinit { task.cancel() }
        }
    }
}
