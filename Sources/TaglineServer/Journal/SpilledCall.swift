import NIOHTTP1

/// Where the content of a call is in the spill file, and what readers need of it without a read.
struct SpilledCall: Sendable {
    let number: Int
    let place: SpillPlace
    /// The account, as far as the call tells.
    let accountName: String?
    /// See ``CallEntry/outline``.
    let outline: (path: String, account: String?)
    let openIDs: OpenIDSketch
    private let spill: CallSpill

    /// Cost: reads the body once. The worker does it, no call waits for it.
    init(_ entry: CallEntry, _ content: CallContent, _ number: Int, at place: SpillPlace, in spill: CallSpill) {
        self.number = number
        self.place = place
        self.spill = spill
        accountName = entry.accountName
        outline = entry.outline
        openIDs = OpenIDSketch(content)
    }

    /// Returns nil if the content is overwritten or cannot be read.
    func content(_ method: HTTPMethod, _ path: String) -> CallContent? {
        spill.content(at: place, of: number).flatMap { CallContent($0, method, path) }
    }

    /// About as many bytes as the call takes in memory, without its path.
    var bytesInMemory: Int {
        768 + 2 * (accountName?.utf8.count ?? 0)
    }
}
