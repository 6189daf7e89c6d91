public import OfficialAccount

/// The change that a call makes to each follower of its list.
///
/// `Key` is the type that names the tag: the id in a request, which may be missing, or a store's own number for the
/// tag.
public enum FollowerEffect<Key: Sendable & Hashable>: Sendable, Hashable {
    case tag(Key)
    case untag(Key)
    case blacklist
    case unblacklist
}

extension FollowerEffect {
    /// The key of the tag; nil for a change of the blacklist.
    public var key: Key? {
        switch self {
        case .tag(let key), .untag(let key): key
        case .blacklist, .unblacklist: nil
        }
    }

    /// Returns how many openids the list of a call with this effect may hold.
    public func listLimit(_ limits: Limits) -> Int {
        switch self {
        case .tag, .untag: limits.openIDsPerCall
        case .blacklist, .unblacklist: limits.openIDsPerBlacklistCall
        }
    }

    /// Returns the same change with another key. Throws what `transform` throws.
    public func replacingKey<Other: Sendable & Hashable>(
        _ transform: (Key) throws(Refusal) -> Other
    ) throws(Refusal) -> FollowerEffect<Other> {
        switch self {
        case .tag(let key): return .tag(try transform(key))
        case .untag(let key): return .untag(try transform(key))
        case .blacklist: return .blacklist
        case .unblacklist: return .unblacklist
        }
    }
}
