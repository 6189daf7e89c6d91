/// How unsteady an account of a sandbox is, as the platform is at times. A member that is nil has no effect.
public struct Unsteadiness: Codable, Sendable, Hashable {
    /// How long a new tag is answered 45159 before it can be put on followers.
    public var tagVisibleAfter: FaultSpan?
    /// How old the counts of tags/get may be.
    public var countsLag: FaultSpan?
    /// How long a tagging takes to show in user/tag/get and tags/getidlist.
    public var listLag: FaultSpan?
    /// How long a follower cannot be changed again after a change: 45169.
    public var openIDCooldown: FaultSpan?
    /// The probability, from 0 to 1, that a tagging is answered 0 and does nothing.
    public var lostSuccess: Double?
    /// The seed of the random draws for `lost_success`.
    public var seed: UInt64?
    /// With 45171, the server changes the good followers of a batch and lists the others. With nil, it changes all or
    /// none.
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
