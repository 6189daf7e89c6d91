/// The number in the field `errcode` of an answer.
///
/// The platform adds codes without notice, so this type accepts every number. A code that has no name in this package
/// works like any other code. In JSON a code is a number.
///
/// Source: `doc/oplatform/developers/errCode`, and the error table on the page of each call.
public struct ErrorCode: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The number: 0 means success, and any other number means a refusal.
    public let rawValue: Int

    /// Makes a code from any number, whether or not this package has a name for the code.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Makes a code from any number, as ``init(rawValue:)`` does.
    public init(_ rawValue: Int) {
        self.rawValue = rawValue
    }

    /// The number in decimal digits.
    public var description: String { String(rawValue) }
}

/// The codes that this package names, in numeric order.
///
/// ``explanation`` gives the meaning and the remedy of each code except ``ok``.
extension ErrorCode {
    /// The service could not carry out the call (-1); the caller can try again later.
    public static let systemError = ErrorCode(-1)
    /// The platform carried out the call (0).
    public static let ok = ErrorCode(0)
    /// The platform never issued the token, has revoked it, or has replaced it with a newer token (40001).
    public static let invalidCredential = ErrorCode(40001)
    /// `grant_type` is missing, or is not `client_credential` (40002).
    public static let invalidGrantType = ErrorCode(40002)
    /// An openid is malformed, is unknown to the account, or belongs to a user who no longer follows the account
    /// (40003).
    public static let invalidOpenID = ErrorCode(40003)
    /// No account has this appid (40013); the case of letters matters.
    public static let invalidAppID = ErrorCode(40013)
    /// The platform does not accept the list of openids (40031).
    public static let invalidOpenIDList = ErrorCode(40031)
    /// The list of openids is missing, empty, or longer than the call allows (40032).
    ///
    /// The limits are ``Limits/openIDsPerCall``, ``Limits/openIDsPerBlacklistCall`` and ``Limits/usersPerInfoCall``.
    public static let invalidOpenIDListSize = ErrorCode(40032)
    /// There is no API at this path (40066).
    public static let invalidURL = ErrorCode(40066)
    /// The remark takes more bytes of UTF-8 than ``Limits/remarkBytes`` (40092).
    public static let invalidRemark = ErrorCode(40092)
    /// The secret does not belong to the account or to the third-party platform (40125).
    public static let invalidAppSecret = ErrorCode(40125)
    /// The account lets only some addresses fetch its tokens, and the caller's address is not among them (40164).
    public static let addressNotAllowed = ErrorCode(40164)
    /// The account's secret is frozen (40243).
    public static let secretFrozen = ErrorCode(40243)
    /// The `access_token` in the query is missing or empty (41001).
    public static let accessTokenMissing = ErrorCode(41001)
    /// The call needs an appid in its body or in its query, but the request has no appid there (41002).
    public static let appIDMissing = ErrorCode(41002)
    /// The call needs a secret in its body or in its query, but the request has no secret there (41004).
    public static let appSecretMissing = ErrorCode(41004)
    /// The body has no `component_appid` (41018).
    public static let componentAppIDMissing = ErrorCode(41018)
    /// The token has expired, ``Limits/tokenSeconds`` seconds after the platform issued it (42001).
    public static let accessTokenExpired = ErrorCode(42001)
    /// The caller must use GET for this call (43001).
    public static let requireGET = ErrorCode(43001)
    /// The caller must use POST for this call (43002).
    public static let requirePOST = ErrorCode(43002)
    /// The follower has stopped following the account (43004).
    public static let requireSubscribe = ErrorCode(43004)
    /// The request has no body (44002).
    public static let emptyPostData = ErrorCode(44002)
    /// The body is too large (45002).
    ///
    /// Tagline accepts up to 1 MiB. The platform does not document its limit.
    public static let contentSizeOutOfLimit = ErrorCode(45002)
    /// The account or the third-party platform has used up its calls for this day (45009).
    ///
    /// Tagline starts a new count at midnight, UTC+8. The platform does not document the hour at which it starts a new
    /// count.
    public static let dailyQuotaReached = ErrorCode(45009)
    /// The account or the third-party platform has used up its calls for this minute (45011).
    public static let minuteQuotaReached = ErrorCode(45011)
    /// The account has ``Limits/tagsPerAccount`` tags already (45056).
    public static let tooManyTags = ErrorCode(45056)
    /// More than ``Limits/followersOfDeletableTag`` followers carry the tag that the call would delete (45057).
    public static let tagHasTooManyFans = ErrorCode(45057)
    /// The platform reserves the tag, and refuses to rename or delete it (45058); see ``TagID/isReserved``.
    public static let reservedTag = ErrorCode(45058)
    /// A follower in the request would carry more than ``Limits/tagsPerFollower`` tags (45059).
    public static let tooManyTagsOnUser = ErrorCode(45059)
    /// The tag's name is empty or blank, has control characters, or belongs to another tag of the account (45157).
    public static let invalidTagName = ErrorCode(45157)
    /// The tag's name takes more bytes of UTF-8 than ``Limits/tagNameBytes`` (45158).
    public static let tagNameTooLong = ErrorCode(45158)
    /// The tag id is missing, or the account has no tag with this id (45159).
    ///
    /// According to reports, the platform also answers this code for an existing tag, mostly soon after the tag's
    /// creation.
    public static let invalidTagID = ErrorCode(45159)
    /// Another call, which has not ended yet, is changing a follower of this call (45169).
    public static let concurrentChange = ErrorCode(45169)
    /// The platform could not change some of the openids, but changed the other openids (45171).
    ///
    /// ``CommandFailed/failedOpenIDs`` lists the openids that the platform did not change.
    public static let someOpenIDsFailed = ErrorCode(45171)
    /// The body is not JSON, or a field has the wrong type (47001).
    public static let dataFormatError = ErrorCode(47001)
    /// The account is not entitled to this call (48001); the calls about tags and followers need a certified account.
    public static let apiUnauthorized = ErrorCode(48001)
    /// The caller has used up its resets of counts for this month (48006).
    ///
    /// The limits are ``Limits/resetsOfAllPerMonth`` and ``Limits/resetsOfOnePerMonth``.
    public static let clearQuotaLimitReached = ErrorCode(48006)
    /// An openid belongs to another official account (49003).
    public static let openIDOfAnotherAccount = ErrorCode(49003)
    /// The platform has frozen or closed the account (50002).
    public static let userLimited = ErrorCode(50002)
    /// The user no longer follows the account (50005).
    public static let unsubscribed = ErrorCode(50005)
    /// The appid belongs to an official account, but the call needs the appid of a third-party platform (61000).
    public static let invalidComponentType = ErrorCode(61000)
    /// The account has never authorised the third-party platform, or has withdrawn its authorisation (61003).
    public static let componentNotAuthorized = ErrorCode(61003)
    /// The third-party platform lets only some addresses make its calls, and the caller's address is not among them
    /// (61004).
    public static let componentAddressNotAllowed = ErrorCode(61004)
    /// The `component_verify_ticket` is more than twelve hours old (61005).
    public static let componentTicketExpired = ErrorCode(61005)
    /// The platform never pushed this `component_verify_ticket` to this third-party platform (61006).
    public static let componentTicketInvalid = ErrorCode(61006)
    /// The account has not granted the third-party platform the permission set of this call (61007).
    public static let apiNotGranted = ErrorCode(61007)
    /// The platform never issued this `authorization_code` to this third-party platform, or a client has used
    /// the code already (61009).
    public static let authorizationCodeInvalid = ErrorCode(61009)
    /// The `authorization_code` is too old (61010).
    public static let authorizationCodeExpired = ErrorCode(61010)
    /// There is no third-party platform with this `component_appid` (61011).
    public static let invalidComponent = ErrorCode(61011)
    /// The call needs a `component_access_token`, but the token belongs to an account (61014).
    public static let componentTokenRequired = ErrorCode(61014)
    /// The call acts for an account, but the token is the third-party platform's own (61015).
    public static let accountTokenRequired = ErrorCode(61015)
    /// A third-party platform makes the call for an account that is not certified and is not allowed to make the call
    /// itself (61016).
    public static let categoryNeedsConfirmation = ErrorCode(61016)
    /// The third-party platform itself does not have the permission set of this call (61017).
    public static let categoryNotAuthorized = ErrorCode(61017)
    /// The `authorizer_refresh_token` is not the refresh token of the account's last authorisation (61023).
    public static let refreshTokenInvalid = ErrorCode(61023)
    /// This account has no refused call with this rid, or the platform no longer keeps the call (76001).
    public static let ridNotFound = ErrorCode(76001)
    /// The text is not a rid, which is three groups of eight hexadecimal digits, separated by dashes (76002).
    public static let ridIsError = ErrorCode(76002)
    /// The rid belongs to a call of another account (76003).
    public static let ridOfAnotherAccount = ErrorCode(76003)
    /// The call with this rid was made more than seven days ago (76004).
    public static let ridExpired = ErrorCode(76004)
    /// There is no API with this `cgi_path` (76021).
    public static let quotaPathNotFound = ErrorCode(76021)
    /// The caller may not make the call whose quota it asks for (76022).
    public static let quotaPathNotAllowed = ErrorCode(76022)
    /// The cloud gateway accepts only some paths, and the path of this call is not among them (85107).
    public static let pathNotOnList = ErrorCode(85107)
    /// The platform was busy with the blacklist (268487001); the caller can repeat the call a little later.
    public static let blacklistBusy = ErrorCode(268487001)
    /// The platform was busy with the list of followers (268487002); the caller can repeat the call a little later.
    public static let followerListBusy = ErrorCode(268487002)
}
