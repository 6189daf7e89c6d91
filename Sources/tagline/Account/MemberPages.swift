import OfficialAccount
import OfficialAccountClient

/// Everyone who carries a tag, or everyone who follows, page after page as the platform gives them.
///
/// The platform's last page is empty, and has no list at all; a page that ends where it began is taken for the last too.
struct MemberPages: AsyncSequence, Sendable {
    typealias Element = [OpenID]

    let client: OfficialAccountClient
    /// Nil for everyone who follows.
    let tag: TagID?

    func makeAsyncIterator() -> Iterator { Iterator(client: client, tag: tag) }

    struct Iterator: AsyncIteratorProtocol {
        let client: OfficialAccountClient
        let tag: TagID?
        private var last: OpenID?

        init(client: OfficialAccountClient, tag: TagID?) {
            self.client = client
            self.tag = tag
        }

        mutating func next() async throws -> [OpenID]? {
            let openIDs =
                if let tag {
                    try await client.tags.followers(of: tag, after: last).openIDs
                } else {
                    try await client.followers.list(after: last).openIDs
                }
            guard let end = openIDs.last, end != last else { return nil }
            last = end
            return openIDs
        }
    }
}
