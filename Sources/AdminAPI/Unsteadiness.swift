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
    /// After a change of a follower, the time for which the server answers 45169 to calls that change this follower.
    public var openIDCooldown: FaultSpan?
    /// The probability, from 0 to 1, that the server answers a tagging with the errcode 0 and changes nothing.
    public var lostSuccess: Double?
    /// The seed of the random draws for ``lostSuccess``.
    public var seed: UInt64?
    /// 45171 if the server changes the valid followers of a batch, and lists the other openids of the batch in the
    /// answer; nil if the server changes either every follower of the batch or no follower.
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
