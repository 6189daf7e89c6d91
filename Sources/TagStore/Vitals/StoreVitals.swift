/// The state and the statistics of a store since it was opened.
public struct StoreVitals: Sendable, Hashable {
    /// The sums over all accounts; nil if the store cannot compute them, because one of its machines does not answer.
    public var sums: Sums?
    /// The sizes of groups of calls. A group is the calls that the store made durable together.
    public var groupSizes = Histogram(bounds: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000])
    /// The seconds that each transaction took, including its sync to stable storage.
    public var commits = Histogram.durations
    /// The bytes that the store would replay at its next start; nil for a store without a journal.
    public var journalBytes: Int?
    /// The seconds since the store last shortened its journal; nil for a store without a journal.
    ///
    /// If the store has not shortened its journal yet, these are the seconds since the store was opened.
    public var checkpointAge: Double?
    /// The machines over which the accounts are distributed. Empty for a store on one machine.
    public var machines: [Machine] = []

    /// Numbers that are summed over all accounts.
    public struct Sums: Sendable, Hashable {
        public var accounts = 0
        /// The number of present followers, without those who left.
        public var followers = 0
        /// The number of pairs of a present follower and a tag that the follower carries.
        public var taggings = 0

        public init(accounts: Int = 0, followers: Int = 0, taggings: Int = 0) {
            self.accounts = accounts
            self.followers = followers
            self.taggings = taggings
        }
    }

    /// One of several machines of a store.
    public struct Machine: Sendable, Hashable {
        /// The host and port of the machine.
        public let name: String
        public let answers: Bool

        public init(name: String, answers: Bool) {
            self.name = name
            self.answers = answers
        }
    }

    public init() {}
}
