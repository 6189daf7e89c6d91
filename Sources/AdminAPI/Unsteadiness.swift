/// The ways in which a sandbox's account delays changes, loses changes, or makes them only in part, as WeChat can.
///
/// A property that is nil has no effect. The sandbox's clock measures the times.
public struct Unsteadiness: Codable, Sendable, Hashable {
    /// The time for which the server answers 45159 to calls that name a new tag.
    public var tagVisibleAfter: FaultSpan?
    /// The greatest age of the counts that `tags/get` returns.
    public var countsLag: FaultSpan?
    /// The time until `user/tag/get` and `tags/getidlist` show a tagging.
    public var listLag: FaultSpan?
    /// The time after a change of a follower for which the server answers 45169 to calls that change the same follower.
    public var openIDCooldown: FaultSpan?
    /// The probability, from 0 to 1, that the server answers a tagging with the errcode 0 and changes nothing.
    public var lostSuccess: Double?
    /// The seed of the random draws for ``lostSuccess``.
    public var seed: UInt64?
    /// 45171 to change the valid followers of a batch and to list the others in the answer; nil to change either every
    /// follower or no follower.
    public var partial: Int?

    enum CodingKeys: String, CodingKey {
        case tagVisibleAfter = "tag_visible_after"
        case countsLag = "counts_lag"
        case listLag = "list_lag"
        case openIDCooldown = "openid_cooldown"
        case lostSuccess = "lost_success"
        case seed, partial
    }

    /// Makes settings without any effect.
    public init() {}
}
