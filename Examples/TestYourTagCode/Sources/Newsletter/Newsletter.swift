import OfficialAccount
import OfficialAccountClient

/// Gives a tag to the readers who have received the newsletter.
public struct Newsletter: Sendable {
    private let wechat: OfficialAccountClient
    private let tag: TagID

    public init(_ wechat: OfficialAccountClient, tag: TagID) {
        self.wechat = wechat
        self.tag = tag
    }

    /// Tags all readers, 50 in each call. Returns every reader who may still lack the tag.
    public func mark(_ readers: [OpenID]) async throws -> [OpenID] {
        var options = BulkTagger.Options()
        options.concurrency = 1
        var failed: [OpenID] = []
        for try await outcome in BulkTagger(wechat.tags, options: options).tag(Readers(readers), with: tag)
        where outcome.result != .applied {
            failed.append(outcome.tagging.openID)
        }
        return failed
    }
}

/// The readers as an asynchronous sequence.
private struct Readers: AsyncSequence, Sendable {
    let readers: [OpenID]

    init(_ readers: [OpenID]) {
        self.readers = readers
    }

    struct Iterator: AsyncIteratorProtocol {
        var rest: ArraySlice<OpenID>

        mutating func next() async -> OpenID? { rest.popFirst() }
    }

    func makeAsyncIterator() -> Iterator { Iterator(rest: readers[...]) }
}
