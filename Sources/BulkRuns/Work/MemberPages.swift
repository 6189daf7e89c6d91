import OfficialAccount
import OfficialAccountClient

/// The followers who carry a tag, all followers of the account, or the followers on the account's blacklist, in pages
/// of at most 10,000 followers. Costs one call for each page.
///
/// The platform's last page is empty, and has no list of openids. A page also counts as the last page if these three
/// texts are equal: the cursor of the request, the cursor of the page, and the last openid of the page.
package struct MemberPages: AsyncSequence, Sendable {
    package typealias Element = [OpenID]

    private enum List {
        case carriers(TagID)
        case everyone
        case blacklist
    }

    private let client: OfficialAccountClient
    private let list: List
    private let passedOver: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - tag: the tag that the followers carry; nil to read all followers of the account.
    ///   - passedOver: is called for each page in which some entries are not openids, with the number of these entries.
    package init(
        client: OfficialAccountClient, tag: TagID?, passedOver: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.client = client
        list = tag.map { List.carriers($0) } ?? .everyone
        self.passedOver = passedOver
    }

    /// Makes the pages of the blacklist.
    ///
    /// - Parameter passedOver: is called for each page in which some entries are not openids, with the number of these
    ///   entries.
    package init(blacklistOf client: OfficialAccountClient, passedOver: @escaping @Sendable (Int) -> Void) {
        self.client = client
        list = .blacklist
        self.passedOver = passedOver
    }

    package func makeAsyncIterator() -> Iterator { Iterator(pages: self) }

    package struct Iterator: AsyncIteratorProtocol {
        private let pages: MemberPages
        private var cursor: String?

        fileprivate init(pages: MemberPages) {
            self.pages = pages
        }

        package mutating func next() async throws -> [OpenID]? {
            let (openIDs, passedOver, next) = try await page()
            // Some servers return the cursor of the request again. In this case, the next page begins after the last
            // openid of this page.
            let end = next == cursor ? openIDs.last.map { "\($0)" } : next
            guard let end, end != cursor else { return nil }
            if passedOver > 0 { pages.passedOver(passedOver) }
            cursor = end
            return openIDs
        }

        private func page() async throws -> (openIDs: [OpenID], passedOver: Int, next: String?) {
            let followers = pages.client.followers
            switch pages.list {
            case .carriers(let tag):
                let page = try await pages.client.tags.followers(of: tag, from: cursor)
                return (page.openIDs, page.passedOver, page.cursor)
            case .everyone:
                let page = try await followers.list(from: cursor)
                return (page.openIDs, page.passedOver, page.cursor)
            case .blacklist:
                let page = try await followers.blacklist(from: cursor)
                return (page.openIDs, page.passedOver, page.cursor)
            }
        }
    }
}
