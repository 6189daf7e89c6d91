import OfficialAccount

/// The change that a call makes to each follower of its list.
enum TaggingEffect: Sendable, Hashable {
    case tag(TagID)
    case untag(TagID)
    case blacklist(Bool)

    var tag: TagID? {
        switch self {
        case .tag(let tag), .untag(let tag): tag
        case .blacklist: nil
        }
    }
}
