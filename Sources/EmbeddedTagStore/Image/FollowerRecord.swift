import OfficialAccount

/// What is kept of a follower: 48 bytes that lie together, so that a call finds all of them with one search for memory.
struct FollowerRecord: BitwiseCopyable {
    var word: TagWord
    let openID: OpenID
    /// When they followed, in Unix seconds.
    var since: UInt32
    var flags: FollowerFlags
}

/// What is known about one follower besides openid and tags, in a byte.
struct FollowerFlags: OptionSet, Sendable {
    let rawValue: UInt8

    /// Follows at present. Without it the openid has left: it is remembered, its tags are hidden.
    static let following = FollowerFlags(rawValue: 1)
    /// A call in flight is changing this follower. Lives in memory only.
    static let claimed = FollowerFlags(rawValue: 2)

    /// Is on the blacklist.
    static let blacklisted = FollowerFlags(rawValue: 4)

    /// The flags that are written to disk.
    static let durable: FollowerFlags = [.following, .blacklisted]
}
