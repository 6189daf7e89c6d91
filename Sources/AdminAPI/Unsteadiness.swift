/// How an account of a sandbox is less steady than it could be, as the platform is at times. What is nil is steady.
public struct Unsteadiness: Codable, Sendable, Hashable {
    /// How long a new tag is answered 45159 before it can be put on followers.
    public var tagVisibleAfter: FaultSpan?
    /// How old the counts of tags/get may be.
    public var countsLag: FaultSpan?
    /// How long a tagging takes to show in user/tag/get and tags/getidlist.
    public var listLag: FaultSpan?
    /// How long a follower cannot be changed again after a change: 45169.
    public var openIDCooldown: FaultSpan?
    /// From 0 to 1: how likely a tagging is answered 0 and does nothing.
    public var lostSuccess: Double?
    /// What the draws for `lost_success` begin with.
    public var seed: UInt64?
    /// 45171 to have the good followers of a batch done and the others listed; nil for all or nothing.
    public var partial: Int?

    enum CodingKeys: String, CodingKey {
        case tagVisibleAfter = "tag_visible_after"
        case countsLag = "counts_lag"
        case listLag = "list_lag"
        case openIDCooldown = "openid_cooldown"
        case lostSuccess = "lost_success"
        case seed, partial
    }

    public init() {}
}
