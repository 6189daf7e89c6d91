import OfficialAccount
import TagStore

/// A search for the followers who meet a tag expression. Each search looks only at a limited number of followers.
struct FollowerSearch: Sendable {
    /// The reason why a text is not a condition on the tags of an account.
    enum Mistake: Error, Hashable, Sendable, CustomStringConvertible {
        /// The text is not an expression.
        case malformed(TagExpression.Malformed)
        /// This text in the expression names no tag of the account.
        case noSuchTag(String)
        /// A text in the expression can mean several tags of the account.
        case ambiguous(TagReference.Ambiguity)

        var description: String {
            switch self {
            case .malformed(let error): "character \(error.position + 1) of the expression: \(error.reason)"
            case .noSuchTag(let text): "the account has no tag \"\(text)\""
            case .ambiguous(let error): error.description
            }
        }
    }

    /// The result of one search.
    struct Found: Sendable {
        /// The first followers who meet the condition.
        var profiles: [FollowerProfile] = []
        /// The number of followers who meet the condition, among the followers that the search looked at.
        var count = 0
        /// The number of followers that the search looked at.
        var lookedAt = 0
        /// The openid after which the next page begins; nil if no follower is left.
        var next: OpenID?
        /// The openid after which a next search continues; nil if this search has reached the last follower.
        var end: OpenID?

        /// Whether the search has reached the last follower.
        var isComplete: Bool { end == nil }
    }

    /// The condition that the expression states for the account.
    let condition: TagCondition

    /// Reads the expression in `text`.
    ///
    /// - Parameter tags: all tags of the account.
    init(_ text: String, tags: [Tag]) throws(Mistake) {
        condition = try TagCondition(try Self.expression(text)) { name throws(Mistake) in
            try Self.tag(name, in: tags)
        }
    }

    private static func expression(_ text: String) throws(Mistake) -> TagExpression {
        do {
            return try TagExpression(text)
        } catch {
            throw .malformed(error)
        }
    }

    private static func tag(_ name: String, in tags: [Tag]) throws(Mistake) -> Tag {
        let tag: Tag?
        do {
            tag = try TagReference(name).tag(in: tags)
        } catch {
            throw .ambiguous(error)
        }
        guard let tag else { throw .noSuchTag(name) }
        return tag
    }

    /// Searches from `cursor` on until the store ends the search, or until the last follower.
    ///
    /// If this page cannot show all matches, the next page begins after the last follower of this page. Otherwise the
    /// next page begins after the last follower that the search looked at.
    ///
    /// - Parameter limit: the most followers that the page shows.
    func page(
        of appID: AppID, after cursor: OpenID?, limit: Int, in store: any TagStore
    ) async throws(Refusal) -> Found {
        let matches = try await store.followers(meeting: condition, after: cursor, limit: limit, for: appID)
        var found = Found(count: matches.count, lookedAt: matches.lookedAt, end: matches.end)
        // Omit followers who left the account after the search.
        found.profiles = try await store.profiles(of: matches.openIDs, for: appID).filter { $0.following != nil }
        found.next = matches.count > matches.openIDs.count ? matches.openIDs.last : matches.end
        return found
    }
}
