import OfficialAccount
import OfficialAccountClient

/// What the account's list of tags shows about certain tags. A command reads the list if an answer of the platform does
/// not show whether the account has these tags.
package enum TagVerdict: Equatable, Sendable {
    /// The list lacks these tags.
    case gone([TagID])
    /// The list has all of the tags.
    case listed
    /// The list cannot be read.
    case unread(CallFailure)

    /// - Parameters:
    ///   - tags: the tags to look for in the list.
    ///   - list: the account's list of tags.
    package init(on tags: [TagID], in list: [Tag]) {
        let ids = Set(list.map(\.id))
        let gone = Set(tags).subtracting(ids)
        self = gone.isEmpty ? .listed : .gone(gone.sorted())
    }

    /// Returns a sentence about the tags after the answer `error`, which says that the account has no such tag.
    package func sentence(after error: APIError) -> String {
        let identity = error.rid.map { " (rid \($0))" } ?? ""
        let answer = "the platform answered \(error.code) \(error.message.shown)\(identity)"
        return switch self {
        case .gone(let tags):
            "the account no longer has the \(tags.count == 1 ? "tag" : "tags") \(tags.map { "\($0)" }.joined(separator: " and "))"
        case .listed:
            "\(answer), but the account's list still has the tag: the platform may lag, or the token may be of another account; try again later"
        case .unread(let failure):
            "\(answer), and the account's list, which would show whether the tag is gone, cannot be read: \(failure)"
        }
    }
}

extension RunAccount {
    /// Reads the list of tags again, to find out whether the account has `tags`. Costs one call.
    package func verdict(on tags: [TagID]) async -> TagVerdict {
        do throws(CallFailure) {
            return TagVerdict(on: tags, in: try await client.tags.list())
        } catch {
            return .unread(error)
        }
    }
}
