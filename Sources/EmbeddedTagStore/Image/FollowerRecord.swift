import OfficialAccount

/// The record of one follower: 48 contiguous bytes, so that one lookup brings all of them into the cache.
struct FollowerRecord: BitwiseCopyable {
    var word: TagWord
    let openID: OpenID
    /// The time at which the follower began to follow, in Unix seconds.
    var since: UInt32
    var flags: FollowerFlags
}

/// The flags of one follower, in one byte.
struct FollowerFlags: OptionSet, Sendable {
    let rawValue: UInt8

    /// The follower follows at present. If a follower has left, the store keeps the record and hides the follower's
    /// tags.
    static let following = FollowerFlags(rawValue: 1)
    /// A call in flight is changing this follower. The flag exists in memory only.
    static let claimed = FollowerFlags(rawValue: 2)

    /// The follower is on the blacklist.
    static let blacklisted = FollowerFlags(rawValue: 4)

    /// The flags that the store writes to disk.
    static let durable: FollowerFlags = [.following, .blacklisted]
}
