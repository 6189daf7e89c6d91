/// The limits of the platform: how many, how long and how often.
///
/// The defaults are the platform's own numbers.
public struct Limits: Sendable, Hashable {
    /// The most entries in the `openid_list` of a tagging or untagging call.
    ///
    /// Source: the Chinese page `doc/service/api/usermanage/tag/api_batchtagging`. The English page omits this limit.
    public var openIDsPerCall = 50
    /// The most tags that one follower may carry.
    ///
    /// Source: `doc/service/api/usermanage/tag/api_batchtagging`.
    public var tagsPerFollower = 20
    /// The most tags that an account may create; the starred tag does not count.
    ///
    /// Source: `doc/service/api/usermanage/tag/api_createtag`.
    public var tagsPerAccount = 100
    /// The most bytes of UTF-8 in the name of a tag.
    ///
    /// Source: `doc/service/en/User_Management/User_Tag_Management.html`, which says "characters (bytes)".
    public var tagNameBytes = 30
    /// The most openids in one page of followers, of the account or of one tag.
    ///
    /// Source: `doc/service/api/usermanage/userinfo/api_getfans`. For the call that lists a tag's followers, the
    /// documentation gives no number, but real answers have the same limit.
    public var openIDsPerPage = 10_000
    /// The most followers that a tag may have if the platform is to delete it.
    ///
    /// Source: the older page of the documentation about tags, `User_Management/User_Tag_Management`.
    public var followersOfDeletableTag = 100_000
    /// The most entries in the `openid_list` of a call that changes the blacklist.
    ///
    /// Source: `doc/service/api/usermanage/userinfo/api_batchblacklist`.
    public var openIDsPerBlacklistCall = 20
    /// The most openids in one page of the blacklist.
    ///
    /// Source: `doc/service/api/usermanage/userinfo/api_getblacklist`. An older page of the documentation has a larger
    /// number.
    public var openIDsPerBlacklistPage = 1000
    /// The most users in one call of `user/info/batchget`.
    ///
    /// Source: `doc/service/api/usermanage/userinfo/api_batchuserinfo`.
    public var usersPerInfoCall = 100
    /// The most bytes of UTF-8 in a remark.
    ///
    /// Source: `doc/service/api/usermanage/userinfo/api_updateremark`, which says that a remark is shorter than this.
    /// Tagline also accepts a remark of exactly this length.
    public var remarkBytes = 30

    /// The number of refused calls that a store on one machine remembers for `openapi/rid/get`.
    ///
    /// This limit is Tagline's own, not the platform's.
    package var refusedCallsKept = 100_000
    /// The number of refused calls of each account that a store over several machines remembers.
    ///
    /// This limit is Tagline's own, not the platform's.
    package var refusedCallsKeptPerAccount = 10_000

    /// The seconds that a token works after it was issued.
    ///
    /// Source: `doc/service/api/base/api_getaccesstoken`.
    public static let tokenSeconds = 7200
    /// The most bytes in the body of a call.
    ///
    /// This limit is Tagline's own: the platform's is not documented. A full batchTagging call takes under 2 KiB.
    package static let bodyBytes = 1 << 20
    /// How often in a month a caller may reset all its counts of calls at once, with or without a token.
    ///
    /// Source: `doc/service/api/apimanage/api_clearquota`.
    public static let resetsOfAllPerMonth = 10
    /// How often in a month a caller may reset the count of a single call.
    ///
    /// The resets for all calls add up.
    ///
    /// Source: `doc/service/api/apimanage/api_clearapiquota`.
    public static let resetsOfOnePerMonth = 50

    /// Makes the limits of the platform; change a property to have another limit.
    public init() {}
}
