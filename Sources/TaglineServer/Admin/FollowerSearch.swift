import OfficialAccount
import TagStore

/// A search for the followers who meet a tag expression. It looks at a bounded number of followers at a time.
struct FollowerSearch: Sendable {
    /// The number of followers after which a search stops, so that a page never waits for ten million of them.
    static let mostLookedAt = 20_000

    /// The reason why a text is not a condition on the tags of an account.
    enum Mistake: Error, Hashable, Sendable, CustomStringConvertible {
        /// The text is not an expression.
        case malformed(TagExpression.Malformed)
        /// The account has no tag that this text names.
        case noSuchTag(String)
        /// A text may name several tags of the account.
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
        /// The number of followers that meet the condition, among those that were looked at.
        var count = 0
        /// The number of followers that were looked at.
        var lookedAt = 0
        /// The openid after which the next page begins; nil if no follower is left.
        var next: OpenID?
        /// Whether the search reached the last follower.
        var isComplete = false
    }

    private let expression: TagExpression
    private let ids: [ExactText: TagID]
    /// The tag whose carriers the search looks at; nil for all followers.
    let base: TagID?

    /// Reads the expression in `text`.
    ///
    /// - Parameter tags: all tags of the account.
    init(_ text: String, tags: [Tag]) throws(Mistake) {
        do {
            expression = try TagExpression(text)
        } catch {
            throw .malformed(error)
        }
        var found: [ExactText: Tag] = [:]
        for name in expression.names {
            let tag: Tag?
            do {
                tag = try TagReference(name).tag(in: tags)
            } catch {
                throw .ambiguous(error)
            }
            guard let tag else { throw .noSuchTag(name) }
            found[ExactText(name)] = tag
        }
        ids = found.mapValues(\.id)
        base = expression.requiredNames.compactMap { found[ExactText($0)] }.min { $0.count < $1.count }?.id
    }

    /// Searches from `cursor` on until it has looked at ``mostLookedAt`` followers or at the last one.
    ///
    /// If the page cannot show all matches, the next page begins after the last follower that it shows. Otherwise the
    /// next page begins after the last follower that the search looked at.
    ///
    /// - Parameter limit: the most followers that it returns.
    func page(
        of appID: AppID, after cursor: OpenID?, limit: Int, in store: any TagStore
    ) async throws(Refusal) -> Found {
        var found = Found()
        var cursor = cursor
        repeat {
            let openIDs = try await store.openIDs(carrying: base, after: cursor, of: appID)
            for profile in try await store.profiles(of: openIDs, for: appID) where meets(profile) {
                found.count += 1
                if found.profiles.count < limit { found.profiles.append(profile) }
            }
            found.lookedAt += openIDs.count
            found.isComplete = openIDs.count < store.limits.openIDsPerPage
            cursor = openIDs.last ?? cursor
        } while !found.isComplete && found.lookedAt < Self.mostLookedAt
        if found.count > found.profiles.count {
            found.next = found.profiles.last?.openID
        } else if !found.isComplete {
            found.next = cursor
        }
        return found
    }

    private func meets(_ profile: FollowerProfile) -> Bool {
        guard let carried = profile.following?.tagIDs else { return false }
        return expression.isTrue { name in ids[ExactText(name)].map(carried.contains) ?? false }
    }
}
