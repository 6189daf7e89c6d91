/// What is known about an error code: the text it comes with, what it means and what to do about it.
public struct ErrorExplanation: Sendable, Hashable {
    /// Which part of the platform raises the error. It decides the suffix of `errmsg`: ` rid: …` from the gateway,
    /// ` hint: […] rid: …` from the service behind it.
    public enum Origin: Sendable, Hashable {
        case gateway
        case service
    }

    public let code: ErrorCode
    /// The documented text that `errmsg` begins with.
    public let message: String
    public let origin: Origin
    /// What has happened, in a sentence.
    public let meaning: String
    /// What the caller can do about it, in a sentence.
    public let remedy: String

    /// The same two sentences in Chinese.
    public var chinese: (meaning: String, remedy: String) {
        ErrorCatalogue.chinese[code] ?? (meaning, remedy)
    }
}

extension ErrorCode {
    /// The entry of this code in the catalogue, or nil for a code the catalogue does not hold. Constant time.
    public var explanation: ErrorExplanation? { ErrorCatalogue.byCode[self] }
}

/// The documented codes that this package's calls can give, with their texts.
///
/// Source: the error tables of the tag and token pages and the global code list of the platform's documentation
/// (`doc/oplatform/developers/errCode`).
public enum ErrorCatalogue {
    public static let entries: [ErrorExplanation] = [
        .init(
            code: .systemError, message: "system error", origin: .service,
            meaning: "The service could not carry out the call.",
            remedy: "Try again later; a call that changes something is safe to repeat."),
        .init(
            code: .invalidCredential,
            message: "invalid credential, access_token is invalid or not latest, could get access_token by "
                + "getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r",
            origin: .gateway,
            meaning: "The token was never issued, was replaced by a newer one, or was revoked.",
            remedy: "Fetch a token and repeat the call once; share one token between processes, or use stable_token."),
        .init(
            code: .invalidGrantType, message: "invalid grant_type", origin: .gateway,
            meaning: "grant_type is missing or is not client_credential.",
            remedy: "Send grant_type=client_credential."),
        .init(
            code: .invalidOpenID, message: "invalid openid", origin: .service,
            meaning: "An openid is malformed, unknown to this account, or has stopped following it.",
            remedy: "Leave that openid out; the others of the call were not changed and can be sent again."),
        .init(
            code: .invalidAppID, message: "invalid appid", origin: .gateway,
            meaning: "No account has this appid. Letter case counts.",
            remedy: "Check the appid."),
        .init(
            code: .invalidOpenIDListSize, message: "invalid openid list size", origin: .service,
            meaning: "openid_list is missing, empty or longer than 50.",
            remedy: "Send between 1 and 50 openids a call."),
        .init(
            code: .invalidURL, message: "invalid url", origin: .gateway,
            meaning: "There is no API at this path.",
            remedy: "Check the path; it begins with /cgi-bin/ and has no slash at its end."),
        .init(
            code: .invalidAppSecret, message: "invalid appsecret", origin: .gateway,
            meaning: "The secret is not the account's.",
            remedy: "Check the secret."),
        .init(
            code: .accessTokenMissing, message: "access_token missing", origin: .gateway,
            meaning: "The query has no access_token, or an empty one.",
            remedy: "Add ?access_token=… to the URL; a header or the body is not looked at."),
        .init(
            code: .appIDMissing, message: "appid missing", origin: .gateway,
            meaning: "There is no appid where this call looks for it.",
            remedy: "GET token takes it from the query, POST stable_token from the JSON body."),
        .init(
            code: .appSecretMissing, message: "appsecret missing", origin: .gateway,
            meaning: "There is no secret where this call looks for it.",
            remedy: "The field is called secret: in the query for GET token, in the JSON body for POST stable_token."),
        .init(
            code: .accessTokenExpired, message: "access_token expired", origin: .gateway,
            meaning: "The token is past its lifetime of 7200 seconds.",
            remedy: "Fetch a new token and repeat the call once."),
        .init(
            code: .requireGET, message: "require GET method", origin: .gateway,
            meaning: "This API is called with GET.",
            remedy: "Use GET."),
        .init(
            code: .requirePOST, message: "require POST method", origin: .gateway,
            meaning: "This API is called with POST.",
            remedy: "Use POST, with the parameters as JSON in the body."),
        .init(
            code: .emptyPostData, message: "empty post data", origin: .service,
            meaning: "The request has no body.",
            remedy: "Send the parameters as JSON in the body."),
        .init(
            code: .contentSizeOutOfLimit, message: "content size out of limit", origin: .service,
            meaning: "The body is larger than 1 MiB.",
            remedy: "Send less at a time; 50 openids take under 2 KiB."),
        .init(
            code: .dailyQuotaReached, message: "reach max api daily quota limit", origin: .gateway,
            meaning: "The account has made this call as often as it may in a day.",
            remedy: "Wait for midnight in UTC+8, or reset the counts with clear_quota."),
        .init(
            code: .minuteQuotaReached, message: "api minute-quota reach limit, must slower, retry next minute",
            origin: .gateway,
            meaning: "The account has made this call as often as it may in a minute.",
            remedy: "Go on in the next minute, more slowly."),
        .init(
            code: .clearQuotaLimitReached, message: "forbid to clear quota because of reaching the limit",
            origin: .gateway,
            meaning:
                "The counts have been reset as often as they may be in a month: ten times all of them, fifty times one.",
            remedy: "Wait for the next day or the next month."),
        .init(
            code: .quotaPathNotFound, message: "cgi_path not found, please check", origin: .gateway,
            meaning: "There is no API with this cgi_path.",
            remedy: "Give the path with its leading slash and without a host: /cgi-bin/tags/members/batchtagging."),
        .init(
            code: .invalidComponentType, message: "invalid component type", origin: .gateway,
            meaning:
                "An appid that belongs to an official account was sent where a third-party platform's is expected.",
            remedy: "Send the component_appid of the platform."),
        .init(
            code: .componentNotAuthorized, message: "component is not authorized by this account", origin: .gateway,
            meaning: "The account has never authorised the platform, or has withdrawn its authorisation.",
            remedy: "Have the account's administrator authorise the platform again."),
        .init(
            code: .componentAddressNotAllowed, message: "access clientip is not registered", origin: .gateway,
            meaning: "The platform lets only some addresses call, and the caller's is not among them.",
            remedy: "Add the address to the platform's list."),
        .init(
            code: .componentTicketExpired, message: "component ticket is expired", origin: .gateway,
            meaning: "The component_verify_ticket is more than twelve hours old.",
            remedy: "Use the ticket that was pushed last."),
        .init(
            code: .componentTicketInvalid, message: "component ticket is invalid", origin: .gateway,
            meaning: "The component_verify_ticket is none that was pushed to this platform.",
            remedy: "Use the ticket that was pushed last, and of this platform."),
        .init(
            code: .apiNotGranted, message: "api is unauthorized to component", origin: .gateway,
            meaning: "The account has authorised the platform, but has not granted the permission set of this API.",
            remedy: "Have the account grant set 2, user management, and authorise again."),
        .init(
            code: .authorizationCodeInvalid, message: "code is invalid", origin: .gateway,
            meaning: "The authorization_code was never issued to this platform, or has been used.",
            remedy: "Each code works once; have the account authorise again for another."),
        .init(
            code: .authorizationCodeExpired, message: "code is expired", origin: .gateway,
            meaning: "The authorization_code is too old.",
            remedy: "Have the account authorise again."),
        .init(
            code: .invalidComponent, message: "invalid component", origin: .gateway,
            meaning: "There is no third-party platform with this component_appid.",
            remedy: "Check the component_appid, letter by letter."),
        .init(
            code: .componentTokenRequired, message: "must use component token for component api", origin: .gateway,
            meaning: "The call is a platform's own, but the token is an account's.",
            remedy: "Use the component_access_token."),
        .init(
            code: .accountTokenRequired, message: "must use biz account token for not component api", origin: .gateway,
            meaning: "The call acts for an account, but the token is the platform's own.",
            remedy: "Use the authorizer_access_token of the account."),
        .init(
            code: .categoryNeedsConfirmation, message: "function category of API need be confirmed by component",
            origin: .gateway,
            meaning:
                "A platform calls for a subscription account that is not certified and may not make the call itself.",
            remedy: "Have the account certified; a grant does not replace that."),
        .init(
            code: .categoryNotAuthorized, message: "function category is not authorized", origin: .gateway,
            meaning: "The platform itself does not have the permission set of this API.",
            remedy: "Give the platform set 2, user management, and have accounts authorise again."),
        .init(
            code: .refreshTokenInvalid, message: "refresh_token is invalid", origin: .gateway,
            meaning: "The authorizer_refresh_token is not the one of the last authorisation.",
            remedy: "Use the one of the last authorisation; api_get_authorizer_list tells it again."),
        .init(
            code: .componentAppIDMissing, message: "missing component_appid", origin: .gateway,
            meaning: "The body has no component_appid.",
            remedy: "Send component_appid in the JSON body."),
        .init(
            code: .pathNotOnList, message: "api not in whitelist", origin: .gateway,
            meaning: "The cloud gateway lets only some paths through, and this is not one of them.",
            remedy: "Add the path to the list, without host and query, and start anew."),
        .init(
            code: ErrorCode(40014), message: "invalid access_token", origin: .gateway,
            meaning:
                "The access_token is not one the platform accepts. Tagline answers 40001 instead, as the platform does today.",
            remedy: "Fetch a new token and repeat the call once."),
        .init(
            code: ErrorCode(43003), message: "require https", origin: .gateway,
            meaning: "The call was made over plain HTTP where HTTPS is required. Tagline answers HTTP as well.",
            remedy: "Use HTTPS."),
        .init(
            code: ErrorCode(43019), message: "user is in blacklist", origin: .service,
            meaning: "The follower is on the account's blacklist. Tagline lets blacklisted followers be tagged.",
            remedy: "Take the follower off the blacklist, or leave them out."),
        .init(
            code: ErrorCode(45171), message: "some openid fail", origin: .service,
            meaning:
                "Some of the openids could not be changed; the others were. The answer lists the failed ones in fail_openid_list.",
            remedy: "Repeat the call with the openids of fail_openid_list alone."),
        .init(
            code: ErrorCode(50004), message: "forbidden to use the token api", origin: .gateway,
            meaning: "The account may not use this token call.",
            remedy: "Ask the platform's support why."),
        .init(
            code: ErrorCode(50005), message: "user is unsubscribed", origin: .service,
            meaning: "The user does not follow the account any more. Tagline answers 40003 for that.",
            remedy: "Leave this openid out."),
        .init(
            code: ErrorCode(50007), message: "account is frozen", origin: .gateway,
            meaning: "The account has been frozen.",
            remedy: "Have the account's administrator see to it."),
        .init(
            code: ErrorCode(89501), message: "the address needs confirmation", origin: .gateway,
            meaning: "The call came from an address that the account's administrator must confirm, and has not yet.",
            remedy: "Wait for the administrator, or put the address on the list of allowed ones."),
        .init(
            code: ErrorCode(89503), message: "the address needs confirmation by the administrator", origin: .gateway,
            meaning: "The call came from an address that the account's administrator must confirm.",
            remedy: "Ask the administrator to confirm, or put the address on the list of allowed ones."),
        .init(
            code: ErrorCode(89506), message: "the address was refused", origin: .gateway,
            meaning: "The administrator refused this address twice; it can ask again after 24 hours.",
            remedy: "Put the address on the list of allowed ones."),
        .init(
            code: ErrorCode(89507), message: "the address was refused", origin: .gateway,
            meaning: "The administrator refused this address; it can ask again after an hour.",
            remedy: "Put the address on the list of allowed ones."),
        .init(
            code: .blacklistBusy, message: "system busy", origin: .service,
            meaning: "The platform was busy with the blacklist.",
            remedy: "Repeat the call a little later."),
        .init(
            code: .followerListBusy, message: "system busy", origin: .service,
            meaning: "The platform was busy with the follower list.",
            remedy: "Repeat the call a little later."),
        .init(
            code: .quotaPathNotAllowed, message: "could not use this cgi_path,no permission", origin: .gateway,
            meaning: "The account may not make the call whose quota was asked for.",
            remedy: "Ask with the token of an account that may make that call."),
        .init(
            code: .addressNotAllowed, message: "invalid ip, not in whitelist", origin: .gateway,
            meaning: "The account lets only some addresses fetch tokens, and the caller's is not among them.",
            remedy: "Add the address to the account's list."),
        .init(
            code: .secretFrozen, message: "secret frozen", origin: .gateway,
            meaning: "The account's secret has been frozen.",
            remedy: "Unfreeze it, or rotate it."),
        .init(
            code: .userLimited, message: "user limited", origin: .gateway,
            meaning: "The account has been frozen or closed.",
            remedy: "Have the account unfrozen."),
        .init(
            code: .ridNotFound, message: "rid not found", origin: .gateway,
            meaning: "No error of this account has this rid, or it is forgotten.",
            remedy: "Use the rid of an errmsg, soon after it came."),
        .init(
            code: .ridIsError, message: "rid is error", origin: .gateway,
            meaning: "A rid is three groups of eight hexadecimal digits with dashes between.",
            remedy: "Copy the rid from the end of an errmsg."),
        .init(
            code: .ridOfAnotherAccount, message: "could not query this rid,no permission", origin: .gateway,
            meaning: "The rid belongs to a call of another account.",
            remedy: "Ask with a token of the account that made the call."),
        .init(
            code: .ridExpired, message: "rid is expired", origin: .gateway,
            meaning: "The call was made more than seven days ago.",
            remedy: "Ask within seven days."),
        .init(
            code: .invalidRemark, message: "invalid remark name", origin: .service,
            meaning: "The remark takes more than 30 bytes of UTF-8.",
            remedy: "Choose a shorter remark."),
        .init(
            code: .requireSubscribe, message: "require subscribe", origin: .service,
            meaning: "The follower has stopped following the account.",
            remedy: "Leave that openid out until it follows again."),
        .init(
            code: .tagHasTooManyFans, message: "can't delete the tag that has too many fans", origin: .service,
            meaning: "More than 100,000 followers carry the tag.",
            remedy: "Untag followers, 50 a call, until 100,000 are left; then delete the tag."),
        .init(
            code: .reservedTag, message: "can't modify sys tag", origin: .service,
            meaning: "Tags 0, 1 and 2 belong to the platform and cannot be renamed or deleted.",
            remedy: "Use a tag of your own; its id is 100 or more."),
        .init(
            code: .tooManyTags, message: "too many tag now, no need to add new", origin: .service,
            meaning: "The account has 100 tags already.",
            remedy: "Delete a tag that is no longer needed."),
        .init(
            code: .tooManyTagsOnUser, message: "can not tagging one user too much", origin: .service,
            meaning: "One of the followers would carry more than 20 tags.",
            remedy: "Take a tag off that follower, or leave it out; nobody in the call was changed."),
        .init(
            code: .invalidTagName, message: "invalid tag name", origin: .service,
            meaning: "The name is empty, blank, has control characters, or is that of another tag of the account.",
            remedy: "Choose another name, or use the tag that has it."),
        .init(
            code: .tagNameTooLong, message: "tag name too long", origin: .service,
            meaning: "The name takes more than 30 bytes of UTF-8: ten Chinese characters.",
            remedy: "Choose a shorter name."),
        .init(
            code: .invalidTagID, message: "invalid tag id", origin: .service,
            meaning: "tagid is missing (it must be spelt exactly so) or the account has no such tag.",
            remedy: "Look the tag up with tags/get."),
        .init(
            code: .concurrentChange, message: "openid much req", origin: .service,
            meaning: "Another call in flight is changing one of the same followers.",
            remedy: "Wait a moment and repeat the call; keep one follower out of two calls at once."),
        .init(
            code: .dataFormatError, message: "data format error", origin: .service,
            meaning: "The body is not JSON, or a field has the wrong type.",
            remedy: "Send one JSON object, UTF-8, with the documented types."),
        .init(
            code: .apiUnauthorized, message: "api unauthorized", origin: .gateway,
            meaning: "The account is not entitled to this API; tags need a certified account.",
            remedy: "Get the account certified, or use one that is."),
        .init(
            code: .openIDOfAnotherAccount, message: "not match openid with appid", origin: .service,
            meaning: "An openid belongs to another official account.",
            remedy: "openids are per account: use the one the follower has towards this account."),
    ]

    static let byCode = Dictionary(uniqueKeysWithValues: entries.map { ($0.code, $0) })
}
