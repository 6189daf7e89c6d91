import OfficialAccount
import OfficialAccountClient

/// The followers who carry a tag, or all followers of the account, in pages of 10,000 at most. Costs one call a page.
///
/// The platform's last page is empty, and has no list. A page that ends with the openid after which it began is also
/// taken for the last.
package struct MemberPages: AsyncSequence, Sendable {
    package typealias Element = [OpenID]

    package let client: OfficialAccountClient
    /// Nil for all followers.
    package let tag: TagID?

    package init(client: OfficialAccountClient, tag: TagID?) {
        self.client = client
        self.tag = tag
    }

    package func makeAsyncIterator() -> Iterator { Iterator(client: client, tag: tag) }

    package struct Iterator: AsyncIteratorProtocol {
        package let client: OfficialAccountClient
        package let tag: TagID?
        private var last: OpenID?

        package init(client: OfficialAccountClient, tag: TagID?) {
            self.client = client
            self.tag = tag
        }

        package mutating func next() async throws -> [OpenID]? {
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
