import OfficialAccount
import OfficialAccountClient

/// Marks who has had the newsletter.
public struct Newsletter: Sendable {
    private let wechat: OfficialAccountClient
    private let tag: TagID

    public init(_ wechat: OfficialAccountClient, tag: TagID) {
        self.wechat = wechat
        self.tag = tag
    }

    /// Tags all of them, in calls of 50, and returns those for whom it did not work.
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

/// A list as a sequence that can be waited for.
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
