/// The limits of the platform, such as the most tags of an account and the most bytes of a tag's name.
///
/// The default of a limit is the platform's own number, unless the comment of the limit says otherwise.
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
    /// The most openids in one page of the followers of an account or of a tag.
    ///
    /// Source: `doc/service/api/usermanage/userinfo/api_getfans`. For the call that lists a tag's followers, the
    /// documentation gives no number, but real answers have the same limit.
    public var openIDsPerPage = 10_000
    /// The platform deletes a tag only if the tag has at most this number of followers.
    ///
    /// Source: `User_Management/User_Tag_Management`, an older page of the documentation.
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
    /// Source: `doc/service/api/usermanage/userinfo/api_updateremark`, which says that a remark is shorter than 30
    /// bytes. Tagline also accepts a remark of exactly 30 bytes.
    public var remarkBytes = 30

    /// The number of refused calls, of all accounts together, that a store on one machine remembers for
    /// `openapi/rid/get`.
    ///
    /// This limit is Tagline's own, not the platform's.
    package var refusedCallsKept = 100_000
    /// The number of refused calls that a store on several machines remembers for each account.
    ///
    /// This limit is Tagline's own, not the platform's.
    package var refusedCallsKeptPerAccount = 10_000

    /// The number of seconds for which a token works after the platform has issued it.
    ///
    /// Source: `doc/service/api/base/api_getaccesstoken`.
    public static let tokenSeconds = 7200
    /// The most bytes in the body of a call.
    ///
    /// This limit is Tagline's own: the platform does not document its limit. A full batchTagging call takes under 2
    /// KiB.
    package static let bodyBytes = 1 << 20
    /// How often in a month an account or a third-party platform may reset all its counts of calls at once.
    ///
    /// Resets with a token and resets without a token share this limit.
    ///
    /// Source: `doc/service/api/apimanage/api_clearquota`.
    public static let resetsOfAllPerMonth = 10
    /// How often in a month an account or a third-party platform may reset the count of a single call.
    ///
    /// Resets of the counts of different calls share this limit.
    ///
    /// Source: `doc/service/api/apimanage/api_clearapiquota`.
    public static let resetsOfOnePerMonth = 50

    /// Makes the limits of the platform; change a property to have another limit.
    public init() {}
}
