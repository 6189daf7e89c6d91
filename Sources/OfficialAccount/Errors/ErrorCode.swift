/// The number an answer carries in `errcode`.
///
/// The set is open: the platform adds codes without notice, so a code that is not in the catalogue is a value like any
/// other.
public struct ErrorCode: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: Int

    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    public init(_ rawValue: Int) {
        self.rawValue = rawValue
    }

    public var description: String { String(rawValue) }
}

/// The codes that the package speaks of by name, in numeric order. What each means is in ``ErrorCatalogue``.
extension ErrorCode {
    public static let systemError = ErrorCode(-1)
    public static let ok = ErrorCode(0)
    public static let invalidCredential = ErrorCode(40001)
    public static let invalidGrantType = ErrorCode(40002)
    public static let invalidOpenID = ErrorCode(40003)
    public static let invalidAppID = ErrorCode(40013)
    public static let invalidOpenIDList = ErrorCode(40031)
    public static let invalidOpenIDListSize = ErrorCode(40032)
    public static let invalidURL = ErrorCode(40066)
    public static let invalidRemark = ErrorCode(40092)
    public static let invalidAppSecret = ErrorCode(40125)
    public static let addressNotAllowed = ErrorCode(40164)
    public static let secretFrozen = ErrorCode(40243)
    public static let accessTokenMissing = ErrorCode(41001)
    public static let appIDMissing = ErrorCode(41002)
    public static let appSecretMissing = ErrorCode(41004)
    public static let componentAppIDMissing = ErrorCode(41018)
    public static let accessTokenExpired = ErrorCode(42001)
    public static let requireGET = ErrorCode(43001)
    public static let requirePOST = ErrorCode(43002)
    public static let requireSubscribe = ErrorCode(43004)
    public static let emptyPostData = ErrorCode(44002)
    public static let contentSizeOutOfLimit = ErrorCode(45002)
    public static let dailyQuotaReached = ErrorCode(45009)
    public static let minuteQuotaReached = ErrorCode(45011)
    public static let tooManyTags = ErrorCode(45056)
    public static let tagHasTooManyFans = ErrorCode(45057)
    public static let reservedTag = ErrorCode(45058)
    public static let tooManyTagsOnUser = ErrorCode(45059)
    public static let invalidTagName = ErrorCode(45157)
    public static let tagNameTooLong = ErrorCode(45158)
    public static let invalidTagID = ErrorCode(45159)
    public static let concurrentChange = ErrorCode(45169)
    public static let someOpenIDsFailed = ErrorCode(45171)
    public static let dataFormatError = ErrorCode(47001)
    public static let apiUnauthorized = ErrorCode(48001)
    public static let clearQuotaLimitReached = ErrorCode(48006)
    public static let openIDOfAnotherAccount = ErrorCode(49003)
    public static let userLimited = ErrorCode(50002)
    public static let unsubscribed = ErrorCode(50005)
    public static let invalidComponentType = ErrorCode(61000)
    public static let componentNotAuthorized = ErrorCode(61003)
    public static let componentAddressNotAllowed = ErrorCode(61004)
    public static let componentTicketExpired = ErrorCode(61005)
    public static let componentTicketInvalid = ErrorCode(61006)
    public static let apiNotGranted = ErrorCode(61007)
    public static let authorizationCodeInvalid = ErrorCode(61009)
    public static let authorizationCodeExpired = ErrorCode(61010)
    public static let invalidComponent = ErrorCode(61011)
    public static let componentTokenRequired = ErrorCode(61014)
    public static let accountTokenRequired = ErrorCode(61015)
    public static let categoryNeedsConfirmation = ErrorCode(61016)
    public static let categoryNotAuthorized = ErrorCode(61017)
    public static let refreshTokenInvalid = ErrorCode(61023)
    public static let ridNotFound = ErrorCode(76001)
    public static let ridIsError = ErrorCode(76002)
    public static let ridOfAnotherAccount = ErrorCode(76003)
    public static let ridExpired = ErrorCode(76004)
    public static let quotaPathNotFound = ErrorCode(76021)
    public static let quotaPathNotAllowed = ErrorCode(76022)
    public static let pathNotOnList = ErrorCode(85107)
    public static let blacklistBusy = ErrorCode(268487001)
    public static let followerListBusy = ErrorCode(268487002)
}
