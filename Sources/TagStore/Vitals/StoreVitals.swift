/// How a store is doing, since it was opened.
public struct StoreVitals: Sendable, Hashable {
    public var accounts = 0
    /// The number of present followers, over all accounts.
    public var followers = 0
    /// Pairs of a present follower and a tag they carry, over all accounts.
    public var taggings = 0
    /// The number of calls in each group that was made durable together.
    public var groupSizes = Histogram(bounds: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000])
    /// Seconds each transaction took, its sync to stable storage included.
    public var commits = Histogram.durations
    /// Bytes that a start would have to replay; nil for a store without a journal.
    public var journalBytes: Int?
    /// Seconds since the journal was last cut, or since the store was opened; nil for a store without a journal.
    public var checkpointAge: Double?
    /// The machines that the accounts are spread over, and whether each answered when it was last asked; empty for a
    /// store on one.
    public var machines: [Machine] = []

    /// One of several machines of a store.
    public struct Machine: Sendable, Hashable {
        /// Its host and port.
        public let name: String
        public let answers: Bool

        public init(name: String, answers: Bool) {
            self.name = name
            self.answers = answers
        }
    }

    public init() {}
}
