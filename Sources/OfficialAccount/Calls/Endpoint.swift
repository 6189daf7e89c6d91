/// One API of the platform: its path and method, the callers that may use it, and its quota.
public struct Endpoint: Sendable, Hashable {
    /// The HTTP method of a call.
    ///
    /// The platform refuses any other with ``ErrorCode/requireGET`` or ``ErrorCode/requirePOST``.
    public enum Method: String, Sendable {
        /// The call sends its parameters, if it has any, in the query.
        case get = "GET"
        /// The call sends its parameters as JSON in the body.
        case post = "POST"
    }

    /// The callers that may make a call, and the token that they send.
    public enum Access: Sendable {
        /// Any caller, without a token: the request contains an appid and its secret.
        case credentials
        /// Any account, by `access_token`.
        case account
        /// A certified account, by `access_token`; the platform refuses others with ``ErrorCode/apiUnauthorized``.
        case certifiedAccount
        /// Any account by `access_token`, or a third-party platform about itself by `component_access_token`.
        case accountOrComponent
        /// A third-party platform, by `component_access_token`.
        case component
        /// A third-party platform, by `component_access_token` or by the `authorizer_access_token` of the account in
        /// question.
        case componentOrAuthorizer
    }

    /// How often an account or a third-party platform may make a call, as the platform documents it.
    ///
    /// Source: `doc/service/Message_Management/API_Call_Limits.html` and the pages of the calls. The platform does not
    /// publish numbers for third-party platforms; the numbers here are assumptions.
    public struct Quota: Sendable, Hashable {
        /// Calls a day; nil for no limit.
        ///
        /// Tagline's day is from midnight to midnight, UTC+8. The platform does not document the hour at which its day
        /// begins.
        public var perDay: Int?
        /// Calls a minute; nil for no limit.
        public var perMinute: Int?

        /// Makes a quota with these limits; without arguments, the quota has no limits.
        public init(perDay: Int? = nil, perMinute: Int? = nil) {
            self.perDay = perDay
            self.perMinute = perMinute
        }
    }

    /// The permission sets for calls about tags and followers; a third-party platform needs one of them.
    ///
    /// Set 2 is user management. The documentation names set 100 without a meaning.
    package static let userManagement: Set<Int> = [2, 100]

    /// The API's own name in the documentation, such as `batchTagging`.
    public let name: String
    /// The method that a caller must use.
    public let method: Method
    /// The path from the leading slash, without a query: `/cgi-bin/tags/members/batchtagging`.
    public let path: String
    /// The callers that may make the call, and the token that they send.
    public let access: Access
    /// The permission sets for the call: a third-party platform that calls for an account needs one of them.
    ///
    /// Empty if the call needs no permission set.
    public let permissionSets: Set<Int>
    /// The call's name in the platform's cloud SDK, such as `officialAccount.tags.batchTagging`; nil if it has none.
    public let cloudName: String?
    /// Whether making the call twice does no harm.
    ///
    /// A client may repeat such a call when it does not know whether the first one reached the platform.
    public let isRepeatable: Bool
    /// How often the call may be made, as the platform documents it.
    public let quota: Quota
    /// The page of the platform's documentation, as a path below `developers.weixin.qq.com/`.
    public let documentation: String

    /// Makes an endpoint.
    ///
    /// If `permissionSets` is nil, `access` decides: calls of certified accounts need one of ``userManagement``, others
    /// need none.
    init(
        name: String, method: Method, path: String, access: Access, permissionSets: Set<Int>? = nil,
        cloudName: String? = nil, isRepeatable: Bool = true, quota: Quota = Quota(), documentation: String
    ) {
        self.name = name
        self.method = method
        self.path = path
        self.access = access
        self.permissionSets = permissionSets ?? (access == .certifiedAccount ? Self.userManagement : [])
        self.cloudName = cloudName
        self.isRepeatable = isRepeatable
        self.quota = quota
        self.documentation = documentation
    }

    /// Whether calls are counted for the third-party platform that makes them.
    ///
    /// All other calls are counted for the account.
    package var isOfComponent: Bool { path.hasPrefix("/cgi-bin/component/") }

    /// The endpoint of every call that this package knows, in the order of ``APICalls/all``.
    public static let all = APICalls.all.map { $0.endpoint }
}
