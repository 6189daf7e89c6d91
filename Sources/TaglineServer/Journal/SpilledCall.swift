import NIOHTTP1

/// The place of a call's content in the spill file, and the parts of the call that readers need more often than the
/// content.
struct SpilledCall: Sendable {
    let number: Int
    let place: SpillPlace
    /// The appid of the account; nil if the call names no account.
    let accountName: String?
    /// The path and the account; see ``CallEntry/outline``.
    let outline: (path: String, account: String?)
    let openIDs: OpenIDSketch
    private let spill: CallSpill

    /// Makes the value for a call whose content the worker has written at `place`. Cost: reads the body once. The
    /// worker does this work, so calls do not wait for it.
    init(_ entry: CallEntry, _ content: CallContent, _ number: Int, at place: SpillPlace, in spill: CallSpill) {
        self.number = number
        self.place = place
        self.spill = spill
        accountName = entry.accountName
        outline = entry.outline
        openIDs = OpenIDSketch(content)
    }

    /// Returns the content; nil if the content is overwritten or cannot be read.
    func content(_ method: HTTPMethod, _ path: String) -> CallContent? {
        spill.content(at: place, of: number).flatMap { CallContent($0, method, path) }
    }

    /// The estimated bytes that the call takes in memory, without its path.
    var bytesInMemory: Int {
        768 + 2 * (accountName?.utf8.count ?? 0)
    }
}
