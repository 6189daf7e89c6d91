/// The numbers the rules turn on, with the platform's own as defaults.
public struct Limits: Sendable, Hashable {
    /// Entries in one `openid_list`. The Chinese page of batchTagging says 50; the English page drops the sentence.
    public var openIDsPerCall = 50
    /// Tags one follower may carry.
    public var tagsPerFollower = 20
    /// Tags an account may create, the starred tag aside.
    public var tagsPerAccount = 100
    /// Bytes of UTF-8 in the name of a tag.
    public var tagNameBytes = 30
    /// openids in one page of followers.
    public var openIDsPerPage = 10_000
    /// Followers a tag may have and still be deleted.
    public var followersOfDeletableTag = 100_000
    /// Entries in one `openid_list` of the blacklist calls.
    public var openIDsPerBlacklistCall = 20
    /// openids in one page of the blacklist. The current page of the documentation says 1,000, an older one 10,000.
    public var openIDsPerBlacklistPage = 1000
    /// Users in one call of `user/info/batchget`.
    public var usersPerInfoCall = 100
    /// Bytes of UTF-8 in a remark.
    public var remarkBytes = 30

    /// Refused calls that are remembered, for `openapi/rid/get`.
    public var refusedCallsKept = 100_000

    /// Seconds that a token works.
    public static let tokenSeconds = 7200
    /// Bytes in the body of a call. A full batchTagging call takes under 2 KiB.
    public static let bodyBytes = 1 << 20
    /// How often the counts of calls may be reset in a month: all at once, with or without a token.
    public static let resetsOfAllPerMonth = 10
    /// How often the count of a single call may be reset in a month, all calls together.
    public static let resetsOfOnePerMonth = 50

    public init() {}
}
